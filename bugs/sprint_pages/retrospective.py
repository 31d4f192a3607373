"""The retrospective of a sprint that is over: what came in, what it took, what to try next (SPR-11)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bugs.models import Bug, Loan
from bugs.querysets import loans_of
from bugs.sprint_pages.doors import url_of
from bugs.sprint_pages.page import Reader, cancelled_words, goal_words
from bugs.sprint_pages.rows import carried_rows, day_words, sprint_row
from bugs.sprint_pages.views import reader_of, sprint_or_404
from channels.web import Refusal, act_once, fresh_key, perform, sent_version, shown
from foundation.amounts import plain, with_unit
from foundation.errors import Refused
from foundation.lifecycle import words
from foundation.references import address, reference
from journal.models import Event
from sprints import policy, services
from sprints.forms import why
from sprints.lifecycle import OVER, Helped, OverdraftState
from sprints.models import Improvement, Overdraft, Sprint
from teams.querysets import today_of

#: Of what was tried before, the newest.
MOST = 20
MOST_MISSED = 50
PROMISES = {
    "first_response": "first answer late",
    "classification": "investigation late",
    "next_update": "next update late",
    "timebox": "longer than its timebox",
    "answer": "no answer to our question",
    "resubmission": "not filed again",
}
ANSWERS = {
    OverdraftState.OPEN: "not answered",
    OverdraftState.MADE_GOOD: "made good: planned work left",
    OverdraftState.ACCEPTED: "accepted as a risk",
}


class ImprovementForm(forms.Form):
    text = why("What to try next", "One thing, small enough that the next sprint shows it.")


@dataclass(frozen=True)
class Line:
    """A thing, in what it costs and what is said of it."""

    reference: str
    url: str
    title: str
    points: str
    note: str = ""


@dataclass(frozen=True)
class Tried:
    text: str
    of: str
    said: str
    url: str = ""  # where the answer is sent, for who may still give one
    version: int = 1


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def retrospective(request: HttpRequest, name: str) -> HttpResponse:
    """The page; what is sent to it is one thing more to try."""
    reader, one = _asked(request, name)
    if request.method != "POST":
        if one.state not in OVER:
            messages.info(request, "The retrospective comes when the sprint is over.")
            return redirect(url_of(one))
        return _page(request, one, reader, ImprovementForm())
    add = partial(services.add_improvement, one.pk, by=request.user, at=reader.at)
    return perform(
        request,
        sent_form=lambda: ImprovementForm(request.POST),
        act=lambda given: add(**given),
        leads_to=lambda _: _url(one),
        show=partial(_page, request, one, reader),
    )


@login_required
@never_cache
@require_POST
def judge(request: HttpRequest, name: str, key: int) -> HttpResponse:
    """Say whether it helped: one of three buttons."""
    reader, one = _asked(request, name)
    if not Improvement.objects.filter(pk=key).exists():
        raise Http404("There is no such improvement.")
    act = partial(
        services.judge_improvement,
        key,
        helped=request.POST.get("helped", ""),
        sprint_id=one.pk,
        by=request.user,
        at=reader.at,
        version=sent_version(request),
    )
    try:
        return redirect(act_once(request, act, leads_to=lambda _: _url(one)))
    except Refused as error:
        return _page(request, one, reader, ImprovementForm(), shown(error), error.status)


def _asked(request: HttpRequest, name: str) -> tuple[Reader, Sprint]:
    reader = reader_of(request)
    one = sprint_or_404(reader, name)
    if not policy.sees_inside(reader.who, one):
        raise PermissionDenied(policy.INSIDE)
    return reader, one


def _url(sprint: Sprint) -> str:
    return url_of(sprint, "retrospective")


def _page(
    request: HttpRequest,
    one: Sprint,
    reader: Reader,
    form: ImprovementForm,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    unit = one.team.unit
    injected, overdrafts = _injected(one), _overdrafts(one)
    improves = policy.may_improve(reader.who, one) is policy.YES
    used = f"{plain(one.spent)} of {plain(one.size)} {unit}"
    beyond = f"; {with_unit(one.overdraft, unit)} beyond it" if one.overdraft else ""
    context: dict[str, Any] = {
        "sprint": sprint_row(one, reader.today, inside=True),
        "days": day_words(one, reader.today),
        "team": one.team.name,
        "goal": goal_words(one),
        "cancelled": cancelled_words(one),
        "reserve": f"{used} were used{beyond}.",
        "injected": injected,
        "overdrafts": overdrafts,
        "missed": _missed(one) if one.ended_at else [],
        "loans": _loans(one) if one.ended_at else [],
        "carried": carried_rows(one),
        "before": _tried_before(one, improves=improves),
        "next": [
            Tried(i.text.body, "", "")
            for i in one.improvements.select_related("text").order_by("pk")
        ],
        "answers": Helped.choices,
        "form": form if improves and one.state in OVER else None,
        "refusal": refusal,
        "idempotency_key": fresh_key(),
    }
    return render(request, "sprints/retrospective.html", context, status=status)


def _injected(sprint: Sprint) -> list[Line]:
    """What was injected at which price, as the history tells it: what left again is told too."""
    told = Event.objects.filter(
        kind="bug", name="bug.injected", data__sprint=sprint.reference
    ).order_by("pk")
    found = list(told.values_list("subject", "data__points", "text__body"))
    titles = _titles({key for key, _, _ in found})
    return [
        _line(key, titles, with_unit(Decimal(points), sprint.team.unit), text or "")
        for key, points, text in found
    ]


def _overdrafts(sprint: Sprint) -> list[Line]:
    found = list(Overdraft.objects.filter(sprint=sprint).order_by("pk"))
    titles = _titles({o.bug for o in found if o.bug})
    return [
        _line(
            o.bug, titles, with_unit(o.amount, sprint.team.unit), ANSWERS[OverdraftState(o.state)]
        )
        for o in found
    ]


def _missed(sprint: Sprint) -> list[Line]:
    """Promises of the team's reports that passed while it ran, as the clock told them (SPR-11)."""
    told = Event.objects.filter(
        kind="problem_report", name="problem_report.breached", at__gte=sprint.started_at,
        at__lt=sprint.ended_at, subject__in=sprint.team.reports.order_by().values("pk"),
    )  # fmt: skip
    found = list(told.order_by("pk").values_list("subject", "data__promise")[:MOST_MISSED])
    reports = sprint.team.reports.filter(pk__in={key for key, _ in found})
    titles = dict(reports.values_list("pk", "title"))
    return [
        Line(reference("PR", key), address("PR", key), titles[key], PROMISES.get(kind, kind))
        for key, kind in found
    ]


