"""Standing: what a person may draw on at one moment. Pure; every policy takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

RELEASE_MANAGER = "release_manager"
ON_CALL = "on_call"


@dataclass(frozen=True)
class Standing:
    """Roles per team and duties held at a moment. `holding` counts open investigations per team.

    `delivery` are the delivery teams among the teams with a role: the lead of a support team is L1 too.
    `company` are all teams that the company reads; `restricted` those that only some of their own roles
    read, with these roles.
    """

    person_id: int
    human: bool
    at: datetime
    roles: frozenset[tuple[int, str]] = frozenset()
    duties: frozenset[tuple[int, str]] = frozenset()
    delivery: frozenset[int] = frozenset()
    holding: Mapping[int, int] = field(default_factory=dict)
    company: frozenset[int] = frozenset()
    #: The clock, or another automatic actor of ours: no person and no tool.
    system: bool = False
    restricted: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    #: Teams that they are on call for while no release manager is on duty (ONC-6).
    stands_in: frozenset[int] = frozenset()

    def has_role(self, team_id: int, *roles: str) -> bool:
        return any((team_id, role) in self.roles for role in roles)

    def belongs_to(self, team_id: int | None) -> bool:
        """Whether they are of this team: by a role, or for as long as they hold a duty of it."""
        return team_id in self.teams

    def is_release_manager(self, team_id: int) -> bool:
        return (team_id, RELEASE_MANAGER) in self.duties

    @cached_property
    def teams(self) -> frozenset[int]:
        return frozenset(team for team, _ in self.roles | self.duties)

    @property
    def works_in_delivery(self) -> bool:
        return bool(self.delivery or self.duties)

    @cached_property
    def reads(self) -> frozenset[int]:
        """The teams all of whose reports they read: their own, unless it names other roles, those that
        the company reads, and those that they hold a duty of."""
        own = self.teams - self.restricted.keys()
        named = {team for team, roles in self.restricted.items() if self.has_role(team, *roles)}
        open_to_them = self.company if self.works_in_delivery else frozenset()
        return own | named | open_to_them | {team for team, _ in self.duties}
