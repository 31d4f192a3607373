"""How much a team should set aside, and how such advice would have done so far.

`recommend(team, at)` is what a planning page asks. It decides nothing: the team sets its reserve.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from statistics import fmean, median, pvariance

from bugs.lifecycle import State as BugState
from bugs.models import Bug
from insights.reserve.series import Record, imported, record
from sprints.lifecycle import State
from sprints.models import Sprint
from sprints.recommending import recommendation as rules
from sprints.recommending.backtest import LEAST, Backtest, Origin, backtest, origins
from sprints.recommending.history import Past, brought
from sprints.recommending.ladder import FEW, NO_PRIOR, SOME, Prior
from sprints.recommending.recommendation import Coming, Recommendation
from teams.lifecycle import Readers, TeamKind
from teams.models import Team

#: Sprints that a recommendation looks at: a year of two-week ones; half of it is tried too.
YEAR, HALF_A_YEAR = 26, 13
LOG_DAYS = 14
#: How many other teams a team with few sprints borrows from.
MOST_PEERS = 10


@dataclass(frozen=True)
class Advice:
    """A recommendation with the sprints it stands on, and its back-tests by window."""

    recommendation: Recommendation
    history: tuple[Past, ...]
    backtests: tuple[Backtest, ...]
    can_pull_forward: bool

    @property
    def longest(self) -> Backtest | None:
        return self.backtests[-1] if self.backtests else None


def recommend(
    team: Team,
    at: datetime,
    *,
    days: int | None = None,
    capacity: float | None = None,
    q: float | None = None,
) -> Recommendation:
    """How much `team` should set aside for its next sprint, from what was known at `at` (SPR-6).

    `days` of the calendar and `capacity` (in the team's unit) are the sprint's; when not said, those of the
    next planned sprint, else of the latest. `q` is the chance to be enough: .80 while bugs are scheduled
    that unused reserve could pull forward, else .67. Never raises for want of history: with fewer than
    three closed sprints the amount is the team's own number (`is_guess`), or None where it has none.
    """
    found = record(team, at)
    return _recommend(found, at, days, capacity, q or _usual(team))


def advise(team: Team, at: datetime, *, q: float | None = None) -> Advice:
    """The recommendation for the next sprint, with its record and its back-tests."""
    found = record(team, at)
    pull = _can_pull_forward(team)
    asked = q or rules.usual_quantile(can_pull_forward=pull)
    history = found.history(at)[-YEAR:]
    tried = [(w, found.origins(at, w, LEAST)) for w in _windows(len(found.history(at)))]
    return Advice(
        recommendation=_recommend(found, at, None, None, asked),
        history=tuple(history),
        backtests=_tried(tried, asked, NO_PRIOR),
        can_pull_forward=pull,
    )


def advise_on_log(history: Sequence[Past], *, q: float | None = None) -> Advice:
    """The same over a log in two-week sprints, whose unit is reports; there is no team's own number."""
    asked = q or rules.WITH_QUEUE
    prior = Prior(counts=True)
    tried = [(w, origins(history, w)) for w in _windows(len(history))]
    return Advice(
        recommendation=rules.recommend(history[-YEAR:], Coming(LOG_DAYS), asked, prior),
        history=tuple(history),
        backtests=_tried(tried, asked, prior),
        can_pull_forward=False,
    )


def advise_on_imported(team: Team, at: datetime, *, q: float | None = None) -> Advice:
    return advise_on_log(imported(team, at), q=q)


def _windows(n: int) -> tuple[int, ...]:
    return (HALF_A_YEAR, YEAR) if n > HALF_A_YEAR + 1 else (HALF_A_YEAR,)


def _tried(
    by_window: Sequence[tuple[int, Sequence[Origin]]], q: float, prior: Prior
) -> tuple[Backtest, ...]:
    found = (_once(tuple(known), q, window, prior) for window, known in by_window)
    return tuple(one for one in found if one is not None)


#: The same sprints give the same back-test, and it takes longer than the rest of the page: kept per process.
_once = lru_cache(maxsize=64)(backtest)


def _recommend(
    found: Record, at: datetime, days: int | None, capacity: float | None, q: float
) -> Recommendation:
    history = found.history(at)[-YEAR:]
    coming = _coming(found, at, days, capacity)
    few = FEW <= len(history) < SOME
    prior = _of_peers(found.team, at, coming) if few else NO_PRIOR
    return rules.recommend(history, coming, q, prior)


def _coming(found: Record, at: datetime, days: int | None, capacity: float | None) -> Coming:
    """The next planned sprint, or one like the latest; its own number is the latest that the team set."""
    today = at.astimezone(found.zone).date()
    ahead = [s for s in found.sprints if s.state == State.PLANNED and s.starts_on > today]
    like = ahead[0] if ahead else found.sprints[-1] if found.sprints else None
    if like is None:
        return Coming(days or LOG_DAYS, capacity)
    length = _days(like)
    return Coming(
        days=days or length,
        capacity=float(like.capacity) if capacity is None else capacity,
        own=found.chosen(like),
        own_days=length,
    )


def _days(sprint: Sprint) -> int:
    return (sprint.ends_on - sprint.starts_on).days + 1


def _usual(team: Team) -> float:
    return rules.usual_quantile(can_pull_forward=_can_pull_forward(team))


def _can_pull_forward(team: Team) -> bool:
    return Bug.objects.filter(team=team, state=BugState.SCHEDULED).exists()


def _of_peers(team: Team, at: datetime, coming: Coming) -> Prior:
    """What the company's other teams with a record take of their capacity, brought to this sprint's.

    Only of teams whose sprints the company reads. Without any, nothing is shrunk.
    """
    peers = Team.objects.filter(
        kind=TeamKind.DELIVERY, readers=Readers.COMPANY, unit=team.unit
    ).exclude(pk=team.pk)
    shares, ratios = [], []
    for peer in peers.select_related("calendar").order_by("pk")[:MOST_PEERS]:
        found = record(peer, at)
        demand = brought(found.history(at)[-YEAR:])
        capacity = [float(s.capacity) for s in found.sprints if s.state == State.CLOSED]
        if len(demand) < SOME or not fmean(demand) or not sum(capacity):
            continue
        shares.append(fmean(demand) / fmean(capacity))
        ratios.append(pvariance(demand) / fmean(demand) ** 2)
    if not shares or not coming.capacity:
        return NO_PRIOR
    mean = median(shares) * coming.capacity
    return Prior(mean=mean, dispersion=median(ratios) * mean)
