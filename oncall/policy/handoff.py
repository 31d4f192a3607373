"""Who leaves a note with a duty, and who takes it up."""

from oncall.rules import Standing
from teams.lifecycle import Role
from teams.models import Team

Answer = str | None
YES = None


def may_hand_over(who: Standing, team: Team, duty: str, *, held: bool) -> Answer:
    """Who has the duty, or had it within a day (`held`); the lead when nobody did."""
    if who.human and ((team.pk, duty) in who.duties or held):
        return YES
    if who.has_role(team.pk, Role.LEAD):
        return YES
    return f"Who has this duty of {team.name} hands it over."


def may_read_handoff(who: Standing, team: Team, duty: str, writer: int) -> Answer:
    if (team.pk, duty) not in who.duties:
        return f"It is for whoever has this duty of {team.name}."
    if who.person_id == writer:
        return "You wrote it: it is for whoever has the duty after you."
    return YES
