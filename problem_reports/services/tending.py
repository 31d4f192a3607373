"""What the clock does when a moment has come: wake, close what nobody answered, withdraw what nobody filed again,
remind of what is owed.

Row by row, each in a transaction of its own, through the verbs that people use; a row that somebody
holds is skipped and found again in the next round.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from foundation.errors import Refused
from journal.models import Source
from problem_reports.clocks.models import Timer, TimerKind, TimerState
from problem_reports.lifecycle import Cause, Outcome, State
from problem_reports.models import ProblemReport
from problem_reports.services.absences import see_absences
from problem_reports.services.classification import classify
from problem_reports.services.confirming import remind_of_causes
from problem_reports.services.triage import wake
from teams.querysets import CLOCK, automatic

BATCH = 200
NOBODY_ANSWERED = (
    "We asked, reminded, and heard nothing, so this report is closed. Answer, and it is open again."
)
NOBODY_FILED_AGAIN = (
    "It was returned and nobody filed it again in time, so it counts as withdrawn. Tell us that it still "
    "happens (dispute), and it is open again."
)

log = structlog.get_logger(__name__)
Act = Callable[[int], object]


def tend(*, at: datetime) -> int:
    """Do what has come due until `at`; returns how many reports were acted upon."""
    by = automatic(CLOCK)
    told: dict[str, Any] = {"by": by, "at": at, "source": Source.SYSTEM}
    close = partial(classify, hours=Decimal(0), cause=Cause.UNKNOWN, **told)
    unanswered = partial(close, outcome=Outcome.NO_ANSWER, message=NOBODY_ANSWERED)
    withdrawn = partial(close, outcome=Outcome.WITHDRAWN, message=NOBODY_FILED_AGAIN)
    done = sum(
        _each(rows, act)
        for rows, act in (
            (_snoozed(at), partial(wake, **told)),
            (_passed(TimerKind.ANSWER).filter(state=State.WAITING, third_party=""), unanswered),
            (_passed(TimerKind.RESUBMISSION).filter(state=State.RETURNED), withdrawn),
        )
    )
    return done + see_absences(at=at) + remind_of_causes(at=at)


def _snoozed(at: datetime) -> QuerySet[ProblemReport]:
    return ProblemReport.objects.filter(state=State.SNOOZED, snoozed_until__lte=at)


def _passed(kind: str) -> QuerySet[ProblemReport]:
    over = Timer.objects.filter(kind=kind, state=TimerState.BREACHED, stopped_at__isnull=True)
    return ProblemReport.objects.filter(pk__in=over.values("report"))


def _each(rows: QuerySet[ProblemReport], act: Act) -> int:
    keys: Iterable[int] = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(int(_one(rows, key, act)) for key in keys)


@transaction.atomic
def _one(rows: QuerySet[ProblemReport], key: int, act: Act) -> bool:
    """Act on a report if it is still due and nobody holds it."""
    held = rows.filter(pk=key).order_by().select_for_update(skip_locked=True, of=("self",))
    if not held.exists():
        return False
    try:
        with transaction.atomic():
            act(key)
    except Refused as refusal:
        # Somebody's rule stands in the way; it is tried again, and a person can see why.
        log.warning("clock_refused", report=key, why=str(refusal))
        return False
    return True
