"""What happened to a rotation. `moved` names those whose shifts ahead it changed: they are told, nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from journal.facts import Fact


@dataclass(frozen=True)
class RotationSetUp(Fact):
    name = "rotation.set_up"
    words = "set up the rotation for {duty}, from {since} on"
    public = ("duty", "since", "moved")
    duty: str
    since: datetime
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class RotationRevised(Fact):
    """With `until` it is for a while."""

    name = "rotation.revised"
    words = "revised the rotation for {duty}, from {since} on"
    words_with: ClassVar[Mapping[str, str]] = {
        "until": "replaced the rotation for {duty} from {since} until {until}"
    }
    public = ("duty", "since", "until", "moved")
    duty: str
    since: datetime
    moved: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True)
class RotationJoined(Fact):
    name = "rotation.joined"
    words = "added {person} to the rotation for {duty}, from {since} on"
    public = ("duty", "person", "since", "moved")
    duty: str
    person: str
    since: datetime
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class RotationLeft(Fact):
    name = "rotation.left"
    words = "took {person} out of the rotation for {duty}, from {since} on"
    public = ("duty", "person", "since", "moved")
    duty: str
    person: str
    since: datetime
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class RotationOverridden(Fact):
    name = "rotation.overridden"
    words = "put {person} on duty from {start} until {end}"
    public = ("person", "start", "end", "override", "moved")
    person: str
    start: datetime
    end: datetime
    override: int
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class RotationOverrideTakenBack(Fact):
    name = "rotation.override_taken_back"
    words = "took back that {person} is on duty from {start} until {end}"
    public = ("person", "start", "end", "override", "moved")
    person: str
    start: datetime
    end: datetime
    override: int
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class RotationShiftTaken(Fact):
    name = "rotation.shift_taken"
    words = "took the shift over, until {end}"
    public = ("person", "end", "instead_of", "override", "moved")
    person: str
    end: datetime
    override: int
    instead_of: str = ""
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class RotationSwapOffered(Fact):
    """`to` is empty when anybody of the team may take it."""

    name = "rotation.swap_offered"
    words = "offered the shift {shift} of {person}"
    public = ("swap", "shift", "person", "to", "in_return")
    swap: int
    shift: str
    person: str
    to: str = ""
    in_return: str = ""


@dataclass(frozen=True)
class RotationSwapAccepted(Fact):
    name = "rotation.swap_accepted"
    words = "accepted the swap: {to} takes the shift {shift} of {person}"
    public = ("swap", "shift", "person", "to", "in_return", "moved")
    swap: int
    shift: str
    person: str
    to: str
    in_return: str = ""
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class RotationSwapDeclined(Fact):
    name = "rotation.swap_declined"
    words = "declined the shift {shift} of {person}"
    public = ("swap", "shift", "person", "to")
    swap: int
    shift: str
    person: str
    to: str = ""


@dataclass(frozen=True)
class RotationSwapWithdrawn(Fact):
    name = "rotation.swap_withdrawn"
    words = "withdrew the offer of the shift {shift} of {person}"
    public = ("swap", "shift", "person")
    swap: int
    shift: str
    person: str


@dataclass(frozen=True)
class RotationSwapLapsed(Fact):
    """`to` is empty for an offer that nobody had taken."""

    name = "rotation.swap_lapsed"
    words = "changed the rotation so that the swap of {shift} of {person} no longer applies"
    public = ("swap", "shift", "person", "to", "in_return")
    swap: int
    shift: str
    person: str
    to: str = ""
    in_return: str = ""


@dataclass(frozen=True)
class AbsenceRecorded(Fact):
    """Why somebody is away is not asked."""

    name = "absence.recorded"
    words = "said that {person} is away from {start} until {end}"
    public = ("person", "start", "end", "moved")
    person: str
    start: datetime
    end: datetime
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class AbsenceTakenBack(Fact):
    name = "absence.taken_back"
    words = "said that {person} is not away from {start} until {end}"
    public = ("person", "start", "end", "moved")
    person: str
    start: datetime
    end: datetime
    moved: tuple[str, ...] = ()
