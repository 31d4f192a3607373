"""Who may change duties: the admin of the team."""

from oncall.rules import Standing
from teams.lifecycle import Role
from teams.models import Team

YES = None
Answer = str | None


def may_set_up(who: Standing, team: Team) -> Answer:
    if who.has_role(team.pk, Role.ADMIN):
        return YES
    return f"Only an admin of {team.name} edits its duties."


may_revise = may_set_up
