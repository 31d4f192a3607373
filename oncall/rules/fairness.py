"""Whether a duty is shared fairly, as far as chance leaves that to be judged (ONC-5). Pure.

Burden is in points: an hour counts by its class, a page by whether it was at night. Everybody's share is what
was served while they could have served it, divided among all who could: who joined late or was away is not
behind. No figure here is about how well anybody works.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from oncall.rules.walls import moment_of, wall_at

DAY, EVENING, NIGHT, WEEKEND, HOLIDAY = "day", "evening", "night", "weekend", "holiday"
PAGE, NIGHT_PAGE = "page", "night_page"
HOURS = (DAY, EVENING, NIGHT, WEEKEND, HOLIDAY)
CLASSES = (*HOURS, PAGE, NIGHT_PAGE)

#: Points an hour, and points a page (a page at night also costs the sleep after it).
WEIGHTS: Mapping[str, float] = {
    DAY: 1.0, EVENING: 1.5, NIGHT: 2.0, WEEKEND: 2.0, HOLIDAY: 3.0, PAGE: 1.0, NIGHT_PAGE: 3.0,
}  # fmt: skip
#: As pages say them.
NAMES: Mapping[str, str] = {
    DAY: "an hour by day",
    EVENING: "an hour in the evening",
    NIGHT: "an hour at night",
    WEEKEND: "an hour at the weekend",
    HOLIDAY: "an hour on a holiday",
    PAGE: "a page",
    NIGHT_PAGE: "a page at night",
}
#: By the wall clock of the team, on a working day.
DAYTIME, EVENING_FROM, NIGHT_FROM = time(7), time(18), time(22)
_CUTS = (time(0), DAYTIME, EVENING_FROM, NIGHT_FROM)

#: Of so many imagined ways to give the same shifts out by lot.
DRAWS = 1000
#: Flagged when fewer than one in twenty of them is as uneven.
RARE = 0.05
SEED = 42
AN_HOUR = timedelta(hours=1)


def class_at(wall: datetime, holidays: frozenset[date]) -> str:
    """The class of a moment by what the wall shows; a holiday is one all day, and so is a weekend day."""
    if wall.date() in holidays:
        return HOLIDAY
    if wall.weekday() >= 5:
        return WEEKEND
    if wall.time() < DAYTIME or wall.time() >= NIGHT_FROM:
        return NIGHT
    return EVENING if wall.time() >= EVENING_FROM else DAY


def hours_by_class(
    start: datetime, end: datetime, zone: ZoneInfo, holidays: frozenset[date]
) -> dict[str, float]:
    """class -> hours of [start, end) as they passed: a night in which clocks change is an hour longer or shorter."""
    found: dict[str, float] = defaultdict(float)
    edges = _edges(start, end, zone)
    for since, until in pairwise(edges):
        middle = wall_at(since + (until - since) / 2, zone)
        found[class_at(middle, holidays)] += (until - since) / AN_HOUR
    return dict(found)


def _edges(start: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    day, last = wall_at(start, zone).date(), wall_at(end, zone).date()
    inside = set()
    while day <= last:
        inside |= {moment_of(datetime.combine(day, cut), zone) for cut in _CUTS}
        day += timedelta(days=1)
    return [start, *sorted(m for m in inside if start < m < end), end]


class Shift(NamedTuple):
    """A served shift, or a part of one in which the same people could have served it.

    `slot` is equal for all parts of one shift: by lot they are given out together.
    """

    who: int
    slot: str
    points: float
    eligible: tuple[int, ...]


@dataclass(frozen=True)
class Position:
    """Points served and the eligible share of them."""

    served: float
    share: float

    @property
    def beyond(self) -> float:
        return self.served - self.share


@dataclass(frozen=True)
class Judged:
    """How a team shares a duty. `jain` is 1 when everybody serves their share, and 1/n when one serves all.

    `spread` is the distance between the two who are furthest beyond and behind their share, in points. `chance`
    is the share of random ways to give out these shifts that are at least as uneven.
    """

    positions: Mapping[int, Position]
    jain: float
    spread: float
    chance: float

    @property
    def flagged(self) -> bool:
        return self.chance < RARE


def judge(shifts: Sequence[Shift], draws: int = DRAWS) -> Judged:
    """A Monte Carlo permutation test: is this more uneven than the same shifts given out by lot?

    Every shift goes to any of those who could have served it, all alike, in each of `draws` imagined ways; the
    statistic is the sum of squared distances from the shares. The seed is fixed, so that the answer does not
    change between two looks; the observed way counts as one of them, so that chance is never 0.
    """
    shifts = [
        s if s.who in s.eligible else s._replace(eligible=(*s.eligible, s.who)) for s in shifts
    ]
    positions = _positions(shifts)
    apart = _apart({who: p.beyond for who, p in positions.items()})
    ratios = [p.served / p.share for p in positions.values() if p.share > 0]
    beyond = [p.beyond for p in positions.values()]
    return Judged(
        positions=positions,
        jain=jain(ratios),
        spread=max(beyond, default=0.0) - min(beyond, default=0.0),
        chance=_chance(shifts, positions, apart, draws),
    )


def jain(values: Sequence[float]) -> float:
    """Jain's index (Σx)²/(n Σx²): 1 when all are equal."""
    squares = sum(v * v for v in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0


def _positions(shifts: Iterable[Shift]) -> dict[int, Position]:
    served: dict[int, float] = defaultdict(float)
    share: dict[int, float] = defaultdict(float)
    for shift in shifts:
        served[shift.who] += shift.points
        for who in shift.eligible:
            share[who] += shift.points / len(shift.eligible)
    return {who: Position(served[who], share[who]) for who in share}


def _apart(beyond: Mapping[int, float]) -> float:
    return sum(b * b for b in beyond.values())


def _chance(
    shifts: Sequence[Shift], positions: Mapping[int, Position], apart: float, draws: int
) -> float:
    whole: dict[str, list[Shift]] = defaultdict(list)
    for shift in shifts:
        whole[shift.slot].append(shift)
    # Places instead of people: who has which name changes no draw.
    given = [(max(parts, key=lambda p: p.points).eligible, parts) for parts in whole.values()]
    lot, as_uneven = Random(SEED), 0  # noqa: S311 - imagined shifts, no secret
    # What rounding alone makes different is as uneven.
    least = apart * (1 - 1e-9) - 1e-9
    for _ in range(draws):
        beyond = {who: -p.share for who, p in positions.items()}
        for eligible, parts in given:
            who = eligible[int(lot.random() * len(eligible))]
            beyond[who] += sum(part.points for part in parts)
        as_uneven += _apart(beyond) >= least
    return (as_uneven + 1) / (draws + 1)


def to_ask_next(positions: Mapping[int, Position], able: Iterable[int]) -> list[int]:
    """Those of `able`, the one furthest behind their share first; who has no position yet is at their share."""
    nobody = Position(0.0, 0.0)
    return sorted(able, key=lambda who: (positions.get(who, nobody).beyond, who))


def shares_between(
    spans: Sequence[tuple[datetime, datetime, int]], since: datetime, until: datetime
) -> list[tuple[datetime, datetime, tuple[int, ...]]]:
    """[since, until) in stretches with the same people: `spans` says from when until when each was there."""
    moments = sorted({since, until, *(m for s in spans for m in s[:2] if since < m < until)})
    found = []
    for start, end in pairwise(moments):
        there = {who for first, last, who in spans if first <= start and end <= last}
        found.append((start, end, tuple(sorted(there))))
    return found


def judged_words(judged: Judged) -> str:
    """What the test says, as a sentence: whether it is uneven beyond chance, and never who."""
    n = max(round(judged.chance * 100), 1)
    lots = f"of 100 ways to give the same shifts out by lot, about {n} {'is' if n == 1 else 'are'} at least as uneven."
    if judged.flagged:
        return f"Less even than chance would make it: {lots} Worth a word in the team."
    return f"Nothing beyond chance: {lots}"
