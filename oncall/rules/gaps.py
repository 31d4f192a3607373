"""How much a gap ahead matters: how soon, how long, and whether in support hours (ONC-4). Pure.

It is **near** when a quarter of an hour or more of it lies in support hours and the first of that comes within a
week, **coming** when that comes within four weeks, and else **quiet**: outside of support hours a page falls to
the lead (ONC-6), and what is farther ahead has time. What is past is no gap: it is a record.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from oncall.rules.changes import with_gaps, without
from oncall.rules.rota import Segment
from oncall.rules.turns import Span

NEAR, COMING, QUIET = "near", "coming", "quiet"
SOON, AHEAD, SHORT = timedelta(weeks=1), timedelta(weeks=4), timedelta(minutes=15)
NONE = timedelta(0)


class Gap(NamedTuple):
    """Nobody has the duty during [start, end); `promised` of it lies in support hours."""

    start: datetime
    end: datetime
    severity: str
    promised: timedelta


def judged(span: Span, support: Iterable[Span], at: datetime) -> Gap:
    """What is left of a gap from `at` on. `support` are support hours in order, as far ahead as they are known."""
    start, end = max(span[0], at), span[1]
    inside = [(max(start, a), min(end, b)) for a, b in support if a < end and b > start]
    promised = sum((b - a for a, b in inside), NONE)
    severity = QUIET
    if promised >= SHORT:
        first = inside[0][0] - at
        severity = NEAR if first < SOON else COMING if first < AHEAD else QUIET
    return Gap(start, end, severity, promised)


def gaps_ahead(
    schedule: Sequence[Segment], support: Sequence[Span], at: datetime, until: datetime
) -> list[Gap]:
    """Every gap of [at, until) in a schedule that leaves gaps out, with how much it matters."""
    there = with_gaps([s for s in schedule if s.end > at and s.start < until], at, until)
    return [judged((s.start, s.end), support, at) for s in there if s.who is None]


def untold(
    gaps: Iterable[Gap], told: Sequence[Span], support: Sequence[Span], at: datetime
) -> list[Gap]:
    """What of these matters and was not told yet; nothing while none of that is near.

    When something is near, all that comes is told with it: who is told of one gap is not told of the next tomorrow.
    """
    spans = [(gap.start, gap.end) for gap in gaps if gap.severity != QUIET]
    left = [judged(span, support, at) for span in without(spans, told)]
    left = [gap for gap in left if gap.severity != QUIET]
    return left if any(gap.severity == NEAR for gap in left) else []
