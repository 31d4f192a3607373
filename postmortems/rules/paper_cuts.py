"""Paper cuts (PM-9): small reports, added up by area and cause, and what may be said of them. Pure.

A cluster says how many hours its reports took together. Those hours would come out otherwise if the same causes
cut again: the band is where they would fall in four of five such times. A sum of n independent amounts whose
number is itself a matter of chance (a compound Poisson sum) has the variance Σ hours²; taken on the scale of
logarithms, where a sum of hours is less lopsided, the band is hours · exp(± z · √Σ hours² / Σ hours).
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from math import exp, sqrt
from statistics import NormalDist

#: Fewer reports than this are too few to compare: they are read, not ranked.
LEAST = 8
#: The share of times in which the hours would lie in the band.
SHARE = 0.8
_Z = NormalDist().inv_cdf((1 + SHARE) / 2)
#: A cluster asks for a review by what came in this many days (research §4.6, R12), and no sooner again.
SPAN = timedelta(days=30)


@dataclass(frozen=True)
class Cluster:
    """Small reports of one area with one cause. `area` is its key; hours are working hours.

    `estimated` of the hours were never logged and stand for how long somebody had the report in hand. `squares`
    is Σ hours² over the reports. `first` and `last` are when its reports were classified.
    """

    area: int
    cause: str
    n: int
    hours: float
    squares: float
    customers: int
    first: datetime
    last: datetime
    estimated: float = 0.0

    @property
    def comparable(self) -> bool:
        return self.n >= LEAST

    @property
    def band(self) -> tuple[float, float] | None:
        """(low, high) in hours; None when there are too few, or nothing that took time."""
        if not self.comparable or self.hours <= 0:
            return None
        off = exp(_Z * sqrt(self.squares) / self.hours)
        return self.hours / off, self.hours * off

    def with_stays(self, stays: Iterable[float]) -> "Cluster":
        """The same with reports counted at these hours, on which nobody logged any."""
        known = list(stays)
        more = sum(known)
        return replace(
            self,
            hours=self.hours + more,
            squares=self.squares + sum(stay * stay for stay in known),
            estimated=self.estimated + more,
        )


def ranked(clusters: Iterable[Cluster]) -> list[Cluster]:
    """By hours, most first; those that are too few to compare come after all others."""
    return sorted(clusters, key=lambda c: (not c.comparable, -c.hours, -c.n, c.area, c.cause))


@dataclass(frozen=True)
class Total:
    """All clusters together; `half` is how many of the first ones took half of the hours."""

    n: int
    hours: float
    estimated: float
    half: int
    #: Of the reports, how many have a cause that nobody knows.
    unknown: int


def total(clusters: Sequence[Cluster], *, unknown: str = "unknown") -> Total:
    hours = sum(cluster.hours for cluster in clusters)
    half, reached = 0, 0.0
    for took in sorted((cluster.hours for cluster in clusters), reverse=True):
        if reached >= hours / 2:
            break
        half, reached = half + 1, reached + took
    return Total(
        n=sum(cluster.n for cluster in clusters),
        hours=hours,
        estimated=sum(cluster.estimated for cluster in clusters),
        half=half,
        unknown=sum(cluster.n for cluster in clusters if cluster.cause == unknown),
    )


def worth_a_review(n: int, hours: float, *, reports: float | None, enough: float | None) -> bool:
    """The figure of the trigger: so many small reports of one area and cause, or so many hours, in its span.

    None: that figure asks for nothing. One report is no cluster, however long it took.
    """
    return (reports is not None and n >= reports) or (
        enough is not None and n > 1 and hours >= enough
    )


def would_ask(
    cuts: Iterable[tuple[datetime, float]], *, reports: float | None, enough: float | None
) -> list[datetime]:
    """When the reports of one cluster, each with its hours, would have asked; what asked once is not counted again."""
    asked: list[datetime] = []
    recent: deque[tuple[datetime, float]] = deque()
    for at, hours in sorted(cuts):
        if asked and at < asked[-1] + SPAN:
            continue
        recent.append((at, hours))
        while recent[0][0] <= at - SPAN:
            recent.popleft()
        if worth_a_review(len(recent), sum(h for _, h in recent), reports=reports, enough=enough):
            asked.append(at)
            recent.clear()
    return asked


class OpenHours:
    """How many working hours lie between two moments, for very many pairs of them.

    `intervals` are [opens, closes), in order and apart from each other. What lies outside of them is not open.
    """

    def __init__(self, intervals: Iterable[tuple[datetime, datetime]]) -> None:
        spans = [(opens.timestamp(), closes.timestamp()) for opens, closes in intervals]
        self._opens = [opens for opens, _ in spans]
        self._lasts = [closes - opens for opens, closes in spans]
        self._before = [0.0, *accumulate(self._lasts)]

    def between(self, a: datetime, b: datetime) -> float:
        """Hours; none when `b` is not after `a`."""
        return max(self._until(b) - self._until(a), 0.0) / 3600

    def _until(self, moment: datetime) -> float:
        at = moment.timestamp()
        nth = bisect_right(self._opens, at) - 1
        if nth < 0:
            return 0.0
        return self._before[nth] + min(at - self._opens[nth], self._lasts[nth])
