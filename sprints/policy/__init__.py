"""Who may plan and run sprints: the product owner, the lead or an admin of the team."""

from collections.abc import Collection

from oncall.rules import Standing
from sprints.lifecycle import LIFECYCLE
from sprints.models import Sprint
from teams.lifecycle import Readers, Role
from teams.models import Team

Answer = str | None
YES = None
PLANNERS = (Role.PRODUCT_OWNER, Role.LEAD, Role.ADMIN)


def may_plan(who: Standing, team_id: int) -> Answer:
    if who.has_role(team_id, *PLANNERS):
        return YES
    return "Only the product owner, the lead or an admin of the team plans its sprints."


def may_set_planning(roles: Collection[tuple[int, str]], team: Team) -> Answer:
    """Asked of (team, role) pairs, as all settings are."""
    if any((team.pk, role) in roles for role in PLANNERS):
        return YES
    return f"Only the product owner, the lead or an admin of {team.name} says how it plans."


def _may_steer(who: Standing, sprint: Sprint) -> Answer:
    return may_plan(who, sprint.team_id)


def may_flag_goal_risk(who: Standing, sprint: Sprint) -> Answer:
    if who.human and who.belongs_to(sprint.team_id):
        return YES
    return f"Only people of {sprint.team.name} say that its goal is at risk."


def may_see_goal_risk(who: Standing, sprint: Sprint) -> Answer:
    if who.has_role(sprint.team_id, Role.PRODUCT_OWNER):
        return YES
    return f"The product owner of {sprint.team.name} says that the risk is seen."


def may_cancel(who: Standing, sprint: Sprint) -> Answer:
    if who.has_role(sprint.team_id, Role.PRODUCT_OWNER):
        return YES
    return f"Only the product owner of {sprint.team.name} cancels its sprint."


may_set_capacity = may_set_reserve = may_commit = may_start = may_close = _may_steer


def may_propose_swap(who: Standing, sprint: Sprint) -> Answer:
    if who.is_release_manager(sprint.team_id):
        return YES
    return may_plan(who, sprint.team_id) and (
        f"The release manager of {sprint.team.name} proposes what leaves."
    )


def may_let_go(who: Standing, sprint: Sprint) -> Answer:
    """Of the team; whether something of theirs is asked for, the verb says."""
    if who.has_role(sprint.team_id, Role.DEVELOPER):
        return YES
    return "Only who works on it lets it go."


def may_swap_out(who: Standing, sprint: Sprint) -> Answer:
    if who.has_role(sprint.team_id, Role.PRODUCT_OWNER):
        return YES
    return f"The product owner of {sprint.team.name} decides what leaves."


def may_accept_risk(who: Standing, sprint: Sprint) -> Answer:
    if who.has_role(sprint.team_id, Role.PRODUCT_OWNER):
        return YES
    return f"The product owner of {sprint.team.name} accepts a risk for the goal."


def may_pull_forward(who: Standing, sprint: Sprint) -> Answer:
    """Proposed to the team: a person who does its work or plans it says yes (SPR-8)."""
    team = sprint.team_id
    if who.human and (
        who.has_role(team, Role.DEVELOPER, *PLANNERS) or who.is_release_manager(team)
    ):
        return YES
    return f"The team of {sprint.team.name} decides what it pulls forward."


def may_improve(who: Standing, sprint: Sprint) -> Answer:
    if who.human and who.belongs_to(sprint.team_id):
        return YES
    return f"Only people of {sprint.team.name} say what it tries next, and whether it helped."


def may_log_work(who: Standing, team_id: int) -> Answer:
    if who.human and who.belongs_to(team_id):
        return YES
    return "Only people of the team log its work."


def may(verb: str, who: Standing, sprint: Sprint) -> Answer:
    """None for yes, else the reason why not."""
    answer: Answer = globals()[f"may_{verb}"](who, sprint)
    return answer


def allowed(who: Standing, sprint: Sprint) -> list[str]:
    """What this person may do to this sprint now, in table order."""
    return [v for v in LIFECYCLE.verbs_from(sprint.state) if may(v, who, sprint) is YES]


def offered(who: Standing, sprint: Sprint) -> list[str]:
    """Of what is allowed, what makes sense now: a risk is for a goal, and is seen once."""
    senseless = set()
    if not sprint.goal:
        senseless.add("flag_goal_risk")
    if sprint.risk_flagged_at is None or sprint.risk_seen_at is not None:
        senseless.add("see_goal_risk")
    return [verb for verb in allowed(who, sprint) if verb not in senseless]


#: What who does not see inside is told, at an address that shows nothing else.
INSIDE = "This is the delivery teams' to read; you see the sprint's name, dates and state."


def sees_inside(who: Standing, sprint: Sprint) -> bool:
    """Whether this person reads the work and the ledger, or only name, dates and state (L1)."""
    if who.belongs_to(sprint.team_id):
        return True
    return sprint.team.readers == Readers.COMPANY and who.works_in_delivery
