"""Who may do what to a post-mortem. Each answer is None for yes, or the reason why not."""

from collections.abc import Collection

from bugs import policy as bugs
from bugs.models import Bug
from oncall.rules import Standing
from postmortems.lifecycle import LIFECYCLE
from postmortems.models import PostMortem
from teams.lifecycle import Role, TeamKind
from teams.models import Team

Answer = str | None
YES = None


def may_propose(who: Standing, bug: Bug) -> Answer:
    """Anybody who reads the bug asks (PM-1)."""
    if who.human and bugs.sees_inside(who, bug):
        return YES
    return f"Only people who read the bugs of {bug.team.name} ask for a post-mortem."


def may_propose_review(who: Standing, team: Team) -> Answer:
    """Anybody who reads the reports of the team asks for a review of its paper cuts (PM-9)."""
    if who.human and team.kind == TeamKind.DELIVERY and team.pk in who.reads:
        return YES
    return f"Only people who read the reports of {team.name} ask for a review of its paper cuts."


def may_waive(who: Standing, thing: PostMortem) -> Answer:
    team = thing.team
    decides = who.has_role(team.pk, Role.LEAD, Role.PRODUCT_OWNER)
    if who.human and (decides or who.is_release_manager(team.pk)):
        return YES
    return (
        f"The lead, the product owner or the release manager of {team.name} waives a post-mortem."
    )


def may_publish_trigger_rules(roles: Collection[tuple[int, str]], team: Team) -> Answer:
    """Asked of (team, role) pairs, as all settings are."""
    if {(team.pk, Role.LEAD), (team.pk, Role.ADMIN)} & set(roles):
        return YES
    return f"Only a lead or an admin of {team.name} says when its bugs ask for a post-mortem."


def _of_the_team(who: Standing, thing: PostMortem) -> Answer:
    if who.human and (who.belongs_to(thing.team.pk) or who.person_id == thing.facilitator_id):
        return YES
    return f"People of {thing.team.name} decide this."


def _together(who: Standing, thing: PostMortem) -> Answer:
    if _of_the_team(who, thing) is YES or (who.human and who.person_id in thing.invited):
        return YES
    return f"People of {thing.team.name}, and those whom they invite, write this together."


may_write = may_add_moment = may_add_factor = may_link_factors = _together
may_add_barrier = may_edit = may_remove = may_keep_phrase = _together
may_open = may_submit = may_name_facilitator = may_invite = may_uninvite = may_revise = _of_the_team
may_agree_action = may_answer_done = _of_the_team


def may_request_changes(who: Standing, thing: PostMortem) -> Answer:
    if refusal := _of_the_team(who, thing):
        return refusal
    if who.person_id == thing.author_id:
        return "Somebody other than the author reviews it."
    return YES


may_publish = may_request_changes


def may_categorise(who: Standing, thing: PostMortem) -> Answer:
    """Anybody who reads it, but who chose the categories or approved them: they know them already (PM-9)."""
    if not who.human or thing.team.pk not in who.reads:
        return f"Only people who read the post-mortems of {thing.team.name} do this."
    if who.person_id in (thing.author_id, thing.reviewer_id):
        return "Somebody who neither wrote nor reviewed it reads the factors a second time."
    return YES


def may(verb: str, who: Standing, thing: PostMortem) -> Answer:
    """None for yes, else the reason why not."""
    answer: Answer = globals()[f"may_{verb}"](who, thing)
    return answer


def allowed(who: Standing, thing: PostMortem) -> list[str]:
    """What this person may do to it now, in table order."""
    return [v for v in LIFECYCLE.verbs_from(thing.state) if may(v, who, thing) is YES]
