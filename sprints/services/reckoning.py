"""What a team reckons with when it plans: its unit, focus, duties, and what is set aside (SPR-1, SPR-2, SPR-12)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from foundation.amounts import plain
from foundation.errors import Invalid, NotAllowed, RuleBroken, Stale
from foundation.locking import locked
from journal import services as journal
from sprints import policy
from sprints.events import TeamPlanningSet
from sprints.models import Planning
from sprints.querysets import has_amounts, planning_of
from sprints.rules.reserve import CENT, ZERO, out_of_range
from teams.lifecycle import Unit
from teams.models import Person, Team
from teams.querysets import roles_of

#: field -> its words in the history.
WORDS = {
    "unit": "unit {}",
    "hours_per_point": "{} hours a point",
    "focus_percent": "focus {} %",
    "on_call_percent": "on call takes {} %",
    "release_manager_percent": "the release manager's duty takes {} %",
    "stock_hours": "stock stream {} hours",
    "mentor_hours": "{} hours for each accompanied shift",
    "night_hours": "a page at night takes {} hours of the day after",
    "default_reserve": "first reserve {}",
}
PERCENTS = {"focus_percent": 1, "on_call_percent": 0, "release_manager_percent": 0}
MOST_HOURS = Decimal("9999.99")


@transaction.atomic
def set_planning(
    team_id: int,
    *,
    changes: Mapping[str, Any],
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Planning:
    """Set what the next sprint is reckoned with; one that has started keeps what it started with.

    `changes` are of `WORDS`; what is missing or the same stays. The unit is chosen once: what was planned in
    points would be read as hours.
    """
    team = locked(Team.objects.all(), team_id)
    if refusal := policy.may_set_planning(roles_of(by), team):
        raise NotAllowed(refusal)
    planning = planning_of(team)
    if version is not None and version != planning.version:
        raise Stale("Somebody changed this since you opened it.")
    _check(changes)
    told = {name: value for name, value in changes.items() if value != _kept(planning, name)}
    if "unit" in told and has_amounts(team):
        raise RuleBroken(
            f"{team.name} has planned and estimated in {team.unit} already; they would be read as {told['unit']}."
        )
    if not told:
        return planning
    for name, value in told.items():
        setattr(team if name == "unit" else planning, name, value)
    if "unit" in told:
        team.save(update_fields=["unit"])
    planning.team = team
    planning.version += 1
    planning.save()
    fact = TeamPlanningSet(changed=tuple(_words(name, value) for name, value in told.items()))
    journal.record(fact, subject=team.pk, by=by, at=at, source=source)
    return planning


def _kept(planning: Planning, name: str) -> Any:
    return planning.team.unit if name == "unit" else getattr(planning, name)


def _words(name: str, value: Any) -> str:
    if value is None:
        return "first reserve as the sprint before"
    return WORDS[name].format(plain(value) if isinstance(value, Decimal) else value)


def _check(changes: Mapping[str, Any]) -> None:
    """What the table's constraint holds too, said beside the field that it is about."""
    wrong: dict[str, list[str]] = {}
    for name, value in changes.items():
        if refused := _refused(name, value):
            wrong[name] = [refused]
    if wrong:
        raise Invalid(wrong)


def _refused(name: str, value: Any) -> str:
    if name == "unit":
        return "" if value in Unit.values else "Choose points or hours."
    if name in PERCENTS:
        least = PERCENTS[name]
        return "" if least <= value <= 100 else f"From {least} to 100 percent."
    if name == "default_reserve":
        return "" if value is None else out_of_range(value)
    least_hours = CENT if name == "hours_per_point" else ZERO
    return out_of_range(value, least=least_hours, most=MOST_HOURS)
