"""Facts about reports. Payloads are a contract: only add."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from journal.facts import Fact


@dataclass(frozen=True)
class ReportFiled(Fact):
    name = "problem_report.filed"
    words = "filed the report"
    public = ("priority", "product_area")
    priority: str
    product_area: str


@dataclass(frozen=True)
class ReportEdited(Fact):
    """The event's text holds what the changed fields said before."""

    name = "problem_report.edited"
    words = "edited {fields}"
    public = ("fields",)
    fields: tuple[str, ...]


@dataclass(frozen=True)
class FileAttached(Fact):
    name = "problem_report.attached"
    words = "attached {file}"
    public = ("file", "attachment")
    file: str
    attachment: str


@dataclass(frozen=True)
class ReportAssigned(Fact):
    name = "problem_report.assigned"
    words = "assigned it to {assignee}"
    public = ("assignee",)
    assignee: str


@dataclass(frozen=True)
class ReportTaken(Fact):
    name = "problem_report.taken"
    words = "took it"


@dataclass(frozen=True)
class InvestigationStarted(Fact):
    name = "problem_report.started"
    words = "started to investigate"


@dataclass(frozen=True)
class ReportHandedBack(Fact):
    name = "problem_report.handed_back"
    words = "handed it back"
    #: Why, when the clock did it.
    public_text = False


@dataclass(frozen=True)
class ReportHolderAway(Fact):
    """By the clock: who has begun to investigate it is away; whether it waits is for the release manager to say."""

    name = "problem_report.holder_away"
    words = "noticed that {person}, who investigates it, is away until {until}"
    internal = True
    person: str
    until: datetime


@dataclass(frozen=True)
class Responded(Fact):
    name = "problem_report.responded"
    words = "wrote"
    public = ("first_response",)
    first_response: bool | None = None


@dataclass(frozen=True)
class Noted(Fact):
    name = "problem_report.noted"
    words = "noted for the team"
    internal = True


@dataclass(frozen=True)
class ReportWorkLogged(Fact):
    """Hours are the delivery team's own figure: who filed the report never reads them."""

    name = "problem_report.work_logged"
    words = "logged {hours} h"
    internal = True
    hours: Decimal
    on: date


@dataclass(frozen=True)
class ReportPaged(Fact):
    """By hand; what became of it is told by the page itself."""

    name = "problem_report.paged"
    words = "paged the team"
    internal = True


@dataclass(frozen=True)
class Asked(Fact):
    name = "problem_report.asked"
    words = "asked"
    public = ("first_response", "third_party")
    first_response: bool | None = None
    third_party: str | None = None


@dataclass(frozen=True)
class Answered(Fact):
    name = "problem_report.answered"
    words = "answered"
    public = ("reopens",)
    #: Late: it was closed because nobody answered, and is open again.
    reopens: bool | None = None


@dataclass(frozen=True)
class ReportSnoozed(Fact):
    name = "problem_report.snoozed"
    words = "snoozed it until {until}"
    public = ("until",)
    public_text = False
    until: datetime


@dataclass(frozen=True)
class ReportWoken(Fact):
    name = "problem_report.woken"
    words = "woke it"


@dataclass(frozen=True)
class ReportReturned(Fact):
    name = "problem_report.returned"
    words = "returned it"
    public = ("first_response",)
    first_response: bool | None = None


@dataclass(frozen=True)
class ReportResubmitted(Fact):
    name = "problem_report.resubmitted"
    words = "filed it again"


@dataclass(frozen=True)
class ReportRouted(Fact):
    name = "problem_report.routed"
    words = "routed it from {was} to {product_area}"
    public = ("product_area", "was", "due_at")
    product_area: str
    was: str
    due_at: datetime | None = None
    leaves_team: bool | None = None


