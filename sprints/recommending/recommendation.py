"""The recommended reserve as one answer: an amount with its method, sample size, band and warnings. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sprints.recommending import ladder
from sprints.recommending.bands import Band, band_of
from sprints.recommending.drift import Drift
from sprints.recommending.history import Past, brought, share_of_largest, usual_days
from sprints.recommending.ladder import Prior, Rung
from sprints.recommending.small_samples import Delivered, delivered

#: Enough in four of five sprints, where unused reserve finds scheduled bugs to pull forward.
WITH_QUEUE = 0.80
#: Where an idle reserve is lost: overflow costs twice as much as idleness (operating room staffing).
WITHOUT_QUEUE = 0.67
#: A change below this part of the band is noise, and the team keeps what it has.
STILL = 0.25
#: One piece of work above this share of all demand is named.
ONE_OFF = 0.40


def quantile(recovered: float, disruption: float) -> float:
    """The newsvendor's q* = c_u / (c_u + c_o), with c_u = 1 + δ and c_o = 1 - r (`research/flow.md` §3.2).

    `recovered` (r) is the share of idle reserve that pull-forward puts to use, `disruption` (δ) what
    displacing a started item costs on top, as a share of the work displaced.
    """
    short, idle = 1 + disruption, 1 - recovered
    return short / (short + idle)


def usual_quantile(*, can_pull_forward: bool) -> float:
    return WITH_QUEUE if can_pull_forward else WITHOUT_QUEUE


@dataclass(frozen=True)
class Coming:
    """The sprint to be planned: its days of the calendar, its capacity, and what the team has now.

    `own` is the reserve of the team's latest sprint, which was `own_days` long.
    """

    days: int
    capacity: float | None = None
    own: float | None = None
    own_days: int | None = None

    @property
    def kept(self) -> float | None:
        """The team's own number, brought to the days of this sprint."""
        if self.own is None:
            return None
        return self.own * self.days / (self.own_days or self.days)


@dataclass(frozen=True)
class Recommendation:
    """Amounts are in the team's unit, for a sprint of `days` days; shares are 0 to 1.

    `figure` is what the method says, `amount` what is recommended: rounded up, or the team's own number
    while the change is within noise (`keeps`). None only where nothing at all is known.
    """

    amount: float | None
    figure: float | None
    band: Band | None
    rung: Rung
    n: int
    q: float
    days: int
    own: float | None = None
    keeps: bool = False
    drift: Drift | None = None
    #: The sprint with which the new level began.
    drift_since: str = ""
    delivered: Delivered | None = None
    share_of_capacity: float | None = None
    share_of_largest: float = 0.0
    #: How much of the demand nobody logged: it counts as it was estimated.
    estimated: float = 0.0

    @property
    def is_guess(self) -> bool:
        return self.rung is Rung.GUESS

    @property
    def one_off(self) -> bool:
        return self.share_of_largest > ONE_OFF


def recommend(
    history: Sequence[Past], coming: Coming, q: float, prior: Prior = ladder.NO_PRIOR
) -> Recommendation:
    """How much to set aside so that it is enough with chance q; `history` has the oldest sprint first."""
    xs = brought(history)
    step = ladder.step_of(xs)
    n, own = len(xs), coming.kept
    if step.rung is Rung.GUESS:
        return Recommendation(
            amount=own,
            figure=None,
            band=None,
            rung=step.rung,
            n=n,
            q=q,
            days=coming.days,
            own=own,
            keeps=own is not None,
            share_of_capacity=_share(own, coming.capacity),
        )
    method = ladder.method(step.rung, prior)
    stretch = coming.days / usual_days(history)
    figure = method(xs, q) * stretch
    band = band_of(step.rung, xs, q, method).times(stretch)
    keeps = own is not None and abs(figure - own) < band.width * STILL
    amount = own if keeps else rounded_up(figure)
    taken = sum(past.amount for past in history)
    return Recommendation(
        amount=amount,
        figure=figure,
        band=band,
        rung=step.rung,
        n=n,
        q=q,
        days=coming.days,
        own=own,
        keeps=keeps,
        drift=step.drift,
        drift_since=history[step.drift.since].name if step.drift else "",
        delivered=delivered(q, n),
        share_of_capacity=_share(amount, coming.capacity),
        share_of_largest=share_of_largest(history),
        estimated=sum(past.estimated for past in history) / taken if taken else 0.0,
    )


def rounded_up(amount: float) -> float:
    """To halves below 20, to whole ones from there: up, because down would be enough less often."""
    step = 0.5 if amount < 20 else 1.0
    return ceil(amount / step - 1e-9) * step


def _share(amount: float | None, capacity: float | None) -> float | None:
    return amount / capacity if amount is not None and capacity else None
