"""My desk: what waits for one's answer, what one holds, the one next thing, what one may take, and one's duties."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bugs.lifecycle import WORKED_ON
from bugs.lifecycle import State as BugState
from bugs.models import Bug
from bugs.rows import PromiseRow
from channels.web import Verb, fresh_key
from foundation.amounts import plain, with_unit
from foundation.moments import on_day
from foundation.references import address
from oncall.models import Duty, DutyKind
from oncall.querysets.handoff import notes_for
from problem_reports import policy
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.querysets import held_by, may_be_taken, visible_to, with_card
from problem_reports.web.doors import button, next_of
from problem_reports.web.reader import Reader, reader_of
from sprints.querysets import reserve_now
from teams.lifecycle import Role
from teams.models import Team
from triage.answers import asked_of
from triage.handoff import note_rows
from triage.rows import DeskRow, next_promise, report_row

OFFERED = 15
AHEAD = timedelta(weeks=8)
#: What one is busy with comes before what one only holds; what waits on somebody else comes last.
ORDER = (State.INVESTIGATING, State.ASSIGNED, State.WAITING, State.SNOOZED)


DEVELOPERS_FREE = "Planned work is yours now. What you may take is below."
OWNERS_FREE = "No injection, plan or proposal asks for your word."


@dataclass(frozen=True)
class First:
    """The next thing, as `triage/_next_thing.html` wants it."""

    reference: str
    title: str
    url: str
    priority: str
    byline: str
    promise: PromiseRow | None
    next: Verb | None


@dataclass(frozen=True)
class Offered:
    row: DeskRow
    take: Verb | None


@dataclass(frozen=True)
class Work:
    """A bug of the running sprint, as `sprints/_work.html` wants it."""

    reference: str
    title: str
    url: str
    priority: str
    state: str
    state_words: str
    points: str


@dataclass(frozen=True)
class ReserveLeft:
    """What is left of the reserve of a sprint that one plans."""

    url: str
    sprint: str
    left: str


@dataclass(frozen=True)
class Shift:
    duty: str
    when: str


@dataclass(frozen=True)
class Rest:
    """After a page at night: what it took of the day after, and where a stand-in is asked for."""

    words: str
    stand_in: str


@login_required
@never_cache
@require_GET
def my_desk(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    held = sorted(_mine(reader), key=lambda r: ORDER.index(State(r.state)))
    offered = list(_offered(reader))
    first = _first(held, offered, reader)
    teams = _teams(reader)
    context = {
        "asked": asked_of(reader),
        "first": first,
        "held": [
            report_row(r, reader) for r in held if not first or r.reference != first.reference
        ],
        "fixing": [_work(b) for b in _bugs(reader, WORKED_ON)],
        "verifying": [_work(b) for b in _to_verify(reader)],
        "offered": [
            Offered(report_row(r, reader), _take(r, reader))
            for r in offered
            if not first or r.reference != first.reference
        ],
        "takes": _takes(reader, teams),
        "shifts": list(_shifts(reader)),
        "rest": _rest(reader),
        "notes": note_rows(notes_for(reader.who), reader),
        "reserves": list(_reserves(reader)),
        "free": DEVELOPERS_FREE if teams else OWNERS_FREE,
        "idempotency_key": fresh_key(),
    }
    return render(request, "triage/my_desk.html", context)


def _mine(reader: Reader) -> QuerySet[ProblemReport]:
    return with_card(held_by(reader.person.pk) & visible_to(reader.who))


def _offered(reader: Reader) -> Sequence[ProblemReport]:
    """What nobody holds and the release manager has prioritised, in the teams that one develops for."""
    teams = [team for team, role in reader.who.roles if role == Role.DEVELOPER]
    if not teams:
        return []
    rows = with_card(may_be_taken(teams) & visible_to(reader.who))
    return rows.order_by("priority", "due_at", "pk")[:OFFERED]


def _first(
    held: Sequence[ProblemReport], offered: Sequence[ProblemReport], reader: Reader
) -> First | None:
    """What one is busy with, else what was assigned, else the first that one may take."""
    busy = [r for r in held if r.state in (State.INVESTIGATING, State.ASSIGNED)]
    chosen = next(iter(busy), None)
    if chosen is None:
        chosen = next((r for r in offered if policy.may("take", reader.who, r) is None), None)
    if chosen is None:
        return None
    allowed = policy.allowed(reader.who, chosen)
    # The release manager's own next thing is on the other desk.
    verb = next_of(chosen, reader, [v for v in allowed if v != "assign"])
    return First(
        reference=chosen.reference,
        title=chosen.title,
        url=address("PR", chosen.pk),
        priority=chosen.priority,
        byline=f"{chosen.product_area}, {chosen.get_state_display().lower()}",
        promise=next_promise(chosen, reader.at),
        next=button(verb, chosen, reader, kind="next") if verb else None,
    )


def _take(report: ProblemReport, reader: Reader) -> Verb | None:
    if policy.may("take", reader.who, report):
        return None
    return button("take", report, reader)


def _teams(reader: Reader) -> dict[int, Team]:
    keys = [team for team, role in reader.who.roles if role == Role.DEVELOPER]
    return {team.pk: team for team in Team.objects.filter(pk__in=keys).order_by("name", "pk")}


def _takes(reader: Reader, teams: dict[int, Team]) -> str:
    """How many one holds of how many; by team only when there are several."""
    parts = [
        f"{reader.who.holding.get(key, 0)} of {team.investigation_limit}"
        + (f" in {team.name}" if len(teams) > 1 else "")
        for key, team in teams.items()
    ]
    return f"You hold {', '.join(parts)}." if parts else ""


def _bugs(reader: Reader, states: Sequence[str]) -> QuerySet[Bug]:
    teams = [team for team, role in reader.who.roles if role == Role.DEVELOPER]
    rows = Bug.objects.filter(team_id__in=teams, state__in=states)
    return rows.order_by("-state", "priority", "pk")


def _to_verify(reader: Reader) -> QuerySet[Bug]:
    return _bugs(reader, (BugState.FIXED,)).exclude(fixed_by=reader.person)[:OFFERED]


def _work(bug: Bug) -> Work:
    return Work(
        reference=bug.reference,
        title=bug.title,
        url=address("BUG", bug.pk),
        priority=bug.priority,
        state=bug.state,
        state_words=bug.get_state_display().lower(),
        points=f"{bug.estimate.normalize():f}" if bug.estimate is not None else "",
    )


def _reserves(reader: Reader) -> Iterator[ReserveLeft]:
    owned = [team for team, role in reader.who.roles if role == Role.PRODUCT_OWNER]
    for team in Team.objects.filter(pk__in=owned).order_by("name", "pk") if owned else ():
        if reserve := reserve_now(team.pk):
            left = f"{plain(reserve.available)} of {plain(reserve.size)} {team.unit} left in the reserve"
            yield ReserveLeft(f"/sprints/{reserve.reference}/", reserve.sprint, left)


def _rest(reader: Reader) -> Rest | None:
    """What the last night took of today, and where somebody can be asked to stand in while one is on duty."""
    zone = timezone.get_current_timezone()
    today = reader.at.astimezone(zone).date()
    found = reader.person.night_rests.filter(day__gte=today).order_by("-day", "-pk").first()
    if found is None:
        return None
    runs = Duty.objects.filter(
        person=reader.person, during__contains=reader.at, rotation__isnull=False
    ).order_by("-during")
    held = runs.filter(duty=DutyKind.ON_CALL).first()
    hours = with_unit(found.hours, "hours")
    return Rest(
        f"You were paged in the night to {found.day:%A}. That day counts {hours} less for you in the sprint.",
        reverse("rotation", args=[held.rotation_id]) if held else "",
    )


def _shifts(reader: Reader) -> Iterator[Shift]:
    rows = Duty.objects.filter(
        person=reader.person,
        during__endswith__gt=reader.at,
        during__startswith__lt=reader.at + AHEAD,
    )
    zone = timezone.get_current_timezone()
    today = reader.at.astimezone(zone).date()
    for duty in rows.select_related("team").order_by("during", "pk"):
        starts, ends = (m.astimezone(zone) for m in (duty.during.lower, duty.during.upper))
        now = "now, " if starts <= reader.at else f"{starts:%a} {on_day(starts.date(), today)} "
        name = DutyKind(duty.duty).label
        yield Shift(
            f"{name}, {duty.team.name}", f"{now}until {ends:%a} {on_day(ends.date(), today)}"
        )
