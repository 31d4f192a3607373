"""The front door of what a team agreed: its definition of done and how it works (PM-7, PM-10)."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from channels.web import Refusal, Verb, fresh_key, perform, sent_version
from channels.web.acting import Door, Opened, act_by_form, drawn
from channels.web.teams import chosen_team, team_tabs, team_url
from foundation import clock
from journal.querysets import timeline
from journal.rows import as_html, timeline_rows
from journal.timeline import items as told
from oncall.querysets import standing, teams_read_by
from oncall.rules import Standing
from postmortems.forms import agreements as forms
from postmortems.querysets.agreements import visible_to, would_have_caught
from postmortems.rows import agreements as rows
from teams import policy
from teams.lifecycle import AGREEMENTS, AgreementKind, AgreementState
from teams.models import Agreement, Team
from teams.querysets import today_of
from teams.services import agreements as services

#: More than these nobody reads here.
MOST = 100
STATES = {
    "agreement.proposed": AgreementState.PROPOSED,
    "agreement.adopted": AgreementState.ADOPTED,
    "agreement.retired": AgreementState.RETIRED,
    "agreement.replaced": AgreementState.REPLACED,
}


DOORS = {
    "comment": Door(services.comment, "Comment", "Your comment is there.", forms.CommentForm, "Say it"),
    "use": Door(services.use, "It was used", "It is counted.", forms.UseForm, "Count it"),
    "adopt": Door(services.adopt, "Adopt", "It is adopted.", forms.AdoptForm, "Adopt it"),
    "revise": Door(services.revise, "Change", "The change is proposed.", forms.ReviseForm, "Propose it"),
    "retire": Door(services.retire, "Retire", "It does not bind any more.", forms.RetireForm, "Retire it"),
}  # fmt: skip


@login_required
@never_cache
def agreements(request: HttpRequest) -> HttpResponse:
    """What is in force, what is open for comments or on trial, what is over; proposing."""
    at = clock.now()
    who = standing(request.user, at)
    if not who.works_in_delivery:
        raise Http404("Agreements are read by delivery teams.")
    teams = teams_read_by(who)
    team = chosen_team(request, teams)
    if team is None:
        return render(request, "agreements/list.html", {"team": None})
    may_propose = policy.may_propose_agreement(who.roles, team) is policy.YES

    def show(form: forms.ProposeForm, refusal: Refusal | None, status: int) -> HttpResponse:
        context = {
            "team": team,
            "tabs": team_tabs("agreements", teams, team),
            **_groups(team, who, at),
            "form": form if may_propose else None,
            "open": request.method == "POST",
            "refusal": refusal,
            "idempotency_key": fresh_key(),
        }
        return render(request, "agreements/list.html", context, status=status)

    def propose(given: dict[str, Any]) -> Agreement:
        return services.propose(team, **given, by=request.user, at=at)

    if request.method != "POST":
        return show(forms.ProposeForm(), None, 200)
    return perform(
        request,
        sent_form=lambda: forms.ProposeForm(request.POST),
        act=propose,
        leads_to=rows.url_of,
        show=show,
    )


def _groups(team: Team, who: Standing, at: datetime) -> dict[str, Any]:
    today = today_of(team, at)
    found = list(visible_to(who).filter(team=team)[: 4 * MOST])
    caught = would_have_caught(team.pk)

    def those(kind: str, *states: str) -> list[rows.AgreementRow]:
        chosen = [a for a in found if a.kind == kind and a.state in states]
        return rows.rows(sorted(chosen, key=lambda a: a.pk)[:MOST], today, caught)

    stands = (AgreementState.ADOPTED, AgreementState.PROPOSED)
    over = (AgreementState.RETIRED, AgreementState.REPLACED)
    return {
        "groups": [
            ("done", "Definition of done", those(AgreementKind.DONE, *stands),
             "Nothing is agreed yet: what must be true before the team calls something done?"),
            ("working", "Working agreements", those(AgreementKind.WORKING, *stands),
             "Nothing is agreed yet: who decides what, and for which priorities?"),
        ],
        "over": [*those(AgreementKind.DONE, *over), *those(AgreementKind.WORKING, *over)],
    }  # fmt: skip


@login_required
@never_cache
@require_GET
def agreement(request: HttpRequest, key: int) -> HttpResponse:
    at = clock.now()
    who = standing(request.user, at)
    return _page(request, agreement_or_404(who, key), who, at)


@login_required
@never_cache
def act(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One verb of the table; what it refuses is shown beside its form, with what was typed."""
    at = clock.now()
    who = standing(request.user, at)
    one = agreement_or_404(who, key)
    if request.method != "POST":
        return redirect(rows.url_of(one))

    def draw(opened: Opened, status: int) -> HttpResponse:
        return _page(request, agreement_or_404(who, key), who, at, opened, status)

    return act_by_form(
        request,
        verb,
        DOORS[verb],
        one,
        at=at,
        version=sent_version(request),
        refusal=_may(verb, who, one),
        lifecycle=AGREEMENTS,
        asks=partial(DOORS[verb].asks, agreement=one),
        leads_to=rows.url_of,
        draw=draw,
    )


def _may(verb: str, who: Standing, one: Agreement) -> str | None:
    answer: str | None = getattr(policy, f"may_{verb}_agreement")(who.roles, one.team)
    return answer


def _page(
    request: HttpRequest,
    one: Agreement,
    who: Standing,
    at: datetime,
    opened: Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    today = today_of(one.team, at)
    verbs = [
        verb
        for verb in AGREEMENTS.verbs_from(one.state)
        if verb in DOORS
        and _may(verb, who, one) is None
        and not (verb == "use" and one.kind == AgreementKind.DONE)
    ]
    context = {
        "row": rows.rows([one], today, would_have_caught(one.team_id))[0],
        "because": as_html(one.because.body),
        "adopted": as_html(one.adopted_words.body) if one.adopted_words else "",
        "facts": rows.facts(one, today),
        "items": timeline_rows(
            told(timeline([("agreement", one.pk)]), inside=True), now=at, states=STATES
        ),
        "forms": [_button(verb, one, opened) for verb in verbs],
        "refusal": opened.refusal if opened and opened.verb not in verbs else None,
        "idempotency_key": fresh_key(),
        "back": team_url("agreements", one.team),
    }
    return render(request, "agreements/detail.html", context, status=status)


def _button(verb: str, one: Agreement, opened: Opened | None) -> Verb:
    fields = {"version": one.version}
    return drawn(
        verb, DOORS[verb], f"{rows.url_of(one)}{verb}/", opened, {"agreement": one}, fields=fields
    )


def agreement_or_404(who: Standing, key: int) -> Agreement:
    found = visible_to(who).filter(pk=key).first()
    if found is None:
        raise Http404("There is no such agreement, or it is not yours to see.")
    return found
