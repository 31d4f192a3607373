"""The desks: triage (two queues and a pane), my desk (what I hold and the one next thing), and home."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bugs import policy as bug_policy
from bugs.models import Bug
from bugs.querysets import overdue_loans
from channels.web import back_to, fresh_key
from foundation.references import parse, whole_number
from oncall.querysets.handoff import notes_for
from oncall.rules import RELEASE_MANAGER
from problem_reports.bug_pages import page as bug_page
from problem_reports.bug_pages.views import bug_or_404
from problem_reports.models import ProblemReport
from problem_reports.web.page import ASSIGN_KEY
from problem_reports.web.page import pane as report_pane
from problem_reports.web.reader import Reader, in_pane, reader_of, report_or_404
from sprints.querysets import reserve_now
from teams.lifecycle import Role, TeamKind
from teams.models import Team
from triage import queues, rows, watchdog
from triage.context import team_of
from triage.handoff import note_rows

KEYS = (
    {"key": "J", "does": "The row below"},
    {"key": "K", "does": "The row above"},
    {"key": "Enter", "does": "Open the whole page"},
    ASSIGN_KEY,
)
EMPTY = {
    queues.INVESTIGATE: {
        "title": "Nothing to investigate",
        "words": "Every report is with somebody. New ones appear here by themselves.",
    },
    queues.SCHEDULE: {
        "title": "Nothing to schedule",
        "words": "Every bug has its decision: a sprint, a review date, or a reasoned no.",
    },
}


@login_required
@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where a person works: release manager at the desk, developer and product owner at theirs, L1 at its reports."""
    who = reader_of(request).who
    roles = {role for _, role in who.roles}
    if any(duty == RELEASE_MANAGER for _, duty in who.duties):
        place = "desk"
    elif roles & {Role.DEVELOPER, Role.PRODUCT_OWNER}:
        place = "my_desk"
    elif Role.REPORTER in roles or not who.works_in_delivery:
        place = "my_reports"
    else:
        place = "desk"
    return redirect(place)


