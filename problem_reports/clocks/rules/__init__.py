"""Business time, pure: how much of a stretch counts, when a promise is used up, and why.

`calendar` is a week of open hours in a zone; `open_time` counts them; `pauses` leaves out what a
clock waited for; `explain` says interval by interval what counted. Moments are aware datetimes and
come out in UTC; amounts are timedeltas, never rounded.
"""

from problem_reports.clocks.rules.calendar import (
    AROUND_THE_CLOCK,
    Calendar,
    CalendarUnusable,
    Shift,
)
from problem_reports.clocks.rules.explain import Step, StepKind, steps
from problem_reports.clocks.rules.open_time import add, between, open_intervals
from problem_reports.clocks.rules.pauses import Pause, PauseKind, due, elapsed, remaining

__all__ = [
    "AROUND_THE_CLOCK",
    "Calendar",
    "CalendarUnusable",
    "Pause",
    "PauseKind",
    "Shift",
    "Step",
    "StepKind",
    "add",
    "between",
    "due",
    "elapsed",
    "open_intervals",
    "remaining",
    "steps",
]
