"""Gaps ahead: how much each matters by rule, and that the leads are told of it once (ONC-4)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Notice
from channels.services import fan_out
from journal.models import Event
from oncall import services
from oncall.models import GapTold, Rotation
from oncall.querysets.gaps import gaps_of, support_of
from oncall.rules.gaps import AHEAD, COMING, NEAR, QUIET, SHORT, Gap, gaps_ahead, judged, untold
from oncall.rules.rota import TURN, Segment
from teams.models import Membership
from tests.cast import Cast
from tests.oncall.rotas import utc
from tests.oncall.turns import DAY, WEEK, a_rotation, layer, midnight

NOON = timedelta(hours=12)
AT = utc(2026, 3, 2, 8)  # a Monday
HOUR = timedelta(hours=1)

# By rule


def support(weeks: int = 6) -> list[tuple[datetime, datetime]]:
    """Nine to five from Monday to Friday."""
    days = (utc(2026, 3, 2) + n * DAY for n in range(7 * weeks))
    return [(d + 9 * HOUR, d + 17 * HOUR) for d in days if d.weekday() < 5]


def severity(start: datetime, length: timedelta) -> str:
    return judged((start, start + length), support(), AT).severity


def test_how_soon_how_long_and_whether_in_support_hours() -> None:
    tuesday = utc(2026, 3, 3)
    assert severity(tuesday + 10 * HOUR, HOUR) == NEAR
    assert severity(tuesday + 10 * HOUR, SHORT - timedelta(minutes=1)) == QUIET
    assert severity(tuesday + 18 * HOUR, 10 * HOUR) == QUIET  # a night
    assert severity(utc(2026, 3, 7), 2 * DAY) == QUIET  # a weekend
    assert severity(utc(2026, 3, 7), 2 * DAY + 10 * HOUR) == COMING  # into a Monday a week ahead
    assert severity(tuesday + 2 * WEEK, DAY) == COMING
    assert severity(tuesday + 5 * WEEK, DAY) == QUIET
    assert severity(AT - 30 * DAY, 31 * DAY) == NEAR


spans = st.tuples(st.integers(-200, 900), st.integers(1, 200)).map(
    lambda n: (AT + n[0] * HOUR, AT + (n[0] + n[1]) * HOUR)
)


@given(st.lists(spans, max_size=6))
def test_gaps_and_stretches_fill_what_is_ahead_and_the_past_is_none(held: Any) -> None:
    until = AT + AHEAD
    schedule, last = list[Segment](), AT - 100 * DAY
    for start, end in sorted(held):
        if max(start, last) < end:
            schedule.append(Segment(max(start, last), end, 1, TURN, "shift"))
            last = end
    found = gaps_ahead(schedule, support(), AT, until)
    assert all(AT <= gap.start < gap.end <= until for gap in found)
    probes = (AT + n * HOUR for n in range(int(AHEAD / HOUR)))
    for moment in probes:
        on_duty = any(s.start <= moment < s.end for s in schedule)
        assert on_duty != any(g.start <= moment < g.end for g in found)
    assert all(gap.promised <= gap.end - gap.start for gap in found)


@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6))
def test_what_was_told_is_not_told_again_and_nothing_while_nothing_is_near(
    open_: Any, told: Any
) -> None:
    apart = [(AT + DAY * n, AT + DAY * n + NOON) for n, _ in enumerate(open_)]
    gaps = [judged(span, support(), AT) for span in apart]
    first = untold(gaps, (), support(), AT)
    assert bool(first) == any(gap.severity == NEAR for gap in gaps)
    assert {g.severity for g in first} <= {NEAR, COMING}
    assert untold(gaps, [(g.start, g.end) for g in first], support(), AT) == []
    for gap in untold(gaps, sorted(told), support(), AT):
        assert not any(a < gap.end and gap.start < b for a, b in told)


def test_what_a_gap_grew_by_is_told() -> None:
    grown = [judged((AT + DAY, AT + 2 * DAY + NOON), support(), AT)]
    (rest,) = untold(grown, [(AT + DAY, AT + DAY + NOON)], support(), AT)
    assert (rest.start, rest.end) == (AT + DAY + NOON, AT + 2 * DAY + NOON)


# With a calendar and a rotation


def a_gap(cast: Cast, days: int = 2, length: int = 4) -> Rotation:
    """Sami alone is on call, and away for some days: working days among them."""
    rotation = a_rotation(cast, layer(cast, cast.sami))
    services.record_absence(
        cast.sami, start=midnight(cast, days), end=midnight(cast, days + length), by=cast.sami,
        at=cast.now,
    )  # fmt: skip
    Membership.objects.get_or_create(person=cast.rhea, team=cast.platform, role="lead")
    return rotation


def told(person: Any) -> int:
    """How often they were told of a gap."""
    fan_out()
    found = Notice.objects.filter(person=person, subject__startswith="Nobody is on duty then")
    return found.values("event").distinct().count()


def gaps(cast: Cast, severity: str) -> list[Gap]:
    team = cast.platform
    return [g for g in gaps_of(team, "on_call", cast.now) if g.severity == severity]


def test_the_leads_are_told_once_of_a_gap_that_is_near(cast: Cast) -> None:
    a_gap(cast)
    (near,) = gaps(cast, NEAR)
    assert (near.start, near.end) == (midnight(cast, 2), midnight(cast, 6))
    assert near.promised > timedelta(0)
    assert services.warn_of_gaps(at=cast.now) == 1
    assert services.warn_of_gaps(at=cast.now) == 0
    assert (told(cast.rhea), told(cast.sami), told(cast.otto)) == (1, 0, 0)
    assert Event.objects.filter(name="rotation.gap_near").count() == 1


def test_a_gap_that_was_closed_and_opens_again_is_told_again(cast: Cast) -> None:
    rotation = a_gap(cast)
    services.warn_of_gaps(at=cast.now)
    act = {"by": cast.adam, "at": cast.now}
    made = services.override(
        rotation.pk, person=cast.otto, start=midnight(cast, 2), end=midnight(cast, 6), **act
    )
    assert services.warn_of_gaps(at=cast.now) == 0
    assert GapTold.objects.get().closed_at == cast.now
    services.take_back_override(made.pk, **act)
    assert services.warn_of_gaps(at=cast.now) == 1
    assert told(cast.rhea) == 2


def test_what_is_far_ahead_or_closed_is_told_to_nobody(cast: Cast) -> None:
    a_rotation(cast, layer(cast, cast.sami))
    assert services.warn_of_gaps(at=cast.now) == 0
    services.record_absence(
        cast.sami, start=midnight(cast, 10), end=midnight(cast, 14), by=cast.sami, at=cast.now
    )
    assert gaps(cast, COMING)
    assert services.warn_of_gaps(at=cast.now) == 0
    # When something is near, what comes is told with it, and not again when it is near itself.
    services.record_absence(
        cast.sami, start=midnight(cast, 1), end=midnight(cast, 5), by=cast.sami, at=cast.now
    )
    assert services.warn_of_gaps(at=cast.now) == 1
    assert GapTold.objects.count() == 2


def test_support_hours_are_those_of_the_teams_calendar(cast: Cast) -> None:
    found = support_of(cast.platform, midnight(cast), midnight(cast, 7))
    assert sum((end - start for start, end in found), timedelta(0)) > 20 * HOUR
    assert all(end - start < DAY for start, end in found)


def test_the_database_refuses_to_tell_a_stretch_twice(cast: Cast) -> None:
    a_gap(cast)
    services.warn_of_gaps(at=cast.now)
    row = GapTold.objects.get()
    with pytest.raises(IntegrityError, match="gap_told_once"), transaction.atomic():
        GapTold.objects.create(team=row.team, duty=row.duty, during=row.during, told_at=row.told_at)