def _loans(sprint: Sprint) -> list[Line]:
    """What was taken, came due or was settled while it ran."""
    assert sprint.ended_at is not None, "a retrospective is of a sprint that is over"
    ended = today_of(sprint.team, sprint.ended_at)
    touched = (
        Q(mitigation__at__gte=sprint.started_at, mitigation__at__lt=sprint.ended_at)
        | Q(due_on__gte=sprint.starts_on, due_on__lte=ended)
        | Q(ended_on__gte=sprint.starts_on, ended_on__lte=ended)
    )
    found = loans_of([sprint.team_id]).filter(touched)
    return [
        Line(
            reference("BUG", loan.bug_id),
            f"{address('BUG', loan.bug_id)}#mitigations",
            loan.bug.title,
            loan.get_kind_display().lower(),
            _stood(loan, ended),
        )
        for loan in found[:MOST_MISSED]
    ]


def _stood(loan: Loan, ended: date) -> str:
    """How it stood when the sprint was over."""
    if loan.ended_on is not None and loan.ended_on <= ended:
        return f"{words(loan.state)} on {loan.ended_on:%-d %B}"
    return f"{'overdue, was' if loan.due_on < ended else 'open,'} due on {loan.due_on:%-d %B}"


def _titles(keys: set[int]) -> dict[int, str]:
    return dict(Bug.objects.filter(pk__in=keys).values_list("pk", "title"))


def _line(bug: int | None, titles: dict[int, str], points: str, note: str) -> Line:
    if bug is None:
        return Line("", "", "Logged work", points, note)
    return Line(reference("BUG", bug), address("BUG", bug), titles.get(bug, ""), points, note)


def _tried_before(sprint: Sprint, *, improves: bool) -> list[Tried]:
    """What earlier sprints wrote down and nobody has answered for good, and what is answered here."""
    earlier = Q(sprint__starts_on__lt=sprint.starts_on) | Q(
        sprint__starts_on=sprint.starts_on, sprint__lt=sprint.pk
    )
    waits = Q(helped__in=("", Helped.TOO_EARLY)) | Q(judged_in=sprint)
    rows = Improvement.objects.filter(earlier, waits, sprint__team_id=sprint.team_id)
    asks = improves and sprint.state in OVER
    return [
        Tried(
            text=row.text.body,
            of=row.sprint.name,
            said=row.get_helped_display() if row.helped else "",
            url=f"{_url(sprint)}{row.pk}/" if asks and row.helped in ("", Helped.TOO_EARLY) else "",
            version=row.version,
        )
        for row in rows.select_related("text", "sprint").order_by("-pk")[:MOST]
    ]
