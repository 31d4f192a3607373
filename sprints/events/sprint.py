"""Facts about sprints and their reserve."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from journal.facts import Fact


@dataclass(frozen=True)
class SprintPlanned(Fact):
    name = "sprint.planned"
    words = "planned the sprint"
    public = ("capacity", "reserve")
    capacity: Decimal
    reserve: Decimal


@dataclass(frozen=True)
class CapacitySet(Fact):
    name = "sprint.capacity_set"
    words = "set the capacity to {capacity}"
    public = ("capacity", "was")
    capacity: Decimal
    was: Decimal
    release_manager_duty: Decimal | None = None
    on_call_duty: Decimal | None = None
    stock_stream: Decimal | None = None


@dataclass(frozen=True)
class SprintRestKept(Fact):
    """By the clock: a page at night took hours of the day after out of the capacity."""

    name = "sprint.rest_kept"
    words = "took {points} out of the capacity: {person} was paged in the night to {day}"
    public_words = "took {points} out of the capacity after a page at night"
    public = ("points", "day")
    points: Decimal
    day: date
    person: str


@dataclass(frozen=True)
class SprintCommitted(Fact):
    name = "sprint.committed"
    words = "committed to {points}"
    public = ("points",)
    #: Why more than the commit limit, when it is.
    public_text = False
    points: Decimal
    limit: Decimal


@dataclass(frozen=True)
class ReserveSet(Fact):
    name = "sprint.reserve_set"
    words = "set the reserve to {reserve}"
    public = ("reserve", "was")
    reserve: Decimal
    was: Decimal


@dataclass(frozen=True)
class SprintStarted(Fact):
    name = "sprint.started"
    words = "started the sprint"


@dataclass(frozen=True)
class SprintClosed(Fact):
    """What is carried, by reference; the reasons are in the history of each piece and in `Carried`."""

    name = "sprint.closed"
    words = "closed the sprint"
    goal_met: bool | None = None
    carried: tuple[str, ...] = ()


@dataclass(frozen=True)
class SprintCancelled(Fact):
    name = "sprint.cancelled"
    words = "cancelled the sprint"
    carried: tuple[str, ...] = ()


@dataclass(frozen=True)
class SprintGoalRiskFlagged(Fact):
    name = "sprint.goal_risk_flagged"
    words = "said that the goal is at risk"
    internal = True


@dataclass(frozen=True)
class SprintGoalRiskSeen(Fact):
    name = "sprint.goal_risk_seen"
    words = "has seen that the goal is at risk"
    internal = True


@dataclass(frozen=True)
class SprintImprovementAdded(Fact):
    name = "sprint.improvement_added"
    words = "wrote down what to try next"
    internal = True


@dataclass(frozen=True)
class SprintImprovementJudged(Fact):
    """Said at a later retrospective: yes, no, or too early."""

    name = "sprint.improvement_judged"
    words = "said whether an improvement of {of} helped: {helped}"
    internal = True
    improvement: int
    of: str
    helped: str


@dataclass(frozen=True)
class SprintSwappedOut(Fact):
    name = "sprint.swapped_out"
    words = "took planned work out of the sprint, worth {points}, to make room for {instead_of}"
    public_words = "took planned work out of the sprint, to make room for something more urgent"
    points: Decimal
    bugs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    instead_of: str = ""


@dataclass(frozen=True)
class SprintSwapProposed(Fact):
    name = "sprint.swap_proposed"
    words = "proposed what leaves the sprint for {bug}"
    public_words = "proposed what leaves the sprint"
    overdraft: int
    leaves: tuple[str, ...]
    bug: str = ""


@dataclass(frozen=True)
class SprintLetGo(Fact):
    name = "sprint.let_go"
    words = "let go what they work on, to make room for {bug}"
    public_words = "let go what they work on"
    overdraft: int
    bug: str = ""


@dataclass(frozen=True)
class SprintRiskAccepted(Fact):
    name = "sprint.risk_accepted"
    words = "accepted the risk: {points} beyond the reserve, for {bug}"
    public_words = "accepted the risk of what goes beyond the reserve"
    public_text = False
    overdraft: int
    points: Decimal
    bug: str = ""


@dataclass(frozen=True)
class SprintPulledForward(Fact):
    """A payback or a scheduled bug, paid by what the reserve did not use (SPR-8)."""

    name = "sprint.pulled_forward"
    words = "pulled {thing} forward, on {points} of unused reserve"
    public_words = "pulled work forward from a later sprint"
    thing: str
    points: Decimal


@dataclass(frozen=True)
class SprintPullForwardProposed(Fact):
    """Once per sprint, late in it, by the clock: what its unused reserve could be given to (SPR-8)."""

    name = "sprint.pull_forward_proposed"
    words = "proposed to pull work forward: {points} of the reserve are not used"
    internal = True
    points: Decimal
    things: tuple[str, ...]


@dataclass(frozen=True)
class SprintOverdraftNagged(Fact):
    """An overdraft that nobody answered within a working day; the clock says so each day."""

    name = "sprint.overdraft_nagged"
    words = "reminded: {points} beyond the reserve wait for the product owner"
    internal = True
    overdraft: int
    points: Decimal
    bug: str = ""
