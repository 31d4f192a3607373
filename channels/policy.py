"""Who may see and repair deliveries: admins. Each answer is None for yes, or the reason why not.

`roles` are the (team, role) pairs of a person: standing with its duties belongs to the floor above.
"""

from collections.abc import Collection

from teams.lifecycle import Role

Answer = str | None
Roles = Collection[tuple[int, str]]
YES = None


def may_see_deliveries(roles: Roles) -> Answer:
    if any(role == Role.ADMIN for _, role in roles):
        return YES
    return "Only an admin of a team sees what is delivered to whom."


may_replay = may_see_deliveries
