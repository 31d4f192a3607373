"""What a sprint took, and sprints of different length made comparable. Pure.

Demand is divided by the days of the calendar, never by capacity: it goes on arriving while half the
team is on holiday, so a reserve is a larger share of a holiday sprint (`research/flow.md` §3.1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median


@dataclass(frozen=True)
class Past:
    """One sprint that is over. Amounts are in the team's unit, `days` counts both ends.

    `chosen` is the reserve that the team set, `largest` the most that one piece of work took of `amount`,
    `estimated` how much of `amount` nobody logged.
    """

    name: str
    starts_on: date
    days: int
    amount: float
    chosen: float | None = None
    largest: float = 0.0
    estimated: float = 0.0


def usual_days(history: Sequence[Past]) -> float:
    """The length of a usual sprint of these, to which all are brought."""
    return float(median(past.days for past in history))


def brought(history: Sequence[Past]) -> list[float]:
    """The demand of each as if it had been a sprint of the usual length."""
    usual = usual_days(history) if history else 1.0
    return [past.amount * usual / past.days for past in history]


def share_of_largest(history: Iterable[Past]) -> float:
    """The share of all demand that its single largest piece of work took; 0 without demand."""
    known = list(history)
    total = sum(past.amount for past in known)
    return max(past.largest for past in known) / total if total else 0.0


def in_two_weeks(days: Iterable[date], *, length: int = 14) -> list[Past]:
    """A log as sprints: how many of `days` fell in each, from the Monday of the first; complete ones only.

    The sprint that holds the last day is not over yet as far as the log knows.
    """
    known = sorted(days)
    if not known:
        return []
    monday = known[0] - timedelta(days=known[0].weekday())
    complete = (known[-1] - monday).days // length
    counts = [0] * (complete + 1)
    for day in known:
        counts[(day - monday).days // length] += 1
    return [
        Past(
            name=f"{begins.isoformat()}",
            starts_on=begins,
            days=length,
            amount=float(count),
            largest=1.0 if count else 0.0,
        )
        for i, count in enumerate(counts[:complete])
        for begins in [monday + timedelta(days=i * length)]
    ]
