"""Who may page, answer, escalate and stop; who says whom a page tells."""

from collections.abc import Collection

from oncall.models import Page, StandInAct
from oncall.rules import Standing
from oncall.rules.standing import ON_CALL
from teams.lifecycle import Role
from teams.models import Team

YES = None
Answer = str | None


def may_page(who: Standing, team: Team) -> Answer:
    """Anybody who works in delivery; the clock for what was filed as P0 or P1."""
    if who.system or (who.human and who.works_in_delivery):
        return YES
    return "Only people of a delivery team page. File it as what it is: a P0 pages by itself."


def may_acknowledge(who: Standing, page: Page) -> Answer:
    """Anybody of the team, and whoever was told."""
    if who.belongs_to(page.team_id) or _was_told(who, page):
        return YES
    return f"Only people of {page.team.name}, and who was paged, answer this page."


may_escalate = may_acknowledge


def may_stop(who: Standing, page: Page) -> Answer:
    """Who decides: the release manager, who is on call, the lead; the clock when the priority is lowered."""
    decides = who.is_release_manager(page.team_id) or (page.team_id, ON_CALL) in who.duties
    if who.system or decides or who.has_role(page.team_id, Role.LEAD):
        return YES
    return (
        f"Only the release manager, the lead, or who is on call for {page.team.name} stops a page."
    )


def may_prioritise(who: Standing, page: Page) -> Answer:
    """Follows from the report's own priority: asked of the clock alone."""
    return YES if who.system else "A page has the priority of what it is about."


def may_review(who: Standing, act: StandInAct) -> Answer:
    """What was done in place of a release manager is looked at by the next one, or the lead."""
    if who.is_release_manager(act.team_id) or who.has_role(act.team_id, Role.LEAD):
        return YES
    return f"Only the release manager or the lead of {act.team.name} reviews this."


def may_publish_escalation_policy(roles: Collection[tuple[int, str]], team: Team) -> Answer:
    if {(team.pk, Role.LEAD), (team.pk, Role.ADMIN)} & set(roles):
        return YES
    return f"Only a lead or an admin of {team.name} says whom a page tells."


def _was_told(who: Standing, page: Page) -> bool:
    return page.told.filter(person_id=who.person_id).exists()
