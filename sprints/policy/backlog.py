"""Who may do what to the backlog: the product owner orders and decides, developers estimate and do the work (SPR-9)."""

from oncall.rules import Standing
from sprints.lifecycle import BACKLOG, ItemState
from sprints.models import BacklogItem
from sprints.policy import YES, Answer, may_plan
from teams.lifecycle import Role


def may_add(who: Standing, team_id: int) -> Answer:
    """A tool of the team too: it mirrors a tracker."""
    if who.belongs_to(team_id):
        return YES
    return "Only people of the team add to its backlog."


def may_edit(who: Standing, item: BacklogItem) -> Answer:
    if who.person_id == item.added_by_id and item.state == ItemState.PROPOSED:
        return YES
    return may_plan(who, item.team_id) and (
        f"The product owner of {item.team.name} edits it, and who added it until it is decided."
    )


def _product_owner(who: Standing, item: BacklogItem) -> Answer:
    if who.has_role(item.team_id, Role.PRODUCT_OWNER):
        return YES
    return f"The product owner of {item.team.name} orders the backlog and decides what is in it."


def _developer(who: Standing, item: BacklogItem) -> Answer:
    if who.has_role(item.team_id, Role.DEVELOPER):
        return YES
    return f"Only developers of {item.team.name} do this."


def _planner(who: Standing, item: BacklogItem) -> Answer:
    return may_plan(who, item.team_id)


may_order = may_accept = may_decline = _product_owner
may_estimate = may_start = may_finish = _developer
may_schedule = may_take_out = may_mark = _planner


def may(verb: str, who: Standing, item: BacklogItem) -> Answer:
    """None for yes, else the reason why not."""
    answer: Answer = globals()[f"may_{verb}"](who, item)
    return answer


def allowed(who: Standing, item: BacklogItem) -> list[str]:
    """What this person may do to this item now, in table order."""
    return [v for v in BACKLOG.verbs_from(item.state) if may(v, who, item) is YES]
