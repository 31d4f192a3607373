"""What a team says about its planning."""

from dataclasses import dataclass

from journal.facts import Fact


@dataclass(frozen=True)
class TeamPlanningSet(Fact):
    """Its subject is the team; `changed` are the settings that changed, in words."""

    name = "team.planning_set"
    words = "set what its planning reckons with: {changed}"
    public = ("changed",)
    changed: tuple[str, ...]
