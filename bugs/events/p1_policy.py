"""What a team says about its P1s."""

from dataclasses import dataclass
from datetime import date

from journal.facts import Fact


@dataclass(frozen=True)
class P1PolicyPublished(Fact):
    """Its subject is the team."""

    name = "team.p1_policy_published"
    words = "published how P1s are fixed from {since} on: {way}"
    public = ("way", "since")
    way: str
    since: date
