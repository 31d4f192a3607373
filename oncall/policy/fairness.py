"""Who reads a team's balance of duties, and who says what counts in it."""

from oncall.rules import Standing
from teams.lifecycle import Role
from teams.models import Team

Answer = str | None
YES = None


def may_read_fairness(who: Standing, team: Team) -> Answer:
    if who.human and who.belongs_to(team.pk):
        return YES
    return f"How {team.name} shares its duties is its own."


def may_set_fairness_weights(who: Standing, team: Team) -> Answer:
    if who.has_role(team.pk, Role.LEAD, Role.ADMIN):
        return YES
    return f"The lead or an admin of {team.name} says what counts."
