"""Who may change duties, rotations and shifts. Each answer is None for yes, or the reason why not."""

from collections.abc import Collection

from oncall.rules import Standing
from teams.lifecycle import Role
from teams.models import Team

YES = None
Answer = str | None


def may(verb: str, who: Standing, team: Team) -> Answer:
    answer: Answer = globals()[f"may_{verb}"](who, team)
    return answer


def may_set_up(who: Standing, team: Team) -> Answer:
    if who.has_role(team.pk, Role.ADMIN):
        return YES
    return f"Only an admin of {team.name} edits its duties."


may_revise = may_set_up


def leads(who: Standing, team: Team) -> bool:
    return who.has_role(team.pk, Role.LEAD, Role.ADMIN)


def may_set_up_rotation(who: Standing, team: Team) -> Answer:
    if leads(who, team):
        return YES
    return f"Only a lead or an admin of {team.name} edits its rotations."


may_revise_rotation = may_join_rotation = may_leave_rotation = may_set_up_rotation
may_override = may_take_back_override = may_set_up_rotation


def may_take_shift(who: Standing, team: Team) -> Answer:
    """No ceremony stands between a person and an outage: whoever is of the team may."""
    if who.human and who.belongs_to(team.pk):
        return YES
    return f"Only people of {team.name} take its shifts."


may_offer_swap = may_accept_swap = may_decline_swap = may_withdraw_swap = may_take_shift


#: What is done to a rotation, what is done most first.
VERBS = (
    *("take_shift", "offer_swap", "override"),
    *("join_rotation", "leave_rotation", "revise_rotation"),
)


def allowed(who: Standing, team: Team, *, learning: bool) -> list[str]:
    """The verbs on a rotation of this team that they may use; who is `learning` its duty takes no shift alone."""
    kept = [verb for verb in VERBS if may(verb, who, team) is YES]
    return [verb for verb in kept if not (learning and verb == "take_shift")]


def may_act_for(who: Standing, team: Team, person_id: int) -> Answer:
    """For oneself, or on behalf of somebody of the team one leads: the history says who did it."""
    if who.person_id == person_id or leads(who, team):
        return YES
    return f"Only they themselves, or a lead of {team.name}, may do that."


def may_record_absence(who: Standing, person_id: int, team_ids: Collection[int]) -> Answer:
    if who.person_id == person_id or any(
        who.has_role(team, Role.LEAD, Role.ADMIN) for team in team_ids
    ):
        return YES
    return "Only they themselves, or a lead of their team, say that they are away."
