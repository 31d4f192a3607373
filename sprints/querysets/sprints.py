"""Reading sprints."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from foundation.references import reference
from foundation.statements import Statement
from oncall.querysets import duties_between, work_read_by
from oncall.querysets.ladder import accompanied_shifts
from oncall.rules import Standing
from sprints.lifecycle import PLANNED_ITEM, ItemState, State
from sprints.models import BacklogItem, Overdraft, Planning, ReserveEntry, Sprint, WorkLog
from sprints.rules.leaving import Piece
from sprints.rules.reserve import Line
from teams.lifecycle import Readers, Unit
from teams.models import Team
from teams.querysets import open_days


def visible_to(who: Standing) -> QuerySet[Sprint]:
    """The sprints of the person's own teams, and of those whose work is open to the company.

    Who is of no team is not of the company yet.
    """
    seen = Q(team_id__in=who.teams)
    if who.teams:
        seen |= Q(team__readers=Readers.COMPANY)
    return (
        Sprint.objects.filter(seen).select_related("team__calendar").order_by("-starts_on", "-pk")
    )


def items_visible_to(who: Standing) -> QuerySet[BacklogItem]:
    """The backlog of the teams whose sprints the person looks into."""
    return (
        BacklogItem.objects.filter(work_read_by(who))
        .select_related("team", "product_area", "sprint", "worked_on_by")
        .order_by("team_id", "position", "pk")
    )


def overdrafts_visible_to(who: Standing) -> QuerySet[Overdraft]:
    """What went beyond the reserves of the teams whose sprints the person looks into."""
    return (
        Overdraft.objects.filter(work_read_by(who, "sprint__team__"))
        .select_related("sprint__team", "decided_by")
        .prefetch_related("leaving__asked")
        .order_by("-pk")
    )


def running(team_id: int) -> Sprint | None:
    return (
        Sprint.objects.select_related("team__calendar")
        .filter(team_id=team_id, state=State.RUNNING)
        .first()
    )


def next_planned(sprint_id: int) -> list[int]:
    """The key of the planned sprint that follows this one in its team; none when nobody planned it yet."""
    team = Sprint.objects.filter(pk=sprint_id).values("team_id")
    planned = Sprint.objects.filter(team_id__in=team, state=State.PLANNED).exclude(pk=sprint_id)
    return list(planned.order_by("starts_on", "pk").values_list("pk", flat=True)[:1])


class Reserve(NamedTuple):
    """What is left of the reserve of the sprint that runs, in the team's unit."""

    reference: str
    sprint: str
    available: Decimal
    size: Decimal


_RESERVE = Statement(
    "reserve",
    """
    SELECT id, name, size + carried + overdraft - held - spent, size FROM sprints_sprint
    WHERE team_id = %(team)s AND state = 'running'
    """,
    team="bigint",
)


def reserve_now(team_id: int) -> Reserve | None:
    """The foot of the desk asks it each time that the desk is drawn."""
    for key, *rest in _RESERVE.rows(team=team_id):
        return Reserve(reference("SP", key), *rest)
    return None


def coming(team_id: int) -> QuerySet[Sprint]:
    """Planned sprints of a team, the next one first: where a bug may be scheduled."""
    return (
        Sprint.objects.filter(team_id=team_id, state=State.PLANNED)
        .select_related("team")
        .order_by("starts_on", "pk")
    )


def line_of(entry: ReserveEntry) -> Line:
    """A stored line as the arithmetic takes it."""
    return Line(entry.kind, entry.amount, of_hold=entry.bug is not None)


_HOLD_LEFT = Statement(
    "hold_left",
    """
    SELECT coalesce(sum(amount * CASE
        WHEN kind IN ('hold', 'true_up', 'credit') THEN 1
        WHEN kind IN ('debit', 'release', 'carry_out') THEN -1 ELSE 0 END), 0)
    FROM sprints_reserveentry WHERE sprint_id = %(sprint)s AND bug_id = %(bug)s
    """,
    sprint="bigint",
    bug="bigint",
)


def hold_left(sprint_id: int, bug: int | None) -> Decimal:
    """What this sprint still holds for a bug, in its unit."""
    ((amount,),) = _HOLD_LEFT.rows(sprint=sprint_id, bug=bug)
    left: Decimal = amount
    return left


#: Bugs rank beside the backlog: what burns before it, what can wait behind it.
BEFORE_THE_BACKLOG = ("P0", "P1")


def planned_work(sprint_id: int) -> list[Piece]:
    """Planned, unfinished work of a sprint: what could leave it. What is worth most to the product owner first."""
    return [piece for piece in unfinished(sprint_id) if not piece.injected]


def unfinished(sprint_id: int) -> list[Piece]:
    """Everything in a sprint that is not finished; what is worth most first, by the product owner's order."""
    items = BacklogItem.objects.filter(sprint_id=sprint_id, state__in=PLANNED_ITEM)
    # The floor above, by the name of its relation (HOUSE, Reading upward).
    bugs = (
        Sprint.objects.filter(
            pk=sprint_id, bugs__state__in=("scheduled", "in_sprint", "in_progress")
        )
        .order_by("bugs__priority", "bugs__pk")
        .values(*(f"bugs__{name}" for name in OF_A_BUG))
    )
    burning, waiting = [], []
    for row in bugs:
        bug = {name: row[f"bugs__{name}"] for name in OF_A_BUG}
        before = bug["priority"] in BEFORE_THE_BACKLOG
        (burning if before else waiting).append(_piece_of_bug(bug))
    planned = [_piece_of_item(item) for item in items.order_by("position", "pk")]
    pieces = list(chain(burning, planned, waiting))
    return [replace(p, value=len(pieces) - n) for n, p in enumerate(pieces)]


