"""The arithmetic of the page: medians with their band, and how many people could fix an area. Pure.

The band is the percentile bootstrap (Efron 1979): the P1s of a way are drawn anew with replacement, and the
middle 80 % of the medians of 1,000 such draws is the band. The effective number of fixers is the inverse
Simpson index (Hill 1973, order 2): with equal shares the number of people, near one when one fixes nearly all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from random import Random
from statistics import median

#: Fewer P1s of a way than this are too few to say anything.
LEAST = 8
DRAWS, SHARE = 1000, 0.8
#: Any number does; a fixed one gives the same band to everybody who asks.
SEED = 20261129


@dataclass(frozen=True)
class FixedP1:
    """`way` is how it went; empty when nobody knows. `fixer`, and who paired, are keys that only count.

    `deviated`: the policy that it was stamped with says another way. `hand_offs` counts how often it went
    from one person to another; `hours_to_mitigate` ends when customers were helped, by the fix at the latest.
    """

    way: str
    area: int
    fixer: int
    hours_to_fix: float
    hours_logged: float = 0.0
    displaced: float = 0.0
    pair: int | None = None
    deviated: bool = False
    hand_offs: int = 0
    hours_to_mitigate: float = 0.0

    @property
    def known_to(self) -> list[tuple[int, int]]:
        """(area, person) for each who knows its area by it."""
        return [(self.area, key) for key in (self.fixer, self.pair) if key]


@dataclass(frozen=True)
class Took:
    """Of the P1s of one way: median hours until customers were helped and until it was fixed, the band of the
    latter, and what one P1 took on average."""

    hours_to_mitigate: float
    hours_to_fix: float
    low: float
    high: float
    hand_offs: float
    hours_logged: float
    displaced: float
    fixers: float


@dataclass(frozen=True)
class Priced:
    """`took` is None when there are too few to say."""

    way: str
    n: int
    took: Took | None


def priced(fixed: Iterable[FixedP1], ways: Sequence[str]) -> list[Priced]:
    """A line for each of these ways, in their order."""
    by_way: dict[str, list[FixedP1]] = defaultdict(list)
    for one in fixed:
        by_way[one.way].append(one)
    return [Priced(way, len(by_way[way]), _took(by_way[way])) for way in ways]


def _took(fixed: Sequence[FixedP1]) -> Took | None:
    n = len(fixed)
    if n < LEAST:
        return None
    hours = [one.hours_to_fix for one in fixed]
    low, high = band(hours)
    return Took(
        hours_to_mitigate=median(one.hours_to_mitigate for one in fixed),
        hours_to_fix=median(hours),
        low=low,
        high=high,
        hand_offs=sum(one.hand_offs for one in fixed) / n,
        hours_logged=sum(one.hours_logged for one in fixed) / n,
        displaced=sum(one.displaced for one in fixed) / n,
        fixers=fixers_per_area(chain.from_iterable(one.known_to for one in fixed)),
    )


def hand_offs(people: Iterable[int]) -> int:
    """How often the one who has it in hand changed, of those who took it in order."""
    known = list(people)
    return sum(before != after for before, after in pairwise(known))


def band(values: Sequence[float]) -> tuple[float, float]:
    """The middle 80 % of the medians of values drawn anew; the same whatever their order."""
    chance, known = Random(SEED), sorted(values)  # noqa: S311
    medians = sorted(median(chance.choices(known, k=len(known))) for _ in range(DRAWS))
    out = round(DRAWS * (1 - SHARE) / 2)
    return medians[out], medians[-1 - out]


def effective_number(counts: Iterable[int]) -> float:
    """The inverse Simpson index of how often each did it: 1 / Σ share²."""
    known = [count for count in counts if count]
    total: int = sum(known)
    return total**2 / sum(count**2 for count in known) if known else 0.0


def fixers_per_area(fixed: Iterable[tuple[int, int]]) -> float:
    """The effective number of fixers of an area, as the P1s of (area, fixer) met it on average."""
    by_area: dict[int, Counter[int]] = defaultdict(Counter)
    for area, fixer in fixed:
        by_area[area][fixer] += 1
    total = sum(fixers.total() for fixers in by_area.values())
    weighted = sum(f.total() * effective_number(f.values()) for f in by_area.values())
    return weighted / total if total else 0.0


@dataclass(frozen=True)
class Known:
    """An area, how many fixes it had in the year, and its effective number of fixers; None when too few to say."""

    area: str
    n: int
    lately: float | None
    before: float | None


def known(fixes: Iterable[tuple[str, bool, tuple[int, ...]]]) -> list[Known]:
    """Of (area, in the later half of the year, who fixed and paired): a line per area, by name."""
    by_area: dict[str, dict[bool, list[tuple[int, ...]]]] = defaultdict(lambda: defaultdict(list))
    for area, late, people in fixes:
        by_area[area][late].append(people)
    return [
        Known(area, sum(map(len, halves.values())), _number(halves[True]), _number(halves[False]))
        for area, halves in sorted(by_area.items())
    ]


def _number(fixes: Sequence[tuple[int, ...]]) -> float | None:
    if len(fixes) < LEAST:
        return None
    return effective_number(Counter(chain.from_iterable(fixes)).values())
