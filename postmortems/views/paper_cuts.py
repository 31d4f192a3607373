"""The pages of paper cuts (PM-9): clusters of small reports ranked by hours, their file, and one cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels.web import Refusal, fresh_key, perform, spreadsheet
from channels.web.teams import team_tabs
from foundation import clock
from foundation.lifecycle import words
from oncall.querysets import standing
from oncall.rules import Standing
from postmortems import policy, services
from postmortems.forms.paper_cuts import ReviewForm, SpanForm
from postmortems.lifecycle import UNFINISHED, State
from postmortems.models import PostMortem
from postmortems.querysets import visible_to
from postmortems.querysets.paper_cuts import Span, clusters, cuts, newest, span_of, teams_whose_cuts
from postmortems.rows import paper_cuts as shown_as
from postmortems.rules.paper_cuts import LEAST, Cluster, ranked, total
from postmortems.views.doors import url_of
from problem_reports.lifecycle import Cause
from problem_reports.querysets import visible_to as reports_visible_to
from teams.models import ProductArea, Team

COLUMNS = (
    "team", "area", "cause", "reports", "hours", "estimated_hours", "low", "high", "customers", "first", "last",
    "review", "since", "until", "as_of",
)  # fmt: skip
#: More reports of one cluster nobody reads here.
MOST = 100


@dataclass(frozen=True)
class Asked:
    """Whose paper cuts, of which days, as an address asks for it."""

    at: datetime
    who: Standing
    team: Team
    teams: list[Team]
    form: SpanForm
    span: Span

    def url(self, name: str, *where: str, **other: Any) -> str:
        query = {"since": self.span.since, "until": self.span.until, **other}
        return f"{reverse(name, args=where)}?{urlencode(query)}"


def _asked(request: HttpRequest, team: Team | None = None) -> Asked:
    at = clock.now()
    who = standing(request.user, at)
    teams = list(teams_whose_cuts(who))
    if not teams:
        raise PermissionDenied(
            "Paper cuts are added up for who reads all reports of a delivery team."
        )
    by_slug = {one.slug: one for one in teams}
    name = team.slug if team else request.GET.get("team")
    if name and name not in by_slug:
        raise Http404("There is no such team, or its reports are not yours to read.")
    one = by_slug.get(name or request.session.get("team", ""), teams[0])
    form = SpanForm(request.GET if "since" in request.GET or "until" in request.GET else None)
    days = form.days()
    return Asked(at, who, one, teams, form, span_of(one, at, *days))


@login_required
@never_cache
@require_safe
def paper_cuts(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    found = ranked(clusters(asked.team, asked.span))
    told, lines = total(found), _lines(asked, found)
    refused = asked.form.is_bound and not asked.form.is_valid()
    context = {
        "team": asked.team,
        "teams": team_tabs("paper_cuts", asked.teams, asked.team),
        # With the days that are looked at, also those that nobody named.
        "form": asked.form if refused else SpanForm(initial=vars(asked.span)),
        "spans": _spans(asked),
        "lead": shown_as.lead(told, len(found), asked.span) if found else "",
        "unknown": shown_as.unknown(told),
        "estimated": told.estimated > 0,
        "lines": [line for line in lines if line.place],
        "few": [line for line in lines if not line.place],
        "least": LEAST,
        "as_of": asked.at,
        "elsewhere": None if found else _elsewhere(asked),
        "csv_url": asked.url("paper_cuts_csv", team=asked.team.slug),
    }  # fmt: skip
    status = 400 if refused else 200
    return render(request, "post_mortems/paper_cuts.html", context, status=status)


@login_required
@never_cache
@require_safe
def paper_cuts_csv(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    found = ranked(clusters(asked.team, asked.span))
    areas, reviews = _areas(found), _reviews(asked.who, asked.team)
    days = (f"{asked.span.since}", f"{asked.span.until}", asked.at.isoformat())
    lines = [
        (
            asked.team.slug, areas[one.area].name, one.cause, one.n, f"{one.hours:.2f}", f"{one.estimated:.2f}",
            *(("", "") if one.band is None else (f"{end:.2f}" for end in one.band)), one.customers,
            one.first.isoformat(), one.last.isoformat(),
            reviews[one.area, one.cause].reference if (one.area, one.cause) in reviews else "", *days,
        )
        for one in found
    ]  # fmt: skip
    return spreadsheet(f"paper-cuts-{asked.team.slug}.csv", COLUMNS, lines)


@login_required
@never_cache
def cluster(request: HttpRequest, area: str, cause: str) -> HttpResponse:
    """One cluster: its reports, those that took longest first; asking for a review of them."""
    where = get_object_or_404(ProductArea.objects.select_related("team"), slug=area)
    if cause not in Cause.values:
        raise Http404("There is no such cause.")
    asked = _asked(request, where.team)
    found = clusters(asked.team, asked.span, area=where.pk, cause=cause)
    if not found and request.method != "POST":
        raise Http404("There is no such cluster in these days.")
    one = found[0] if found else None

    def show(form: ReviewForm, refusal: Refusal | None, status: int) -> HttpResponse:
        context = _cluster(asked, where, cause, one) | {
            "form": form,
            "open": request.method == "POST",
            "refusal": refusal,
            "idempotency_key": fresh_key(),
        }
        return render(request, "post_mortems/cluster.html", context, status=status)

    if request.method != "POST":
        return show(ReviewForm(initial={"reason": shown_as.why(one, asked.span)}), None, 200)
    about = {"cause": cause, "since": asked.span.since, "until": asked.span.until}
    do = partial(services.propose_review, where.pk, **about, by=request.user, at=asked.at)
    return perform(
        request,
        sent_form=lambda: ReviewForm(request.POST),
        act=lambda given: do(**given),
        leads_to=url_of,
        show=show,
    )


def _cluster(asked: Asked, area: ProductArea, cause: str, one: Cluster | None) -> dict[str, Any]:
    found = cuts(asked.team, asked.span, area=area.pk, cause=cause)
    seen = reports_visible_to(asked.who).in_bulk([cut.report for cut in found[:MOST]])
    reviews = visible_to(asked.who).filter(area=area, cause=cause)
    asked_already = any(r.state in UNFINISHED for r in reviews)
    may = policy.may_propose_review(asked.who, asked.team) is None and not asked_already
    return {
        "team": asked.team,
        "title": f"{area.name}: {words(cause)}",
        "back": asked.url("paper_cuts", team=asked.team.slug),
        "act": asked.url("paper_cut_cluster", area.slug, cause),
        "facts": shown_as.facts(one, asked.span) if one else [],
        "reports": [shown_as.cut_line(cut, seen[cut.report]) for cut in found[:MOST] if cut.report in seen],
        "more": max(len(found) - MOST, 0),
        "reviews": [(r.reference, url_of(r), words(r.state), r.since, r.until) for r in reviews],
        "asks": may,
    }  # fmt: skip


def _lines(asked: Asked, found: Sequence[Cluster]) -> list[shown_as.Line]:
    areas, reviews = _areas(found), _reviews(asked.who, asked.team)
    return [
        shown_as.line(
            one,
            place,
            areas[one.area].name,
            asked.url("paper_cut_cluster", areas[one.area].slug, one.cause),
            asked.span.zone,
            reviews.get((one.area, one.cause)),
        )
        for place, one in enumerate(found, start=1)
    ]


def _areas(found: Sequence[Cluster]) -> dict[int, ProductArea]:
    return ProductArea.objects.in_bulk({one.area for one in found})


def _reviews(who: Standing, team: Team) -> Mapping[tuple[int, str], PostMortem]:
    """The latest aggregate review of each area and cause."""
    rows = visible_to(who).filter(area__team=team).exclude(state=State.WAIVED).order_by("pk")
    return {(row.area_id or 0, row.cause): row for row in rows}


def _spans(asked: Asked) -> list[dict[str, Any]]:
    """Usual spans, each one link away."""
    last = asked.at.astimezone(asked.span.zone).date()
    named = (("30 days", 30), ("90 days", 90), ("A year", 365))
    page = reverse("paper_cuts")
    return [
        {
            "name": name,
            "url": f"{page}?{urlencode({'team': asked.team.slug, 'since': last - timedelta(days - 1), 'until': last})}",
            "current": asked.span.until == last and asked.span.days == days,
        }
        for name, days in named
    ]


def _elsewhere(asked: Asked) -> dict[str, str] | None:
    """Where there is something when these days hold nothing: the 90 days that end with the last small report."""
    last = newest(asked.team)
    if last is None:
        return None
    until = last.astimezone(asked.span.zone).date()
    query = {"team": asked.team.slug, "since": until - timedelta(89), "until": until}
    return {
        "words": f"The last one is from {until:%-d %B %Y}.",
        "url": f"{reverse('paper_cuts')}?{urlencode(query)}",
    }
