"""What a sprint's people can do: an amount, or reckoned from who is there (SPR-1, SPR-2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from foundation.errors import Invalid, RuleBroken
from oncall.models import DutyKind
from sprints.events import CapacitySet
from sprints.models import Availability, Sprint
from sprints.querysets import accompanied_in, duty_days, planning_of, rest_in, working_days
from sprints.rules.capacity import Presence, Reckoned, reckon
from sprints.rules.reserve import ZERO
from sprints.services._act import begin, check_amounts, finish
from teams.models import Person
from teams.querysets import developers_of


@dataclass(frozen=True)
class There:
    """How much one person is there: days off of the calendar's days, part time and focus in percent."""

    person_id: int
    days_off: Decimal = ZERO
    share_percent: int = 100
    focus_percent: int = 70


@transaction.atomic
def set_capacity(
    sprint_id: int,
    capacity: Decimal | None = None,
    *,
    people: Sequence[There] = (),
    stock_stream: Decimal | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Set the working capacity: an amount in the team's unit, or reckoned of the `people` who are there.

    With people, duties are taken from `oncall` as they are planned now; who is not named is not there.
    `stock_stream` is set aside for the old backlog (SPR-12); None leaves it.
    """
    if (capacity is None) == (not people):
        raise Invalid({"capacity": ["Say an amount, or who is there."]})
    sprint = begin(sprint_id, "set_capacity", by=by, at=at, version=version)
    if people:
        found = _reckoned(sprint, people)
    else:
        assert capacity is not None  # one of both is said: checked above
        found = Reckoned(capacity, sprint.release_manager_duty, sprint.on_call_duty)
    stock = sprint.stock_stream if stock_stream is None else stock_stream
    check_amounts(capacity=found.capacity, stock_stream=stock)
    if found.capacity < sprint.size:
        raise RuleBroken("The reserve is a part of the capacity; lower the reserve first.")
    fact = CapacitySet(
        capacity=found.capacity,
        was=sprint.capacity,
        stock_stream=stock or None,
        release_manager_duty=found.release_manager_duty or None,
        on_call_duty=found.on_call_duty or None,
    )
    sprint.capacity, sprint.stock_stream = found.capacity, stock
    sprint.release_manager_duty, sprint.on_call_duty = (
        found.release_manager_duty,
        found.on_call_duty,
    )
    fields = ["capacity", "stock_stream", "release_manager_duty", "on_call_duty"]
    return finish(sprint, fact, fields, by=by, at=at, source=source)


def _reckoned(sprint: Sprint, people: Sequence[There]) -> Reckoned:
    """Keep who is there, and add them up."""
    days = working_days(sprint)
    rows = [
        Availability(
            sprint=sprint, person_id=there.person_id, days=Decimal(len(days)), days_off=there.days_off,
            share_percent=there.share_percent, focus_percent=there.focus_percent,
        )
        for there in people
    ]  # fmt: skip
    _check(sprint, rows)
    Availability.objects.filter(sprint=sprint).delete()
    Availability.objects.bulk_create(rows)
    return reckoned(sprint, rows)


def reckoned(sprint: Sprint, rows: Sequence[Availability]) -> Reckoned:
    """What these people can do in the sprint, with the duties as they are planned now; in its unit."""
    days, planning = working_days(sprint), planning_of(sprint.team)
    on_duty, mentored = duty_days(sprint, days), accompanied_in(sprint)
    rest = rest_in(sprint)
    return reckon(
        [
            Presence(
                row.days, row.days_off, row.share_percent, row.focus_percent,
                Decimal(on_duty[DutyKind.RELEASE_MANAGER, row.person_id]),
                Decimal(on_duty[DutyKind.ON_CALL, row.person_id]),
                mentored[row.person_id] * Decimal(planning.mentor_hours),
                rest[row.person_id] * sprint.hours_per_unit,
            )
            for row in rows
        ],
        hours_per_day=sum(days.values(), ZERO) / max(len(days), 1),
        hours_per_unit=sprint.hours_per_unit,
        release_manager_percent=planning.release_manager_percent,
        on_call_percent=planning.on_call_percent,
    )  # fmt: skip


def _check(sprint: Sprint, rows: Sequence[Availability]) -> None:
    """What the constraints of the table hold too, said beside the field that it is about."""
    team = set(developers_of(sprint.team_id).values_list("pk", flat=True))
    wrong: dict[str, list[str]] = {}
    seen: set[int] = set()
    for row in rows:
        if row.person_id not in team or row.person_id in seen:
            wrong["people"] = [f"Name each developer of {sprint.team.name} once."]
        seen.add(row.person_id)
        if not row.days_off.is_finite() or not ZERO <= row.days_off <= row.days:
            wrong[f"days_off_{row.person_id}"] = [f"From 0 to {row.days} days."]
        for name in ("share_percent", "focus_percent"):
            if not 1 <= getattr(row, name) <= 100:
                wrong[f"{name}_{row.person_id}"] = ["From 1 to 100 percent."]
    if wrong:
        raise Invalid(wrong)