@dataclass(frozen=True)
class ReportPrioritised(Fact):
    name = "problem_report.prioritised"
    words = "prioritised it as {priority}, it was {was}"
    public = ("priority", "was", "due_at")
    priority: str
    was: str
    stated: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class ReportClassified(Fact):
    name = "problem_report.classified"
    words = "classified it as {outcome}"
    public = ("outcome", "bug", "already_fixed_in", "item", "first_response")
    outcome: str
    cause: str
    hours: Decimal
    number: int
    bug: str | None = None
    duplicate_of: str | None = None
    already_fixed_in: str | None = None
    item: str | None = None
    first_response: bool | None = None


@dataclass(frozen=True)
class ReportConfirmed(ReportClassified):
    """A P0 was classified as a bug and injected in one act."""

    name = "problem_report.confirmed"
    words = "confirmed it as a bug"


@dataclass(frozen=True)
class ReportCauseTold(Fact):
    """What a confirmation left out. Cause and hours are the delivery team's own: no reporter reads them."""

    name = "problem_report.cause_told"
    words = "told the cause, {cause}, and that it took {hours} h"
    internal = True
    cause: str
    hours: Decimal
    number: int


@dataclass(frozen=True)
class ReportCauseReminded(Fact):
    """By the clock: a confirmed report still owes its cause and hours."""

    name = "problem_report.cause_reminded"
    words = "reminded that cause and hours were due {due_at}"
    internal = True
    due_at: datetime


@dataclass(frozen=True)
class ReportDisputed(Fact):
    name = "problem_report.disputed"
    words = "disputed the classification"


@dataclass(frozen=True)
class ReportReopened(Fact):
    name = "problem_report.reopened"
    words = "reopened it"
    words_with = {
        "refuted": "reopened it: {refuted}, the bug behind it, turned out to be no defect"
    }
    public = ("refuted",)
    #: The bug that was refuted, when that is why.
    refuted: str | None = None


@dataclass(frozen=True)
class CustomerJoined(Fact):
    name = "problem_report.joined"
    words = "added {customer}, who has it too"
    public = ("customer",)
    customer: str


@dataclass(frozen=True)
class ReportWatched(Fact):
    name = "problem_report.watched"
    words = "watches it"
    internal = True


@dataclass(frozen=True)
class FirstSign(Fact):
    """Somebody acknowledged it: known of imported logs only, and never a first response (PR-5)."""

    name = "problem_report.first_sign"
    words = "took it in charge"


@dataclass(frozen=True)
class BugLinked(Fact):
    """An imported log names another anomaly of a report that is a bug already."""

    name = "problem_report.bug_linked"
    words = "linked one more anomaly to {bug}"
    public = ("bug",)
    bug: str


@dataclass(frozen=True)
class RowLogged(Fact):
    """A row of an imported log that moved nothing: the lifecycle does not permit it from there."""

    name = "problem_report.logged"
    words = "logged"
    internal = True


@dataclass(frozen=True)
class PolicyPublished(Fact):
    """Its subject is the team. `moved`: how many open reports were promised anew."""

    name = "team.policy_published"
    words = "published version {version} of the policy, which applies to {applies} items"
    public = ("version", "applies", "targets", "warn_percent", "escalate_percent")
    version: int
    applies: str
    targets: tuple[str, ...]
    warn_percent: int
    escalate_percent: int
    moved: int = 0


@dataclass(frozen=True)
class PromiseWarned(Fact):
    """Most of the time of a clock has passed. Told by the sweep, like the two below."""

    name = "problem_report.warned"
    words = "warned: the {promise} is due {due_at}"
    internal = True
    promise: str
    epoch: int
    due_at: datetime
    late_by: float


@dataclass(frozen=True)
class PromiseBreached(Fact):
    name = "problem_report.breached"
    words = "saw the {promise} pass its time: it was due {due_at}"
    public = ("promise", "due_at")
    promise: str
    epoch: int
    due_at: datetime
    late_by: float


@dataclass(frozen=True)
class PromiseEscalated(Fact):
    name = "problem_report.escalated"
    words = "told the lead: the {promise} was due {due_at}"
    internal = True
    promise: str
    epoch: int
    due_at: datetime
    late_by: float
