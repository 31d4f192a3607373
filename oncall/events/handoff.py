"""Facts of a duty that changes hands. The texts are for the delivery team alone."""

from dataclasses import dataclass
from datetime import datetime

from journal.facts import Fact


@dataclass(frozen=True)
class HandoffHandedOver(Fact):
    """The subject is the note; the text is what it says."""

    name = "handoff.handed_over"
    words = "left a note to whoever has the duty next: {duty}, {team}"
    public = ("team", "duty")
    public_text = False
    team: str
    duty: str


@dataclass(frozen=True)
class HandoffRead(Fact):
    name = "handoff.read"
    words = "read what was left: {duty}, {team}"
    public = ("team", "duty")
    team: str
    duty: str


@dataclass(frozen=True)
class HandoffCame(Fact):
    """The subject is the handoff; the text is the last note that nobody has read."""

    name = "handoff.came"
    words = "{person} has the duty now: {duty}, {team}"
    public = ("team", "duty", "person", "until")
    public_text = False
    team: str
    duty: str
    person: str
    until: datetime
    wrote: str = ""
