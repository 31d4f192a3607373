"""Clockwork of channels."""

import time

from celery import shared_task

from channels import services
from journal import outbox


@shared_task(name="channels.fan_out", ignore_result=True)
def fan_out(**_: object) -> int:
    began = time.monotonic()
    done = services.fan_out()
    if done:
        # At once and here: behind a hundred others who ask for a fan-out no mail would ever leave.
        services.deliver()
        _go_on(fan_out.name, began)
    return done


@shared_task(name="channels.deliver", ignore_result=True)
def deliver(**_: object) -> int:
    began = time.monotonic()
    sent = services.deliver()
    if sent:
        _go_on(deliver.name, began)
    return sent


def _go_on(task: str, began: float) -> None:
    """A round that ended because its time was over has left something: one more, behind whatever waits."""
    if time.monotonic() - began >= services.ROUND_SECONDS:
        outbox.nudge(task)
