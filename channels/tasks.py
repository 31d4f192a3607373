"""Clockwork of channels."""

from celery import shared_task

from channels import services
from journal import outbox


@shared_task(name="channels.fan_out", ignore_result=True)
def fan_out(**_: object) -> int:
    done = services.fan_out()
    if done:
        outbox.nudge(deliver.name)
    return done


@shared_task(name="channels.deliver", ignore_result=True)
def deliver(**_: object) -> int:
    return services.deliver()
