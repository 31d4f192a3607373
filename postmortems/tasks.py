"""Clockwork of post-mortems."""

from celery import shared_task

from foundation import clock
from postmortems.services import tending


@shared_task(name="postmortems.tend", ignore_result=True)
def tend(**_: object) -> int:
    return tending.tend(at=clock.now())
