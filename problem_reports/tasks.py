"""Clockwork of reports."""

from celery import shared_task

from channels.services import TIMERS, beat
from foundation import clock
from problem_reports.clocks import sweep as timers
from problem_reports.services import tending


@shared_task(name="problem_reports.sweep", ignore_result=True)
def sweep(**_: object) -> int:
    """Tell what is due, then do what the clock itself does; says that clocks run."""
    told = timers.sweep()
    beat(TIMERS)
    tending.tend(at=clock.now())
    return told
