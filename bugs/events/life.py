"""From opened to verified."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from journal.facts import Fact


@dataclass(frozen=True)
class BugOpened(Fact):
    name = "bug.opened"
    words = "opened the bug for {report}, as {priority}"
    public_words = "opened a bug for it"  # the report may be another team's
    priority: str
    report: str


@dataclass(frozen=True)
class BugPrioritised(Fact):
    name = "bug.prioritised"
    words = "changed the priority from {was} to {priority}"
    public = ("priority", "was")
    public_text = False
    priority: str
    was: str


@dataclass(frozen=True)
class BugEstimated(Fact):
    name = "bug.estimated"
    words = "estimated it at {points}"
    public_words = "estimated it"
    points: Decimal
    was: Decimal | None = None


@dataclass(frozen=True)
class BugInjected(Fact):
    name = "bug.injected"
    words = "injected it into {sprint}, ends {ends_on}"
    public = ("sprint", "ends_on")
    public_text = False
    #: Empty while no sprint runs: the entry waits for the next one.
    sprint: str
    ends_on: date | None
    points: Decimal
    leaves: tuple[str, ...] = ()
    overdraft: Decimal | None = None


@dataclass(frozen=True)
class BugSwappedOut(Fact):
    name = "bug.swapped_out"
    words = "took it out of {sprint} to make room for {instead_of}"
    public_words = "took it out of {sprint} to make room for something more urgent"
    public = ("sprint",)
    sprint: str
    instead_of: str


@dataclass(frozen=True)
class BugScheduled(Fact):
    name = "bug.scheduled"
    words = "scheduled it for {sprint}, ends {ends_on}"
    public = ("sprint", "ends_on")
    sprint: str
    ends_on: date


@dataclass(frozen=True)
class BugPostponed(Fact):
    name = "bug.postponed"
    words = "postponed it; next review on {until}"
    public = ("until",)
    public_text = False
    until: date


@dataclass(frozen=True)
class BugDeclined(Fact):
    name = "bug.declined"
    words = "declined it"


@dataclass(frozen=True)
class BugRefuted(Fact):
    """It was no defect: its reports are investigated again."""

    name = "bug.refuted"
    words = "found that it is no defect"


@dataclass(frozen=True)
class BugEnteredSprint(Fact):
    name = "bug.entered_sprint"
    words = "{sprint} started with it"
    public = ("sprint", "ends_on")
    sprint: str
    ends_on: date


@dataclass(frozen=True)
class BugPulledForward(Fact):
    """A later sprint had it; this one does it now, on reserve that nothing else used (SPR-8)."""

    name = "bug.pulled_forward"
    words = "pulled it forward from {was} into {sprint}, ends {ends_on}, on unused reserve"
    public_words = "pulled it forward into {sprint}, ends {ends_on}"
    public = ("sprint", "ends_on")
    sprint: str
    ends_on: date
    was: str


@dataclass(frozen=True)
class BugMarked(Fact):
    name = "bug.marked"
    words = "said how it stands in the plan"
    internal = True
    swappable: bool
    serves_goal: bool


@dataclass(frozen=True)
class BugWorkLogged(Fact):
    name = "bug.work_logged"
    words = "logged {hours} h"
    internal = True
    hours: Decimal
    on: date


@dataclass(frozen=True)
class BugCarriedBack(Fact):
    name = "bug.carried_back"
    words = "{sprint} ended without it; it is to be scheduled again"
    public = ("sprint",)
    sprint: str


@dataclass(frozen=True)
class BugStarted(Fact):
    name = "bug.started"
    words = "started to fix it"


@dataclass(frozen=True)
class BugPaired(Fact):
    """Two people who fix it are two who know its area (BUG-8)."""

    name = "bug.paired"
    words = "named {person} to work on it in a pair"
    internal = True
    person: str


@dataclass(frozen=True)
class BugPaged(Fact):
    """By hand; what became of it is told by the page itself."""

    name = "bug.paged"
    words = "paged the team"
    internal = True


@dataclass(frozen=True)
class BugFixed(Fact):
    name = "bug.fixed"
    words = "fixed it"
    links: tuple[str, ...]


@dataclass(frozen=True)
class BugP1Deviated(Fact):
    """A P1 went otherwise than the policy that it was stamped with: no fault, a figure to learn from (BUG-7)."""

    name = "bug.p1_deviated"
    words = "said how this P1 went: {done_as}; the policy was: {way}"
    internal = True
    done_as: str
    way: str


@dataclass(frozen=True)
class BugVerified(Fact):
    name = "bug.verified"
    words = "verified the fix"


@dataclass(frozen=True)
class BugReopened(Fact):
    name = "bug.reopened"
    words = "reopened it"
    words_with = {"released_in": "reopened it: it came back after version {released_in}"}
    public = ("released_in",)
    public_text = False
    #: The version that was said to have the fix, when it was out.
    released_in: str | None = None


@dataclass(frozen=True)
class BugCameBack(Fact):
    """Its review date has come: the release manager decides again."""

    name = "bug.came_back"
    words = "brought it back: its review date, {review_on}, has come"
    public = ("review_on",)
    review_on: date


@dataclass(frozen=True)
class BugNagged(Fact):
    """It still waits for a decision."""

    name = "bug.nagged"
    words = "reminded: it has waited {days} days for a decision"
    internal = True
    days: int
