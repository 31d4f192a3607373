"""When who investigates is away: what they have not begun is free again, what they have is asked about (ONC-3)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from foundation.locking import locked_all
from journal.models import Source
from oncall.models import Absence
from problem_reports.events import ReportHolderAway
from problem_reports.lifecycle import State
from problem_reports.models import AbsenceSeen
from problem_reports.querysets import held_by
from problem_reports.services._act import ROWS, finish
from problem_reports.services.triage import hand_back
from teams.querysets import CLOCK, automatic

BATCH = 100


def begun(at: datetime) -> QuerySet[Absence]:
    """Absences that run and that nobody has looked at."""
    seen = AbsenceSeen.objects.filter(absence=OuterRef("pk"))
    rows = Absence.objects.filter(during__contains=at, taken_back_at__isnull=True)
    return rows.filter(~Exists(seen)).select_related("person").order_by("pk")


def see_absences(*, at: datetime, source: str = Source.SYSTEM, **wanted: Any) -> int:
    """What has begun is looked at, each once; returns how many."""
    keys = list(begun(at).filter(**wanted).values_list("pk", flat=True)[:BATCH])
    return sum(_see(key, at, source) for key in keys)


@transaction.atomic
def _see(key: int, at: datetime, source: str) -> bool:
    """Of two clocks the second waits here, and finds it seen."""
    absence = Absence.objects.select_related("person").get(pk=key)
    _, new = AbsenceSeen.objects.get_or_create(absence=absence, defaults={"at": at})
    if not new:
        return False
    person, the_clock = absence.person, automatic(CLOCK)
    until = absence.during.upper.astimezone(ZoneInfo(person.zone))
    told: dict[str, Any] = {"by": the_clock, "at": at, "source": source}
    away = f"{person} is away until {until:%a %-d %b %H:%M}."
    held = locked_all(ROWS, held_by(person.pk).values_list("pk", flat=True))
    for report in held.values():
        if report.assignee_id != person.pk:
            continue
        if report.state == State.ASSIGNED:
            hand_back(report.pk, reason=away, **told)
        elif report.state in (State.INVESTIGATING, State.WAITING):
            report.was = report.state
            fact = ReportHolderAway(person=str(person), until=absence.during.upper)
            finish(report, fact, **told)
    return True