OF_A_BUG = (
    "pk", "title", "estimate", "state", "priority", "swappable", "serves_goal", "worked_on_by",
    "injected_at_price",
)  # fmt: skip


def _piece_of_bug(bug: dict[str, Any]) -> Piece:
    injected = bug["injected_at_price"] is not None
    return Piece(
        points=(bug["injected_at_price"] if injected else bug["estimate"]) or Decimal(0),
        bug=bug["pk"],
        title=bug["title"],
        swappable=bug["swappable"],
        started=bug["state"] == "in_progress",
        serves_goal=bug["serves_goal"],
        worked_on_by=bug["worked_on_by"],
        injected=injected,
    )


def _piece_of_item(item: BacklogItem) -> Piece:
    return Piece(
        points=item.estimate or Decimal(0),
        item=item.pk,
        title=item.title,
        swappable=item.swappable,
        started=item.state == ItemState.IN_PROGRESS,
        serves_goal=item.serves_goal,
        worked_on_by=item.worked_on_by_id,
    )


def open_overdrafts(sprint_id: int) -> QuerySet[Overdraft]:
    """What waits for the product owner's answer, oldest first, with what is proposed to leave."""
    return (
        Overdraft.objects.filter(sprint_id=sprint_id, state="open")
        .select_related("sprint__team")
        .prefetch_related("leaving__item", "leaving__asked")
        .order_by("pk")
    )


def hours_per_unit(team: Team) -> Decimal:
    """What one unit of the team takes in hours: its own setting, or the guess of six hours a point."""
    if team.unit == Unit.HOURS:
        return Decimal(1)
    set_ = Planning.objects.filter(team=team).values_list("hours_per_point", flat=True).first()
    return set_ or Decimal(6)


def next_working_day(team: Team, at: datetime) -> datetime:
    """The same time on the next day on which the team works: "within one working day"."""
    zone = ZoneInfo(team.calendar.zone)
    local = at.astimezone(zone)
    days = open_days(team.calendar, local.date() + timedelta(days=1), local.date() + timedelta(30))
    ahead = min(days, default=local.date() + timedelta(days=1))
    return datetime.combine(ahead, local.time(), zone)


def ahead_of(team_id: int) -> QuerySet[Sprint]:
    """The sprints that planned work may go into: the running one, then the planned ones."""
    found = Sprint.objects.filter(team_id=team_id, state__in=(State.RUNNING, State.PLANNED))
    return found.select_related("team").order_by("-state", "starts_on", "pk")


def planning_of(team: Team) -> Planning:
    """What the team reckons with; a team without a row has the defaults."""
    return Planning.objects.filter(team=team).first() or Planning(team=team)


def has_amounts(team: Team) -> bool:
    """Whether anything of the team is said in its unit already."""
    return (
        Sprint.objects.filter(team=team).exists()
        or BacklogItem.objects.filter(team=team, estimate__isnull=False).exists()
        or Team.objects.filter(pk=team.pk, bugs__estimate__isnull=False).exists()
    )


def own_work(person_id: int, **subject: int) -> list[WorkLog]:
    """What this person logged on a bug or a report (`bug=7`) and did not take back, newest first."""
    mine = WorkLog.objects.filter(
        by=person_id, takes_back__isnull=True, taken_back__isnull=True, **subject
    )
    return list(mine.order_by("-on", "-pk")[:MOST_OWN])


#: Of one's own on one thing; older hours are taken back by the operator.
MOST_OWN = 20


def working_days(sprint: Sprint) -> dict[date, Decimal]:
    """day -> open hours of the team's calendar, for the days of the sprint on which it works."""
    return open_days(sprint.team.calendar, sprint.starts_on, sprint.ends_on)


def duty_days(sprint: Sprint, days: Iterable[date]) -> Counter[tuple[str, int]]:
    """(duty, person) -> on how many of these days they hold it: who holds it at noon has the day."""
    zone = ZoneInfo(sprint.team.calendar.zone)
    noons = [datetime.combine(day, time(12), zone) for day in days]
    found: Counter[tuple[str, int]] = Counter()
    if noons:
        for duty, person, during in duties_between(sprint.team_id, min(noons), max(noons)):
            found[duty, person] += sum(noon in during for noon in noons)
    return found


def accompanied_in(sprint: Sprint) -> Counter[int]:
    """Person -> on how many of their shifts that begin in the sprint a trainee goes along."""
    zone = ZoneInfo(sprint.team.calendar.zone)
    first = datetime.combine(sprint.starts_on, time(), zone)
    last = datetime.combine(sprint.ends_on + timedelta(days=1), time(), zone)
    return accompanied_shifts(sprint.team_id, first, last)


def rest_in(sprint: Sprint) -> dict[int, Decimal]:
    """Person -> what rest after pages at night took of the sprint, in its unit; nothing of anybody else."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for person, amount in sprint.night_rests.values_list("person", "amount"):
        found[person] += amount
    return found


def items_of(sprint_id: int) -> QuerySet[BacklogItem]:
    """The planned work of a sprint that is no defect, in the product owner's order; finished too."""
    return BacklogItem.objects.filter(sprint_id=sprint_id).order_by("position", "pk")
