"""Clockwork of rotations."""

from celery import shared_task

from foundation import clock
from oncall import services


@shared_task(name="oncall.publish_ahead", ignore_result=True)
def publish_ahead(**_: object) -> int:
    return services.publish_ahead(at=clock.now())
