"""Clockwork of rotations and of pages."""

from celery import shared_task

from foundation import clock
from oncall import services
from oncall.services import paging


@shared_task(name="oncall.publish_ahead", ignore_result=True)
def publish_ahead(**_: object) -> int:
    return services.publish_ahead(at=clock.now())


@shared_task(name="oncall.warn_of_gaps", ignore_result=True)
def warn_of_gaps(**_: object) -> int:
    return services.warn_of_gaps(at=clock.now())


@shared_task(name="oncall.tell_handoffs", ignore_result=True)
def tell_handoffs(**_: object) -> int:
    return services.tell_handoffs(at=clock.now())


@shared_task(name="oncall.page", ignore_result=True)
def page(**_: object) -> int:
    """Tell every step that is due."""
    return paging.sweep()
