"""The handoff page: the queue as it stands, for whoever has the duty next, and a note from one to the other (ONC-8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bugs.lifecycle import LoanState
from bugs.models import Bug, Loan
from bugs.querysets import awaiting_schedule
from bugs.querysets.loans import loans_visible_to
from channels.web import Refusal, act_once, fresh_key, perform, shown
from foundation.errors import Refused
from foundation.moments import in_words, on_day
from foundation.references import address, whole_number
from journal.rows import as_html
from oncall import services
from oncall.models import Duty, DutyKind, HandoffNote
from oncall.policy.handoff import may_hand_over
from oncall.querysets.handoff import held_lately, notes_waiting
from oncall.rules import RELEASE_MANAGER, Standing
from problem_reports.models import ProblemReport
from problem_reports.querysets import to_be_investigated, visible_to, with_card
from problem_reports.web.reader import Reader, reader_of
from teams.lifecycle import TeamKind
from teams.models import Team
from triage.context import team_of
from triage.rows import report_row

#: More than these nobody reads at a handoff; the desk has them all.
MOST = 20
SOON = timedelta(days=1)


class NoteForm(forms.Form):
    note = forms.CharField(
        label="A note to whoever has the duty next",
        help_text="What runs, what to watch, what was promised. It stands on their desk until they have read it.",
        max_length=services.handoff.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@dataclass(frozen=True)
class NoteRow:
    """A note that waits. `reads`: the reader is who it is for."""

    key: int
    title: str
    when: str
    words: Any
    reads: bool
    url: str = ""


@dataclass(frozen=True)
class Line:
    reference: str
    title: str
    url: str
    priority: str
    words: str


@dataclass(frozen=True)
class Open:
    """What is open when a duty of a team changes hands, each in its order."""

    due: QuerySet[ProblemReport]
    reports: QuerySet[ProblemReport]
    bugs: QuerySet[Bug]
    loans: QuerySet[Loan]


def open_at_handoff(team: Team, who: Standing, at: datetime) -> Open:
    """Promises due within a day (or late), both queues, and running loans, as this person may see them (ONC-8)."""
    seen = visible_to(who)
    loans = loans_visible_to(who, at).filter(bug__team=team, state=LoanState.OPEN)
    return Open(
        due=seen.filter(team=team, due_at__lte=at + SOON).order_by("due_at", "pk"),
        reports=to_be_investigated(team.pk) & seen,
        bugs=awaiting_schedule(team.pk),
        loans=loans.order_by("due_on", "pk"),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handoff(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    team, duty = _team(request, reader), _duty(request)
    if request.method != "POST":
        return _page(request, reader, team, duty, NoteForm())

    def keep(given: dict[str, Any]) -> None:
        services.hand_over(team, duty, **given, by=reader.person, at=reader.at)
        messages.success(request, "Kept for whoever has the duty next.")

    return perform(
        request,
        sent_form=lambda: NoteForm(request.POST),
        act=keep,
        leads_to=lambda _: url_of(team, duty),
        show=partial(_page, request, reader, team, duty),
    )


@login_required
@never_cache
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Taken up; back to where the note stood."""
    reader = reader_of(request)
    key = whole_number(request.POST.get("note", ""))
    note = HandoffNote.objects.filter(pk=key, team__in=reader.who.teams).first()
    if note is None:
        raise Http404("There is no such note.")
    team = note.team
    back = url_of(team, note.duty)
    if request.POST.get("then") == "desk":
        back = reverse("my_desk" if note.duty != RELEASE_MANAGER else "desk")
    try:
        do = partial(services.read_handoff, note.pk, by=reader.person, at=reader.at)
        return redirect(act_once(request, do, leads_to=lambda _: back))
    except Refused as error:
        return _page(request, reader, team, note.duty, NoteForm(), shown(error), error.status)


def _team(request: HttpRequest, reader: Reader) -> Team:
    team = team_of(request, reader)
    asked = request.GET.get("team", "")
    if team is None or team.kind != TeamKind.DELIVERY or (asked and asked != team.slug):
        raise Http404("Duties change hands in a delivery team of yours.")
    return team


def _duty(request: HttpRequest) -> str:
    duty = request.GET.get("duty", RELEASE_MANAGER)
    if duty not in DutyKind.values:
        raise Http404("There is no such duty.")
    return duty


def url_of(team: Team, duty: str) -> str:
    return f"{reverse('handoff')}?team={team.slug}&duty={duty}"


def note_rows(notes: list[HandoffNote], reader: Reader) -> list[NoteRow]:
    """Notes as the desk and the page show them."""
    zone = timezone.get_current_timezone()
    return [
        NoteRow(
            key=note.pk,
            title=f"{note.by} on {DutyKind(note.duty).label.lower()}, {note.team.name}",
            when=in_words(note.at, reader.at, zone),
            words=as_html(note.text.body),
            reads=(note.team_id, note.duty) in reader.who.duties and note.by_id != reader.person.pk,
            url=url_of(note.team, note.duty),
        )
        for note in notes
    ]


def _page(
    request: HttpRequest,
    reader: Reader,
    team: Team,
    duty: str,
    form: NoteForm,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    held = held_lately(reader.person.pk, team.pk, duty, reader.at)
    may = may_hand_over(reader.who, team, duty, held=held) is None
    left = open_at_handoff(team, reader.who, reader.at)
    reports, due = (list(with_card(rows)[: MOST + 1]) for rows in (left.reports, left.due))
    bugs = list(left.bugs[: MOST + 1])
    context = {
        "team": team,
        "duty": DutyKind(duty).label,
        "duties": [(d.label, url_of(team, d), d == duty) for d in DutyKind],
        "lead": _lead(team, duty, reader),
        "notes": note_rows(notes_waiting(team.pk, duty), reader),
        "reports": [report_row(r, reader) for r in reports[:MOST]],
        "due": [report_row(r, reader) for r in due[:MOST]],
        "bugs": [
            Line(b.reference, b.title, address("BUG", b.pk), b.priority, "") for b in bugs[:MOST]
        ],
        "loans": [_loan(one, reader) for one in left.loans[:MOST]],
        "more": {
            "reports": len(reports) > MOST, "due": len(due) > MOST, "bugs": len(bugs) > MOST,
        },
        "form": form if may or refusal else None,
        "refusal": refusal,
        "action": url_of(team, duty),
        "read_url": reverse("read_handoff"),
        "idempotency_key": fresh_key(),
    }  # fmt: skip
    return render(request, "triage/handoff.html", context, status=status)


def _loan(loan: Any, reader: Reader) -> Line:
    due = f"due {on_day(loan.due_on, reader.at.date())}"
    words = f"{due}, overdue" if loan.overdue else due
    bug = loan.bug
    return Line(bug.reference, bug.title, address("BUG", bug.pk), bug.priority, words)


def _lead(team: Team, duty: str, reader: Reader) -> str:
    """Who has it until when, and who is next."""
    zone = timezone.get_current_timezone()
    ahead = Duty.objects.filter(team=team, duty=duty, during__endswith__gt=reader.at)
    rows = list(ahead.select_related("person").order_by("during", "pk")[:2])
    now = rows.pop(0) if rows and rows[0].during.lower <= reader.at else None
    said = (
        f"{now.person} until {in_words(now.during.upper, reader.at, zone)}" if now else "Nobody now"
    )
    if rows:
        said += f"; then {rows[0].person} from {in_words(rows[0].during.lower, reader.at, zone)}"
    return f"{said}."
