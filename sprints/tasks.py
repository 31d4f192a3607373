"""Clockwork of sprints."""

from celery import shared_task

from foundation import clock
from sprints.services import tending


@shared_task(name="sprints.tend", ignore_result=True)
def tend(**_: object) -> int:
    return tending.tend(at=clock.now())
