"""Clockwork of post-mortems."""

from celery import shared_task

from foundation import clock
from postmortems.services import cutting, tending


@shared_task(name="postmortems.tend", ignore_result=True)
def tend(**_: object) -> int:
    return tending.tend(at=clock.now())


@shared_task(name="postmortems.consider_paper_cuts", ignore_result=True)
def consider_paper_cuts(**_: object) -> int:
    return cutting.consider_paper_cuts(at=clock.now())
