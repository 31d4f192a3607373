"""Versions of a team's product: what each brings, putting fixes into one, and that it is out (BUG-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bugs import policy, services
from bugs.models import Bug, Release
from bugs.querysets import next_release, releases_visible_to, reports_answered_by, to_be_released
from channels.web import Refusal, act_once, fresh_key, perform, shown
from channels.web.fields import day
from channels.web.teams import chosen_team, team_tabs, team_url
from foundation.errors import Refused
from foundation.lifecycle import words
from foundation.moments import on_day
from problem_reports.bug_pages.doors import url_of
from problem_reports.models import ProblemReport
from problem_reports.querysets import visible_to
from problem_reports.web.doors import url_of as report_url
from problem_reports.web.reader import Reader, reader_of
from teams.lifecycle import TeamKind
from teams.models import Team

#: More than these nobody reads on one page; the API pages through all.
MOST_RELEASES = 30
MOST_TO_CHOOSE = 100


class ReleaseManyForm(forms.Form):
    named = forms.CharField(
        label="Version",
        max_length=80,
        help_text="As customers know it. One that is there takes more.",
    )
    on = day("On", "With a day ahead it is planned; today or earlier, it is out.")
    bugs = forms.TypedMultipleChoiceField(
        label="What it brings",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one bug."},
    )

    def __init__(self, *args: Any, waiting: Sequence[Bug], planned: Release | None, **more: Any):
        super().__init__(*args, **more)
        self.fields["bugs"].choices = [(bug.pk, _choice(bug)) for bug in waiting]
        if planned is not None:
            self.fields["named"].initial, self.fields["on"].initial = planned.named, planned.on


def _choice(bug: Bug) -> str:
    planned = f", planned for {bug.release.named}" if bug.release else ""
    return f"{bug.reference} {bug.title} ({words(bug.state)}{planned})"


@dataclass(frozen=True)
class Brought:
    """A bug of a version with the reports that it answers, as far as the reader sees them."""

    reference: str
    url: str
    title: str
    words: str
    reports: list[tuple[str, str]]


@dataclass(frozen=True)
class ReleaseRow:
    number: int
    named: str
    when: str
    late: bool
    bugs: list[Brought]
    gone: list[Brought]
    #: Where it is said to be out; empty for who may not, or when it is.
    bring_out: str


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def releases(request: HttpRequest) -> HttpResponse:
    """The versions of one team, newest first, and the form that names the next."""
    reader = _reader(request)
    teams = list(_teams(reader))
    team = chosen_team(request, teams)
    if team is None:
        return render(request, "bugs/releases.html", {"team": None})
    show = partial(_page, request, reader, team, teams)

    def asks(*sent: Any) -> ReleaseManyForm:
        waiting = to_be_released(team.pk)[:MOST_TO_CHOOSE]
        return ReleaseManyForm(*sent, waiting=waiting, planned=next_release(team.pk))

    if request.method != "POST":
        may = policy.may_bring_out(reader.who, team) is policy.YES
        return show(asks() if may else None, None, 200)
    return perform(
        request,
        sent_form=lambda: asks(request.POST),
        act=partial(_release, request, reader, team),
        leads_to=_address,
        show=show,
    )


def _release(request: HttpRequest, reader: Reader, team: Team, given: dict[str, Any]) -> Release:
    done = services.release_many(team.pk, **given, by=reader.person, at=reader.at)
    said = "is out" if done.is_out else "is planned"
    messages.success(request, f"{done.named} {said}; the reporters of its bugs hear of it.")
    return done


@login_required
@never_cache
@require_POST
def bring_out(request: HttpRequest, number: int) -> HttpResponse:
    """One button: the planned version is out since today."""
    reader = _reader(request)
    found = releases_visible_to(reader.who).filter(pk=number).first()
    if found is None:
        raise Http404("There is no such release, or it is not yours to see.")
    try:
        do = partial(services.bring_out, found.pk, by=reader.person, at=reader.at)
        address = act_once(request, do, leads_to=_address)
    except Refused as error:
        teams = list(_teams(reader))
        return _page(request, reader, found.team, teams, None, shown(error), error.status)
    messages.success(request, f"{found.named} is out; the reporters of its bugs hear of it.")
    return redirect(address)


def _address(release: Release) -> str:
    return f"{team_url('releases', release.team)}#release-{release.pk}"


def _reader(request: HttpRequest) -> Reader:
    reader = reader_of(request)
    if not reader.who.works_in_delivery:
        raise Http404("Releases are read by delivery teams.")
    return reader


def _teams(reader: Reader) -> list[Team]:
    """The delivery teams whose bugs the person reads: their own first."""
    found = Team.objects.filter(pk__in=reader.who.reads, kind=TeamKind.DELIVERY)
    return sorted(found, key=lambda t: (t.pk not in reader.who.teams, t.name, t.pk))


def _page(
    request: HttpRequest,
    reader: Reader,
    team: Team,
    teams: list[Team],
    form: ReleaseManyForm | None,
    refusal: Refusal | None,
    status: int,
) -> HttpResponse:
    found = releases_visible_to(reader.who).filter(team=team).order_by("-on", "-pk")
    context = {
        "team": team,
        "tabs": team_tabs("releases", teams, team),
        "form": form if form is not None and form.fields["bugs"].choices else None,
        "waits": form is not None,
        "rows": _rows(list(found[:MOST_RELEASES]), reader),
        "refusal": refusal,
        "idempotency_key": fresh_key(),
    }
    return render(request, "bugs/releases.html", context, status=status)


def _rows(found: list[Release], reader: Reader) -> list[ReleaseRow]:
    here = {e.bug_id for r in found for e in r.entries.all() if e.bug.release_id == r.pk}
    answered = reports_answered_by(here)
    keys = {key for reports in answered.values() for key in reports}
    seen = {r.pk: r for r in visible_to(reader.who).filter(pk__in=keys)}
    today = reader.at.astimezone(timezone.get_current_timezone()).date()

    def brought(bug: Bug, release: Release) -> Brought:
        reports: list[ProblemReport] = [seen[k] for k in answered.get(bug.pk, ()) if k in seen]
        return Brought(
            bug.reference,
            url_of(bug),
            bug.title,
            _stands(bug, release),
            [(r.reference, report_url(r)) for r in reports],
        )

    rows = []
    for release in found:
        bugs = [e.bug for e in release.entries.all()]
        day = on_day(release.on, today)
        may = not release.is_out and policy.may_bring_out(reader.who, release.team) is policy.YES
        rows.append(
            ReleaseRow(
                number=release.pk,
                named=release.named,
                when=f"out since {day}" if release.is_out else f"planned for {day}",
                late=not release.is_out and release.on < today,
                bugs=[brought(b, release) for b in bugs if b.release_id == release.pk],
                gone=[brought(b, release) for b in bugs if b.release_id != release.pk],
                bring_out=reverse("bring_out", args=[release.pk]) if may else "",
            )
        )
    return rows


def _stands(bug: Bug, release: Release) -> str:
    if bug.release_id == release.pk:
        return "" if bug.state == "verified" else "fixed, not verified yet"
    if bug.release_id is not None:
        return "in another version"
    return f"came back: {words(bug.state)}"
