"""Standing: what a person may draw on at one moment. Pure; every policy takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

RELEASE_MANAGER = "release_manager"
ON_CALL = "on_call"


@dataclass(frozen=True)
class Standing:
    """Roles per team and duties held at a moment. `holding` counts open investigations per team."""

    person_id: int
    human: bool
    roles: frozenset[tuple[int, str]] = frozenset()
    duties: frozenset[tuple[int, str]] = frozenset()
    holding: Mapping[int, int] = field(default_factory=dict)

    def has_role(self, team_id: int, *roles: str) -> bool:
        return any((team_id, role) in self.roles for role in roles)

    def belongs_to(self, team_id: int | None) -> bool:
        return any(team == team_id for team, _ in self.roles)

    def is_release_manager(self, team_id: int) -> bool:
        return (team_id, RELEASE_MANAGER) in self.duties

    @property
    def teams(self) -> frozenset[int]:
        return frozenset(team for team, _ in self.roles)
