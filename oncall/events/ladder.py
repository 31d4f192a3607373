"""Facts of the ladder. Their subject is the person whose path it is, but for the gate, which is the team's."""

from dataclasses import dataclass
from datetime import datetime

from journal.facts import Fact


@dataclass(frozen=True)
class LadderAdvanced(Fact):
    """The text is the evidence."""

    name = "ladder.advanced"
    words = "vouched for {stage}: {duty}, {team}"
    public = ("team", "duty", "stage")
    team: str
    duty: str
    stage: str


@dataclass(frozen=True)
class LadderSpoken(Fact):
    """One's own word, or a mentor's; the text is what they said."""

    name = "ladder.spoken"
    words = "gave {word}: {duty}, {team}"
    public = ("team", "duty", "word")
    team: str
    duty: str
    word: str


@dataclass(frozen=True)
class LadderIncidentSeen(Fact):
    name = "ladder.incident_seen"
    words = "noted that a {incident} was seen: {duty}, {team}"
    public = ("team", "duty", "incident")
    team: str
    duty: str
    incident: str


@dataclass(frozen=True)
class LadderPaired(Fact):
    name = "ladder.paired"
    words = "goes along with {mentor} from {start} until {end}: {duty}, {team}"
    public = ("team", "duty", "mentor", "start", "end")
    team: str
    duty: str
    mentor: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class LadderPairingTakenBack(Fact):
    name = "ladder.pairing_taken_back"
    words = "no longer goes along with {mentor} from {start} until {end}: {duty}, {team}"
    public = ("team", "duty", "mentor", "start", "end")
    team: str
    duty: str
    mentor: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class TeamLadderGateSet(Fact):
    name = "team.ladder_gate_set"
    words = "set what has to be seen before {stage}: {asked}"
    public = ("stage", "asked")
    stage: str
    asked: str
