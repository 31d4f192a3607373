"""Who may change the settings of teams: their admins. Each answer is None for yes, or the reason why not.

`roles` are the (team, role) pairs of a person: standing with its duties belongs to the floor above.
"""

from collections.abc import Collection

from teams.lifecycle import Role
from teams.models import BusinessCalendar, Team

Answer = str | None
Roles = Collection[tuple[int, str]]
YES = None


def may_administer(roles: Roles, team: Team) -> Answer:
    if (team.pk, Role.ADMIN) in roles:
        return YES
    return f"Only an admin of {team.name} changes its settings."


may_set_up_area = may_rename_area = may_name_expert = may_remove_expert = may_administer
may_choose_calendar = may_administer


def may_set_up_calendar(roles: Roles) -> Answer:
    if any(role == Role.ADMIN for _, role in roles):
        return YES
    return "Only an admin of a team sets up calendars."


def may_edit_calendar(roles: Roles, calendar: BusinessCalendar, used_by: Collection[int]) -> Answer:
    """A calendar belongs to the teams that use it; one that nobody uses, to every admin."""
    if not used_by:
        return may_set_up_calendar(roles)
    if any((team, Role.ADMIN) in roles for team in used_by):
        return YES
    return f"Only an admin of a team that works by {calendar.name} edits it."


def may_propose_agreement(roles: Roles, team: Team) -> Answer:
    if any(key == team.pk for key, _ in roles):
        return YES
    return f"People of {team.name} agree how they work."


may_comment_agreement = may_use_agreement = may_revise_agreement = may_propose_agreement


def may_adopt_agreement(roles: Roles, team: Team) -> Answer:
    if any((team.pk, role) in roles for role in (Role.LEAD, Role.PRODUCT_OWNER)):
        return YES
    return f"The lead or the product owner of {team.name} writes down what is adopted, and what is not any more."


may_retire_agreement = may_adopt_agreement
