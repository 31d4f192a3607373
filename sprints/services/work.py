"""Hours of unplanned work: kept by date, and drawn from the reserve of the sprint that runs (SPR-3, SPR-10)."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from foundation.locking import locked
from journal import services as journal
from oncall.querysets import standing
from sprints import policy
from sprints.events import WorkLogged, WorkTakenBack
from sprints.lifecycle import EntryKind, State, WorkKind
from sprints.models import Sprint, WorkLog
from sprints.querysets import hold_left, running
from sprints.rules.reserve import CENT, ZERO, in_unit, out_of_range
from sprints.services._act import ROWS
from sprints.services.reserve import Posting, name_overdraft, post
from teams.models import Person, ProductArea, Team

LONGEST_DAY = Decimal(24)


@transaction.atomic
def log_work(
    team: Team,
    *,
    kind: str,
    hours: Decimal,
    on: date | None = None,
    note: str = "",
    source_team: Team | None = None,
    area: ProductArea | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
) -> WorkLog:
    """Log a direct request that should have been a report, or a page (PR-12). Bugs and reports have a
    verb of this name on their own floors."""
    if refusal := policy.may_log_work(standing(by, at), team.pk):
        raise NotAllowed(refusal)
    if kind not in (WorkKind.SHADOW, WorkKind.PAGE):
        raise Invalid({"kind": ["Log it from the report or the bug itself."]})
    work = keep_hours(
        lock_running(team.pk), team=team, kind=WorkKind(kind), hours=hours, on=on, note=note,
        source_team=source_team, area_id=area.pk if area else None, by=by, at=at,
    )  # fmt: skip
    fact = WorkLogged(
        hours=hours, on=work.on, kind_of_work=kind, team=team.slug,
        source_team=source_team.slug if source_team else "",
    )  # fmt: skip
    journal.record(fact, subject=work.pk, by=by, at=at, source=source)
    return work


@transaction.atomic
def take_back_work(work_id: int, *, by: Person, at: datetime, source: str = "web") -> WorkLog:
    """Take back hours that were logged by mistake: a row of its own, and the reserve has them again."""
    work = WorkLog.objects.select_related("team").filter(pk=work_id, by=by).first()
    if work is None:
        raise NotFound("There are no such hours of yours.")
    debited = work.entries.filter(kind=EntryKind.DEBIT).first()
    sprint = locked(ROWS, debited.sprint_id) if debited else None
    locked(WorkLog.objects.all(), work_id)
    if work.takes_back_id or WorkLog.objects.filter(takes_back=work).exists():
        raise Conflict("These hours are taken back already.")
    back = WorkLog.objects.create(
        team=work.team, kind=work.kind, bug=work.bug, report=work.report, area_id=work.area_id,
        source_team_id=work.source_team_id, hours=-work.hours, on=work.on, unplanned=work.unplanned,
        by=by, takes_back=work, at=at,
    )  # fmt: skip
    if sprint and debited and sprint.state == State.RUNNING:
        lines = [Posting(EntryKind.CREDIT, debited.amount, work.bug, work=back.pk)]
        if work.bug and sprint.bugs.filter(pk=work.bug, fixed_at__isnull=False).exists():
            # Its hold was settled when it was fixed: what comes back is free.
            lines.append(Posting(EntryKind.RELEASE, debited.amount, work.bug, work=back.pk))
        post(sprint, lines, at=at)
    journal.record(WorkTakenBack(hours=work.hours), subject=back.pk, by=by, at=at, source=source)
    return back


def lock_running(team_id: int) -> Sprint | None:
    """The team's running sprint, locked; None when none runs."""
    sprint = running(team_id)
    return locked(ROWS, sprint.pk) if sprint else None


def keep_hours(
    sprint: Sprint | None,
    *,
    team: Team,
    kind: WorkKind,
    hours: Decimal,
    on: date | None,
    by: Person,
    at: datetime,
    note: str = "",
    bug: int | None = None,
    report: int | None = None,
    source_team: Team | None = None,
    area_id: int | None = None,
    unplanned: bool = True,
) -> WorkLog:
    """Keep hours of a day, and draw them from the locked running sprint when they are of its time.

    Without a sprint they wait for the next one (`draw_what_waits`). Work is never refused for want of
    reserve: it has been done, so what goes beyond is an overdraft by name.
    """
    refused = out_of_range(hours, least=CENT, most=LONGEST_DAY)
    wrong = {"hours": [refused.replace("an amount", "the hours of one day")]} if refused else {}
    today = at.astimezone(ZoneInfo(team.calendar.zone)).date()
    on = on or today
    if on > today:
        wrong["on"] = ["That day has not come yet."]
    if wrong:
        raise Invalid(wrong)
    work = WorkLog.objects.create(
        team=team, kind=kind, bug=bug, report=report, source_team=source_team, area_id=area_id,
        hours=hours, on=on, unplanned=unplanned, note=note[:200], by=by, at=at,
    )  # fmt: skip
    if sprint and unplanned and not _of_a_sprint_that_is_over(sprint, on):
        debit_work(sprint, work, at=at)
    return work


def debit_work(sprint: Sprint, work: WorkLog, *, at: datetime) -> None:
    """Use up what the hold of its bug has, raise the hold by what it lacks, overdraw by what the reserve lacks."""
    amount = in_unit(work.hours, sprint.hours_per_unit)
    held = hold_left(sprint.pk, work.bug) if work.bug else ZERO
    more = max(amount - held, ZERO)
    beyond = max(more - max(sprint.available, ZERO), ZERO)
    lines = []
    if beyond:
        lines.append(Posting(EntryKind.OVERDRAFT, beyond, work.bug, work=work.pk))
    if more and work.bug:
        lines.append(Posting(EntryKind.TRUE_UP, more, work.bug, work=work.pk))
    lines.append(Posting(EntryKind.DEBIT, amount, work.bug, work=work.pk))
    post(sprint, lines, at=at)
    if beyond:
        name_overdraft(sprint, beyond, bug=work.bug, at=at)


def draw_what_waits(sprint: Sprint, *, at: datetime) -> None:
    """A sprint starts: hours that were logged while none ran are drawn from it."""
    waiting = WorkLog.objects.filter(
        team_id=sprint.team_id, unplanned=True, entries__isnull=True, takes_back__isnull=True,
        taken_back__isnull=True,
    ).order_by("pk")  # fmt: skip
    over = Sprint.objects.filter(team_id=sprint.team_id, ended_at__isnull=False)
    if last := over.order_by("-ended_at").values_list("ended_at", flat=True).first():
        waiting = waiting.filter(recorded_at__gt=last)
    for work in waiting:
        if not _of_a_sprint_that_is_over(sprint, work.on):
            debit_work(sprint, work, at=at)


def _of_a_sprint_that_is_over(sprint: Sprint, on: date) -> bool:
    """Late hours of a sprint whose ledger is closed: they count for its day, and move nothing any more."""
    earlier = Sprint.objects.filter(
        team_id=sprint.team_id, ended_at__isnull=False, starts_on__lte=on, ends_on__gte=on
    )
    return on < sprint.starts_on and earlier.exists()
