"""Facts about post-mortems: what was done to which part; the words themselves are in the parts."""

from dataclasses import dataclass
from datetime import date

from journal.facts import Fact


@dataclass(frozen=True)
class PostMortemProposed(Fact):
    name = "post_mortem.proposed"
    words = "proposed a post-mortem of {bug}"
    words_with = {"area": "proposed a review of the paper cuts in {area}"}
    public = ("bug", "area", "cause")
    bug: str = ""
    #: Of an aggregate review, in place of a bug.
    area: str = ""
    cause: str = ""
    #: The rules that asked for it; none when somebody did.
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class PostMortemJoined(Fact):
    """A later hit joins the post-mortem that there is (PM-1)."""

    name = "post_mortem.joined"
    words = "found one more reason for it: {why}"
    public = ("why",)
    why: str


@dataclass(frozen=True)
class TriggerRulesPublished(Fact):
    """Its subject is the team."""

    name = "team.trigger_rules_published"
    words = "published when a bug asks for a post-mortem, as version {number}"
    public = ("number",)
    number: int


@dataclass(frozen=True)
class PostMortemWaived(Fact):
    name = "post_mortem.waived"
    words = "waived it"


@dataclass(frozen=True)
class PostMortemOpened(Fact):
    name = "post_mortem.opened"
    words = "opened it, with {moments} moments from the history"
    public = ("moments", "size")
    moments: int
    size: str


@dataclass(frozen=True)
class PostMortemWritten(Fact):
    name = "post_mortem.written"
    words = "wrote on: {fields}"
    public = ("fields",)
    fields: tuple[str, ...]


@dataclass(frozen=True)
class MomentAdded(Fact):
    name = "post_mortem.moment_added"
    words = "added a moment to the timeline"
    moment: int


@dataclass(frozen=True)
class FactorAdded(Fact):
    name = "post_mortem.factor_added"
    words = "added a contributing factor"
    factor: int
    category: str


@dataclass(frozen=True)
class FactorsLinked(Fact):
    name = "post_mortem.factors_linked"
    words = "said what contributed to what"
    cause: int
    effect: int


@dataclass(frozen=True)
class BarrierAdded(Fact):
    name = "post_mortem.barrier_added"
    words = "added a barrier"
    barrier: int


@dataclass(frozen=True)
class PartEdited(Fact):
    name = "post_mortem.edited"
    words = "edited a {part}"
    public = ("part",)
    part: str
    key: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PartRemoved(Fact):
    name = "post_mortem.removed"
    words = "took a {part} out"
    public = ("part",)
    part: str
    key: int


@dataclass(frozen=True)
class PhraseKept(Fact):
    """What was kept, and why, stands with the phrase: it is read by who reviews."""

    name = "post_mortem.phrase_kept"
    words = "kept a phrase, with a reason"
    internal = True
    rule: str


@dataclass(frozen=True)
class FacilitatorNamed(Fact):
    name = "post_mortem.facilitator_named"
    words = "asked {person} to facilitate"
    internal = True
    person: str


@dataclass(frozen=True)
class ParticipantInvited(Fact):
    name = "post_mortem.invited"
    words = "invited {person}"
    internal = True
    person: str


@dataclass(frozen=True)
class ParticipantUninvited(Fact):
    name = "post_mortem.uninvited"
    words = "invites {person} no more"
    internal = True
    person: str


@dataclass(frozen=True)
class PostMortemReminded(Fact):
    """Told by the clock, once each: it is soon due, it is overdue. `stage`: soon, overdue."""

    name = "post_mortem.reminded"
    words = "reminded: it is {said} {due_on}"
    internal = True
    stage: str
    said: str
    due_on: date


@dataclass(frozen=True)
class DoneAnswered(Fact):
    name = "post_mortem.done_answered"
    words = "said of the definition of done: {said}"
    public = ("said",)
    answer: str
    said: str
    clause: int | None = None


@dataclass(frozen=True)
class PostMortemSubmitted(Fact):
    name = "post_mortem.submitted"
    words = "asked for a review"


@dataclass(frozen=True)
class ChangesRequested(Fact):
    name = "post_mortem.changes_requested"
    words = "asked for changes"


@dataclass(frozen=True)
class PostMortemPublished(Fact):
    name = "post_mortem.published"
    words = "reviewed and published it, as version {number}"
    public = ("number",)
    number: int


@dataclass(frozen=True)
class PostMortemRevised(Fact):
    name = "post_mortem.revised"
    words = "opened it again, for version {number}"
    public = ("number",)
    number: int


@dataclass(frozen=True)
class FactorsCategorised(Fact):
    """Which category was given to which factor counts only together with many others."""

    name = "post_mortem.categorised"
    words = "read its {factors} factors a second time and said their categories"
    public = ("factors",)
    factors: int
