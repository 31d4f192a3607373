"""What a team says about its balance of duties."""

from dataclasses import dataclass

from journal.facts import Fact


@dataclass(frozen=True)
class TeamFairnessWeightsSet(Fact):
    """Its subject is the team; `changed` are the weights that changed, in words."""

    name = "team.fairness_weights_set"
    words = "set what hours and pages on duty count: {changed}"
    public = ("changed",)
    changed: tuple[str, ...]
