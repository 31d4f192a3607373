"""Facts about people and their access."""

from dataclasses import dataclass
from datetime import datetime

from journal.facts import Fact


@dataclass(frozen=True)
class TokenIssued(Fact):
    """A token was made for somebody; the token itself is nowhere but in their hands."""

    name = "person.token_issued"
    words = "made the token {token}"
    internal = True
    person: str
    token: str
    scope: str
    expires_at: datetime | None = None


@dataclass(frozen=True)
class AreaSetUp(Fact):
    name = "area.set_up"
    words = "set up the area {area}"
    public = ("area", "team")
    area: str
    team: str


@dataclass(frozen=True)
class AreaRenamed(Fact):
    name = "area.renamed"
    words = "renamed the area {was} to {area}"
    public = ("area", "was")
    area: str
    was: str


@dataclass(frozen=True)
class ExpertNamed(Fact):
    name = "area.expert_named"
    words = "named {person} as an expert"
    public = ("person",)
    person: str


@dataclass(frozen=True)
class ExpertRemoved(Fact):
    name = "area.expert_removed"
    words = "removed {person} as an expert"
    public = ("person",)
    person: str


@dataclass(frozen=True)
class CalendarSetUp(Fact):
    name = "calendar.set_up"
    words = "set up the calendar {calendar}"
    public = ("calendar", "zone", "shifts", "days_off", "country", "subdivision")
    calendar: str
    zone: str
    shifts: tuple[str, ...]
    days_off: tuple[str, ...] = ()
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True)
class CalendarEdited(Fact):
    """The whole calendar as it is from this version on; its public holidays are rows of the version."""

    name = "calendar.edited"
    words = "edited the calendar {calendar}"
    public = ("calendar", "zone", "shifts", "days_off", "version", "country", "subdivision")
    calendar: str
    zone: str
    shifts: tuple[str, ...]
    version: int
    days_off: tuple[str, ...] = ()
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True)
class CalendarChosen(Fact):
    name = "team.calendar_chosen"
    words = "works by the calendar {calendar} now, not by {was}"
    public = ("calendar", "was")
    calendar: str
    was: str


@dataclass(frozen=True)
class AgreementProposed(Fact):
    name = "agreement.proposed"
    words = "proposed it: “{text}”"
    public = ("text",)
    text: str


@dataclass(frozen=True)
class AgreementCommented(Fact):
    name = "agreement.commented"
    words = "commented"


@dataclass(frozen=True)
class AgreementUsed(Fact):
    name = "agreement.used"
    words = "said that it was {how} on {what}"
    public = ("how", "what")
    how: str
    what: str


@dataclass(frozen=True)
class AgreementAdopted(Fact):
    name = "agreement.adopted"
    words = "adopted it in writing"


@dataclass(frozen=True)
class AgreementRevised(Fact):
    name = "agreement.revised"
    words = "proposed other words: “{text}”"
    public = ("text",)
    text: str


@dataclass(frozen=True)
class AgreementRetired(Fact):
    name = "agreement.retired"
    words = "retired it"


@dataclass(frozen=True)
class AgreementReplaced(Fact):
    name = "agreement.replaced"
    words = "adopted its revision"
