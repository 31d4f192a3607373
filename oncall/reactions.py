"""Whatever changes who is on duty is told to calendars, and to those whose next shift it moved."""

from datetime import datetime
from typing import Any

from journal.registry import on
from oncall.events import (
    AbsenceRecorded,
    AbsenceTakenBack,
    DutyRevised,
    DutySetUp,
    RotationJoined,
    RotationLeft,
    RotationOverridden,
    RotationOverrideTakenBack,
    RotationRevised,
    RotationSetUp,
    RotationShiftTaken,
    RotationSwapAccepted,
)
from oncall.models import Absence, Duty, Rotation
from oncall.services.feeds import tell_of_shifts
from teams.models import Person


@on(DutySetUp)
@on(DutyRevised)
def duty_changed(fact: Any, *, subject: int, by: Person, at: datetime, source: str) -> None:
    team = Duty.objects.values_list("team_id", flat=True).get(pk=subject)
    tell_of_shifts([team], by=by, at=at, source=source)


@on(RotationSetUp)
@on(RotationRevised)
@on(RotationJoined)
@on(RotationLeft)
@on(RotationOverridden)
@on(RotationOverrideTakenBack)
@on(RotationShiftTaken)
@on(RotationSwapAccepted)
def rotation_changed(fact: Any, *, subject: int, by: Person, at: datetime, source: str) -> None:
    team = Rotation.objects.values_list("team_id", flat=True).get(pk=subject)
    tell_of_shifts([team], by=by, at=at, source=source)


@on(AbsenceRecorded)
@on(AbsenceTakenBack)
def somebody_is_away(fact: Any, *, subject: int, by: Person, at: datetime, source: str) -> None:
    absence = Absence.objects.select_related("person").get(pk=subject)
    theirs = absence.person.memberships.values_list("team_id", flat=True)
    told = Rotation.objects.filter(team_id__in=theirs).values_list("team_id", flat=True)
    tell_of_shifts(told, by=by, at=at, source=source)
