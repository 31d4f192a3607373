"""Whatever changes who is on duty is told to calendars, and to those whose next shift it moved."""

from datetime import datetime
from typing import Any

from journal.registry import on
from oncall.events import DutyRevised, DutySetUp
from oncall.models import Duty
from oncall.services.feeds import tell_of_shifts
from teams.models import Person


@on(DutySetUp)
@on(DutyRevised)
def duty_changed(fact: Any, *, subject: int, by: Person, at: datetime, source: str) -> None:
    team = Duty.objects.values_list("team_id", flat=True).get(pk=subject)
    tell_of_shifts([team], by=by, at=at, source=source)
