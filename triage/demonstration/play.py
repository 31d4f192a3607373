"""What every story shares: the company, the stage, who has which duty, what was filed and opened."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from problem_reports.clocks import rules
from teams.models import Person
from triage.demonstration.cadence import Slot
from triage.demonstration.company import Company
from triage.demonstration.duties import Rota
from triage.demonstration.hours import Hours
from triage.demonstration.stage import Stage

ALWAYS = Hours(rules.AROUND_THE_CLOCK)


@dataclass
class Play:
    company: Company
    stage: Stage
    rota: Rota
    sprints: dict[str, list[Slot]] = field(default_factory=dict)
    #: Numbers of reports and bugs by the key of their telling.
    filed: dict[str, int] = field(default_factory=dict)
    bugs: dict[str, int] = field(default_factory=dict)
    #: Open investigations by developer, so that work is spread as a release manager would.
    holding: Counter[str] = field(default_factory=Counter)
    pulls: int = 1180

    @property
    def now(self) -> datetime:
        return self.stage.now

    def person(self, username: str) -> Person:
        return self.company.people[username]

    def on_duty(self, team: str, duty: str, at: datetime) -> str:
        """The username of the holder at a moment."""
        return [name for start, name in self.rota[team, duty] if start <= at][-1]

    def release_manager(self, team: str, at: datetime) -> Person:
        return self.person(self.on_duty(team, "release_manager", at))

    def investigator(self, area: str, priority: str, at: datetime, not_: str = "") -> str:
        """Whom a release manager would ask: experts first, on call for what burns, the busy last."""
        team = self.company.areas[area].team.slug
        on_call = self.on_duty(team, "on_call", at)
        manager = self.on_duty(team, "release_manager", at)
        experts = self.company.experts(area)

        def fit(name: str) -> float:
            urgent = 4 * (name == on_call) if priority in ("P0", "P1") else -2 * (name == on_call)
            return (
                2 * (name in experts)
                + urgent
                - 3 * (name == manager)
                - 3 * self.holding[name]
                + 1.5 * chance(f"{area}{at}{name}").random()
            )

        names = [n for n in self.company.developers(team) if n != not_]
        return max(names, key=fit)

    def slot_of(self, team: str, at: datetime) -> Slot | None:
        """The sprint of a team that runs at a moment."""
        return next((s for s in self.sprints[team] if s.started_at <= at < s.closed_at), None)

    def version_at(self, at: datetime, behind: int = 0) -> str:
        """The release that customers had: every sprint of Clinic ends with one."""
        done = sum(s.closed_at <= at for s in self.sprints["clinic"])
        return f"6.{max(9 + done - behind, 1)}"


def chance(key: str) -> random.Random:
    """A die of one's own: adding a telling to the bank does not reshuffle the others."""
    return random.Random(f"larkfold {key}")  # noqa: S311 - no secret is made of it


def pick(key: str, things: Sequence[Any]) -> Any:
    return chance(key).choice(things)
