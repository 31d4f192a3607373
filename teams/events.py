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
