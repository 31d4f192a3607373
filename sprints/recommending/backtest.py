"""What each method would have said before each past sprint, and how it would have gone. Pure.

Rolling origin: a forecast is made from what was known when the sprint began, then compared with what the
sprint took (`research/flow.md` §3.5). Every method sees the same origins.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from sprints.recommending import ladder
from sprints.recommending.history import Past, brought, usual_days
from sprints.recommending.ladder import Prior, Series
from sprints.recommending.scores import (
    Interval,
    Test,
    christoffersen,
    difference,
    kupiec,
    pinball,
    wilson,
)

#: Below this many sprints no forecast is scored.
LEAST = 8


@dataclass(frozen=True)
class Origin:
    """A moment before a sprint: what was known of those before it, oldest first, and what then came."""

    known: tuple[Past, ...]
    came: Past


def origins(history: Sequence[Past], window: int, least: int | None = None) -> list[Origin]:
    """The origins of a series of which nothing is ever told late: the last `window` sprints before each.

    The first has `least` sprints before it; as many as the window when not said.
    """
    first = window if least is None else min(least, window)
    return [
        Origin(tuple(history[max(t - window, 0) : t]), history[t])
        for t in range(first, len(history))
    ]


@dataclass(frozen=True)
class Method:
    """How it is asked for (`key`), what it is called, and what it says of a series."""

    key: str
    words: str
    says: Callable[[Series, float], float] | None


def methods(prior: Prior = ladder.NO_PRIOR) -> tuple[Method, ...]:
    """All that are tried, the recommendation first; how many they are is a part of the result."""
    return (
        Method(
            "ladder",
            "This recommendation",
            lambda xs, q: ladder.by_the_ladder(xs, q, prior),
        ),
        Method("weighted", "Recent sprints count more", ladder.weighted_quantile),
        Method("adaptive", "Adaptive rule", ladder.adaptive),
        Method("mean", "Mean", ladder.mean),
        Method("last_three", "Mean of the last three", ladder.last_three),
        Method("fifth", "Mean and a fifth", ladder.mean_and_a_fifth),
        Method("largest", "Largest so far", ladder.largest),
    )


#: The team's own reserves are scored as a method of theirs.
OWN = Method("own", "What the team set aside", None)
REFERENCE = "mean"


@dataclass(frozen=True)
class Forecast:
    name: str
    said: float
    came: float

    @property
    def enough(self) -> bool:
        return self.came <= self.said


@dataclass(frozen=True)
class Score:
    """How one method did. Idle, overflow, reserve and loss are per sprint, as shares of mean demand.

    `skill` is 1 - loss / loss of the mean; `against_mean` the 95 % interval of loss saved (above 0: better).
    """

    method: Method
    forecasts: tuple[Forecast, ...]
    enough: int
    interval: Interval
    loss: float
    skill: float
    reserve: float
    idle: float
    overflow: float
    fits: Test
    alone: Test
    against_mean: Interval

    @property
    def coverage(self) -> float:
        return self.enough / len(self.forecasts)


@dataclass(frozen=True)
class Backtest:
    """`demand` is the mean of what the forecast sprints took, in the unit of the series."""

    q: float
    window: int
    n: int
    demand: float
    scores: tuple[Score, ...]

    def of(self, key: str) -> Score:
        return next(score for score in self.scores if score.method.key == key)

    @property
    def asked(self) -> int:
        """In how many of the n sprints a reserve of chance q should have been enough."""
        return round(self.q * self.n)


def backtest(
    found: Iterable[Origin], q: float, window: int, prior: Prior = ladder.NO_PRIOR
) -> Backtest | None:
    """Every method at every origin; None where there is none, or nothing was ever unplanned."""
    known = list(found)
    demand = fmean(o.came.amount for o in known) if known else 0.0
    if not demand:
        return None
    told = {method: _forecasts(method, known, q) for method in methods(prior)}
    if all(origin.came.chosen is not None for origin in known):
        told[OWN] = tuple(
            Forecast(o.came.name, float(o.came.chosen or 0), o.came.amount) for o in known
        )
    losses = {m: [pinball(f.came, f.said, q) / demand for f in told[m]] for m in told}
    reference = next(losses[m] for m in losses if m.key == REFERENCE)
    scores = tuple(_score(m, told[m], losses[m], reference, demand, q) for m in told)
    return Backtest(q, window, len(known), demand, scores)


def _forecasts(method: Method, known: Sequence[Origin], q: float) -> tuple[Forecast, ...]:
    assert method.says is not None
    told = []
    for origin in known:
        stretch = origin.came.days / usual_days(origin.known)
        said = method.says(brought(origin.known), q) * stretch
        told.append(Forecast(origin.came.name, said, origin.came.amount))
    return tuple(told)


def _score(
    method: Method,
    told: tuple[Forecast, ...],
    losses: Sequence[float],
    reference: Sequence[float],
    demand: float,
    q: float,
) -> Score:
    n, enough = len(told), sum(f.enough for f in told)
    loss, usual = fmean(losses), fmean(reference)
    return Score(
        method=method,
        forecasts=told,
        enough=enough,
        interval=wilson(enough, n),
        loss=loss,
        skill=1 - loss / usual if usual else 0.0,
        reserve=fmean(f.said for f in told) / demand,
        idle=fmean(max(f.said - f.came, 0.0) for f in told) / demand,
        overflow=fmean(max(f.came - f.said, 0.0) for f in told) / demand,
        fits=kupiec(n - enough, n, q),
        alone=christoffersen([not f.enough for f in told]),
        against_mean=difference(losses, reference),
    )