@login_required
@never_cache
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The triage desk; after a verb in its pane, only what changed of it."""
    reader = reader_of(request)
    team = _team(request, reader)
    name = _queue_name(request)
    queue = queues.queue(name, team.pk, reader)
    opened = request.GET.get("open", "")
    if done := request.GET.get("done", ""):
        opened = queue.next_after(done)
    pulse = queues.pulse(name, team.slug, reader.person.pk)
    after = request.GET.get("after", "")
    found, further = queue.page(after)
    # After a verb the keyboard goes on from the row that is open now.
    lines = _lines(name, team, reader, opened, focus=bool(done))
    context = {
        "team": team,
        "tabs": _tabs(team, name, pulse),
        "rows": [rows.as_html(lines.draw(line)) for line in found],
        "empty": EMPTY[name],
        "pager": _pager(team, name, after, further),
        "live_url": "" if after else _live_url(team, name, pulse, found),
        "strips": _strips(pulse),
        "foot": list(_foot(team, reader)),
        "notes": note_rows(notes_for(reader.who), reader),
        "keys": KEYS,
        "idempotency_key": fresh_key(),
        **_pane(request, name, opened, reader, team),
    }
    if in_pane(request):
        return render(request, "triage/_desk_answer.html", context)
    return render(request, "triage/desk.html", context)


@login_required
@never_cache
@require_GET
def live(request: HttpRequest, team: str, queue: str) -> HttpResponse:
    """The rows again when something changed, 204 when not: one query besides session and user."""
    if queue not in EMPTY:
        raise Http404("There is no such queue.")
    pulse = queues.pulse(queue, team, request.user.pk or 0)
    if pulse is None or not pulse.belongs:
        raise Http404("There is no such desk, or it is not yours to see.")
    if pulse.stamp == request.GET.get("stamp"):
        return HttpResponse(status=204)
    return _changed(request, Team.objects.get(slug=team), queue, pulse)


@login_required
@never_cache
@require_GET
def bug_beside_list(request: HttpRequest, reference: str) -> HttpResponse:
    """A bug in the pane of the desk, as a fragment."""
    reader = reader_of(request)
    bug = _bug_inside(reader, reference)
    return render(request, "bugs/_pane.html", _bug_pane(bug, reader, back_to(request)))


def _changed(request: HttpRequest, team: Team, name: str, pulse: queues.Pulse) -> HttpResponse:
    reader = reader_of(request)
    seen = [k for s in request.GET.get("seen", "").split(",") if (k := whole_number(s)) is not None]
    found, further = queues.queue(name, team.pk, reader).page()
    opened = request.GET.get("open", "")
    present = {line.key for line in found}
    left = [k for k in seen[: queues.REMEMBERED] if k not in present]
    lines = _lines(name, team, reader, opened)
    current = [lines.draw(line) for line in found]
    gone = queues.gone(name, team.pk, reader, left)
    taken = [lines.draw(line, rows.what_became(now)) for line, now in gone]
    context = {
        "tabs": _tabs(team, name, pulse),
        "rows": [rows.as_html(row) for row in rows.in_order([*current, *taken], seen)],
        "empty": EMPTY[name],
        "pager": _pager(team, name, "", further),
        "live_url": _live_url(team, name, pulse, found),
        # Told once, or a screen reader would hear of it with every row that changes.
        "strips": _strips(pulse) if request.GET.get("stood", "") != pulse.stood else (),
    }
    return render(request, "triage/_desk_live.html", context)


# --- What the desk is made of --------------------------------------------------------------------


def _team(request: HttpRequest, reader: Reader) -> Team:
    team = team_of(request, reader)
    if not reader.who.works_in_delivery or team is None or team.kind != TeamKind.DELIVERY:
        raise PermissionDenied(
            "The triage desk is the delivery team's. Yours is the list of your reports."
        )
    return team


def _queue_name(request: HttpRequest) -> str:
    asked = request.GET.get("queue", queues.INVESTIGATE)
    return asked if asked in EMPTY else queues.INVESTIGATE


def _desk_url(team: Team, name: str, **more: str) -> str:
    return f"{reverse('desk')}?{urlencode({'team': team.slug, 'queue': name, **more})}"


def _live_url(team: Team, name: str, pulse: queues.Pulse, found: Iterable[Any]) -> str:
    seen = ",".join(str(line.key) for line in found)
    known = {"stamp": pulse.stamp, "seen": seen, **({"stood": pulse.stood} if pulse.stood else {})}
    return f"{reverse('desk_live', args=[team.slug, name])}?{urlencode(known)}"


def _strips(pulse: queues.Pulse) -> tuple[watchdog.Strip, ...]:
    """What an open desk says of clocks from now on: that they stand still, or that they run again."""
    still = watchdog.strips(pulse.swept, pulse.now, timezone.get_current_timezone())
    return still or (watchdog.again(),)


def _tabs(team: Team, name: str, pulse: queues.Pulse) -> list[dict[str, Any]]:
    return [
        {
            "name": words,
            "url": _desk_url(team, queue),
            "count": count,
            "current": queue == name,
        }
        for words, queue, count in (
            ("To be investigated", queues.INVESTIGATE, pulse.to_investigate),
            ("To be scheduled", queues.SCHEDULE, pulse.to_schedule),
        )
    ]


def _pager(team: Team, name: str, after: str, further: str) -> dict[str, Any]:
    order = "by due time" if name == queues.INVESTIGATE else "by age"
    return {
        "previous": _desk_url(team, name) if after else None,
        "next": _desk_url(team, name, after=further) if further else None,
        "note": f"{queues.PAGE} at a time, {order}",
    }


def _then(team: Team, name: str, reference: str) -> str:
    return _desk_url(team, name, done=reference)


def _lines(
    name: str, team: Team, reader: Reader, opened: str, *, focus: bool = False
) -> rows.Lines:
    then = _then(team, name, "")
    return rows.Lines(reader, timezone.get_current_timezone(), then, opened, focus)


def _pane(
    request: HttpRequest, name: str, opened: str, reader: Reader, team: Team
) -> dict[str, Any]:
    """The open report or bug; nothing when it is unknown, unseen, or none was asked for."""
    if name == queues.INVESTIGATE and parse(opened, "PR"):
        try:
            report: ProblemReport = report_or_404(reader, opened)
        except Http404:
            return {"pane": None}
        then = _then(team, name, opened)
        return {
            "pane": report_pane(report, reader, then=then),
            "pane_template": "problem_reports/_pane.html",
        }
    if name == queues.SCHEDULE and parse(opened, "BUG"):
        try:
            bug = _bug_inside(reader, opened)
        except Http404:
            return {"pane": None}
        then = _then(team, name, opened)
        return {**_bug_pane(bug, reader, then), "pane_template": "bugs/_pane.html"}
    return {"pane": None}


def _bug_inside(reader: Reader, name: str) -> Bug:
    """A bug of a desk: who reads only its reference, state and promise (L1) has none here."""
    bug = bug_or_404(reader, name)
    if not bug_policy.sees_inside(reader.who, bug):
        raise Http404("The desk is the delivery team's.")
    return bug


def _bug_pane(bug: Bug, reader: Reader, then: str) -> dict[str, Any]:
    """As `bugs/_pane.html` wants it: the bug's page, less what a pane has no room for."""
    return {"pane": bug_page.context(bug, reader), "then": then, "idempotency_key": fresh_key()}


def _foot(team: Team, reader: Reader) -> Iterable[dict[str, str]]:
    if late := overdue_loans(team.pk, reader.at):
        yield {
            "strong": str(late),
            "words": "loan overdue" if late == 1 else "loans overdue",
            "url": f"{reverse('loans')}?team={team.slug}#overdue-title",
        }
    reserve = reserve_now(team.pk)
    if reserve is None:
        yield {"strong": "No sprint", "words": "is running: nothing can be injected"}
        return
    left, size = (f"{n.normalize():f}" for n in (reserve.available, reserve.size))
    yield {
        "strong": f"{left} of {size}",
        "words": f"{team.unit} left in the reserve of {reserve.sprint}",
        "url": f"/sprints/{reserve.reference}/",
    }
