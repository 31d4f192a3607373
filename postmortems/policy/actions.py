"""Who may do what to an action. What its backlog item decides, the policy of the backlog says (PM-6)."""

from oncall.rules import Standing
from postmortems.lifecycle.actions import ACTIONS
from postmortems.models import Action
from postmortems.policy import YES, Answer
from teams.lifecycle import Role


def may_ask_for_more(who: Standing, action: Action) -> Answer:
    team = action.item.team
    if who.human and who.has_role(team.pk, Role.PRODUCT_OWNER):
        return YES
    return (
        f"The product owner of {team.name} decides what becomes of an action, and moves its date."
    )


may_extend = may_ask_for_more


def may_answer(who: Standing, action: Action) -> Answer:
    team = action.item.team
    if who.human and who.belongs_to(team.pk):
        return YES
    return f"Somebody of {team.name} answers, best of all its owner."


def may_verify(who: Standing, action: Action) -> Answer:
    if refusal := may_answer(who, action):
        return refusal and f"Somebody of {action.item.team.name} verifies it."
    if who.person_id == action.done_by_id:
        return "Somebody other than who did it says whether it holds."
    return YES


may_send_back = may_verify


def may(verb: str, who: Standing, action: Action) -> Answer:
    """None for yes, else the reason why not."""
    answer: Answer = globals()[f"may_{verb}"](who, action)
    return answer


def allowed(who: Standing, action: Action) -> list[str]:
    """What this person may do to it now, in table order."""
    return [v for v in ACTIONS.verbs_from(action.state) if may(v, who, action) is YES]
