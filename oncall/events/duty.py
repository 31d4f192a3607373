"""Facts about duties."""

from dataclasses import dataclass
from datetime import datetime

from journal.facts import Fact


@dataclass(frozen=True)
class DutySetUp(Fact):
    name = "duty.set_up"
    words = "gave the duty to {person}"
    public = ("duty", "person", "start", "end")
    duty: str
    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class DutyRevised(Fact):
    name = "duty.revised"
    words = "changed the duty: {person}"
    public = ("duty", "person", "start", "end", "was", "was_start", "was_end")
    duty: str
    person: str
    start: datetime
    end: datetime
    was: str
    was_start: datetime | None = None
    was_end: datetime | None = None
