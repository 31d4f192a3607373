"""A team's past, played through its verbs: sprints that close, with what was injected into them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from foundation import clock
from sprints import services as sprints
from sprints.models import Sprint
from tests.cast import Cast
from tests.factories import a_bug

LENGTH = timedelta(days=14)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def past_sprint(
    cast: Cast, nth: int, points: list[int], *, of: int, reserve: int = 30, **fields: Any
) -> Sprint:
    """The nth of `of` two-week sprints of Billing that are over; each point is a bug that was injected.

    Told by a demonstration: those may speak of the past.
    """
    today = cast.today
    starts = today - (of - nth) * LENGTH
    act: dict[str, Any] = {"by": cast.pia, "source": "demo"}
    sprint = sprints.plan(
        cast.billing,
        name=f"Past {nth + 1}",
        goal="",
        starts_on=starts,
        ends_on=starts + LENGTH - timedelta(days=1),
        capacity=Decimal(60),
        reserve=Decimal(reserve),
        at=noon(starts - timedelta(days=3)),
        **act,
    )
    sprints.start(sprint.pk, at=noon(starts), **act)
    for size in points:
        a_fixed_bug(cast, size, at=noon(starts + timedelta(days=4)), **fields)
    return sprints.close(sprint.pk, reasons={}, at=noon(starts + LENGTH - timedelta(days=1)), **act)


def a_fixed_bug(cast: Cast, points: int, *, at: datetime, source: str = "demo") -> None:
    a_bug(cast, "fixed", priority="P1", points=points, at=at, source=source)


def a_past(cast: Cast, *sizes: int, reserve: int = 30) -> list[Sprint]:
    """As many sprints as sizes, the last one closed yesterday; nothing where the size is 0."""
    return [
        past_sprint(cast, n, [size] if size else [], of=len(sizes), reserve=reserve)
        for n, size in enumerate(sizes)
    ]


def now() -> datetime:
    return clock.now()
