"""Facts about calendar feeds, and about shifts that moved."""

from dataclasses import dataclass
from typing import Any

from journal.facts import Fact


@dataclass(frozen=True)
class FeedRenewed(Fact):
    """`team` is empty for one's own duties; `again` when an address of before ended with it."""

    name = "feed.renewed"
    words = "made a new calendar address"
    public = ("team",)
    team: str = ""
    again: bool = False


@dataclass(frozen=True)
class FeedRevoked(Fact):
    name = "feed.revoked"
    words = "revoked a calendar address"
    public = ("team",)
    team: str = ""


@dataclass(frozen=True)
class ScheduleMoved(Fact):
    """One change of the schedule of a team (the subject), and whose next shift it moved, from when to when.

    A move is {person: key, duty, before, after}, the last two [start, end] or empty.
    """

    name = "schedule.moved"
    words = "changed the schedule"
    public = ("moves",)
    moves: tuple[dict[str, Any], ...] = ()
