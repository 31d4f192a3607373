"""Clockwork of bugs."""

from celery import shared_task

from bugs.services import tending
from foundation import clock


@shared_task(name="bugs.tend", ignore_result=True)
def tend(**_: object) -> int:
    return tending.tend(at=clock.now())
