"""Who may do what to a bug. Each answer is None for yes, or the reason why not."""

from collections.abc import Collection

from bugs.lifecycle import INJECTABLE, LIFECYCLE, PlanState, Priority
from bugs.models import Bug
from oncall.policy import paging
from oncall.rules import Standing
from sprints import policy as sprints
from teams.lifecycle import Readers, Role
from teams.models import Team

Answer = str | None
YES = None


def _release_manager(who: Standing, bug: Bug) -> Answer:
    if who.is_release_manager(bug.team_id):
        return YES
    return f"Only the release manager of {bug.team.name} decides this."


def _developer(who: Standing, bug: Bug) -> Answer:
    if who.has_role(bug.team_id, Role.DEVELOPER):
        return YES
    return f"Only developers of {bug.team.name} do this."


may_prioritise = may_schedule = may_postpone = may_decline = _release_manager
may_estimate = may_start = may_fix = may_reopen = may_refute = _developer


def may_inject(who: Standing, bug: Bug) -> Answer:
    """A P0 also by whoever is on call, while no release manager is on duty (ONC-6): it is reviewed later."""
    if bug.priority == Priority.P0 and bug.team_id in who.stands_in:
        return YES
    return _release_manager(who, bug)


def may_pair(who: Standing, bug: Bug) -> Answer:
    """Whoever shares the work out, and whoever does it."""
    if who.is_release_manager(bug.team_id):
        return YES
    return _developer(who, bug)


def may_verify(who: Standing, bug: Bug) -> Answer:
    if not who.belongs_to(bug.team_id):
        return f"Only people of {bug.team.name} verify its bugs."
    if who.person_id == bug.fixed_by_id:
        return "Somebody other than who fixed it verifies it."
    return YES


def may_release(who: Standing, bug: Bug) -> Answer:
    """A tool of the team too: the pipeline that brings a version out says so."""
    return may_bring_out(who, bug.team)


def may_bring_out(who: Standing, team: Team) -> Answer:
    if who.belongs_to(team.pk) or who.is_release_manager(team.pk):
        return YES
    return f"Only people of {team.name} say what its versions bring."


def may_mark(who: Standing, bug: Bug) -> Answer:
    return sprints.may_plan(who, bug.team_id)


def may_log_work(who: Standing, bug: Bug) -> Answer:
    return sprints.may_log_work(who, bug.team_id)


def may_page(who: Standing, bug: Bug) -> Answer:
    if refusal := paging.may_page(who, bug.team):
        return refusal
    if not sees_inside(who, bug):
        return f"Only people who read the bugs of {bug.team.name} call for help with one."
    return YES


def _planner(who: Standing, bug: Bug) -> Answer:
    if who.has_role(bug.team_id, Role.DEVELOPER, Role.PRODUCT_OWNER):
        return YES
    return f"Developers and the product owner of {bug.team.name} plan a fix together."


def may_propose_plan(who: Standing, bug: Bug) -> Answer:
    if bug.plan_state or who.has_role(bug.team_id, Role.DEVELOPER):
        return _planner(who, bug)
    return "A developer proposes the first plan: how, and how much it takes."


def may_agree_plan(who: Standing, bug: Bug) -> Answer:
    if who.human:
        return _planner(who, bug)
    return "Only people agree or object; a tool cannot be held to it."


may_object_to_plan = may_agree_plan


def may_override_plan(who: Standing, bug: Bug) -> Answer:
    if who.human and who.has_role(bug.team_id, Role.PRODUCT_OWNER):
        return YES
    return f"Only the product owner of {bug.team.name} overrides a plan, after the objections are on the record."


def may_publish_p1_policy(roles: Collection[tuple[int, str]], team: Team) -> Answer:
    """Asked of (team, role) pairs, as all settings are."""
    if {(team.pk, Role.LEAD), (team.pk, Role.ADMIN)} & set(roles):
        return YES
    return f"Only a lead or an admin of {team.name} says how its P1s are fixed."


may_mitigate = may_repay = _developer


def may_extend(who: Standing, bug: Bug) -> Answer:
    if who.human:
        return _planner(who, bug)
    return "Only people promise a date; a tool cannot be held to it."


def may_write_off(who: Standing, bug: Bug) -> Answer:
    """One of them says yes; it takes both (BUG-4)."""
    if who.human and who.has_role(bug.team_id, Role.DEVELOPER, Role.PRODUCT_OWNER):
        return YES
    return f"The product owner and an engineer of {bug.team.name} write a loan off together."


def may(verb: str, who: Standing, bug: Bug) -> Answer:
    """None for yes, else the reason why not."""
    answer: Answer = globals()[f"may_{verb}"](who, bug)
    return answer


def allowed(who: Standing, bug: Bug) -> list[str]:
    """What this person may do to this bug now, in table order; nothing that is refused whoever asks."""
    verbs = [v for v in LIFECYCLE.verbs_from(bug.state) if may(v, who, bug) is YES]
    return [v for v in verbs if not _pointless(v, bug)]


def _pointless(verb: str, bug: Bug) -> bool:
    """Refused whoever asks, because of what the bug is."""
    if verb == "inject":
        return bug.priority not in INJECTABLE
    if verb == "release":
        return bug.release is not None and bug.release.is_out
    if verb in ("repay", "extend", "write_off"):
        return not bug.owes
    if verb in ("agree_plan", "object_to_plan"):
        return not bug.plan_state
    return verb == "override_plan" and bug.plan_state != PlanState.WAITING


def sees_inside(who: Standing, bug: Bug) -> bool:
    """Whether this person reads the whole bug, or only reference, state and promise (L1)."""
    if who.belongs_to(bug.team_id):
        return True
    return bug.team.readers == Readers.COMPANY and who.works_in_delivery
