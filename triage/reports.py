"""Every report that the reader may know of, newest first, with the filters that REST has too."""

from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from foundation.lifecycle import words
from foundation.references import parse
from problem_reports.api.filters import ReportFilter
from problem_reports.lifecycle import Priority, State
from problem_reports.models import ProblemReport
from problem_reports.querysets import areas_visible_to, visible_to, with_card
from problem_reports.web.reader import Reader, reader_of
from teams.lifecycle import Role, TeamKind
from teams.models import Person, ProductArea, Team
from triage.rows import report_row

PAGE = 50
TABS = {
    "open": ("Open", tuple(s for s in State if s != State.CLOSED)),
    "closed": ("Closed", (State.CLOSED,)),
    "all": ("All", tuple(State)),
}


class PageFilter(ReportFilter):
    """REST's filters with one choice each, from what this reader may see."""

    state = filters.ChoiceFilter(
        choices=[(s, words(s).capitalize()) for s in State], empty_label="Any"
    )
    priority = filters.ChoiceFilter(choices=Priority.choices, empty_label="Any")

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = areas_visible_to(reader.who)
        choices = {
            "team": Team.objects.filter(kind=TeamKind.DELIVERY, areas__in=areas).distinct(),
            "product_area": ProductArea.objects.filter(pk__in=areas.values("pk")),
            "assignee": Person.objects.filter(
                memberships__team__in=reader.who.teams, memberships__role=Role.DEVELOPER
            ).distinct(),
        }
        orders = {"team": "name", "product_area": "name", "assignee": "first_name"}
        for name, rows in choices.items():
            self.filters[name].queryset = rows.order_by(orders[name], "pk")
            self.filters[name].extra["empty_label"] = "Any"
        self.filters["product_area"].label = "Area"
        self.filters["assignee"].label = "With"


@login_required
@never_cache
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """A filter that makes no sense says so and chooses nothing; it never fails the page."""
    reader = reader_of(request)
    shown = request.GET.get("show", "open")
    shown = shown if shown in TABS else "open"
    chosen = PageFilter(request.GET, queryset=visible_to(reader.who), reader=reader)
    found = list(_beyond(_kept(chosen, shown), request.GET.get("after", ""))[: PAGE + 1])
    here, more = found[:PAGE], len(found) > PAGE
    asked = {k: v for k, v in request.GET.items() if k in chosen.filters and v}
    context = {
        "title": "Reports",
        "shown": shown,
        "tabs": [
            {"name": name, "url": _address(show=key), "count": None, "current": key == shown}
            for key, (name, _) in TABS.items()
        ],
        "filters": chosen.form,
        "rows": [report_row(r, reader) for r in here],
        "pager": {
            "previous": _address(show=shown, **asked) if request.GET.get("after") else None,
            "next": _address(show=shown, **asked, after=here[-1].reference) if more else None,
            "note": "newest first",
        },
        "empty": {
            "title": "No report here",
            "words": "Nothing fits these filters."
            if asked
            else "Reports appear as they are filed.",
        },
    }
    return render(request, "triage/list.html", context)


def _kept(chosen: PageFilter, shown: str) -> QuerySet[ProblemReport]:
    rows = chosen.qs if chosen.is_valid() else chosen.queryset
    kept: QuerySet[ProblemReport] = with_card(rows)
    if shown != "all":
        kept = kept.filter(state__in=TABS[shown][1])
    return kept.order_by("-pk")


def _beyond(rows: QuerySet[ProblemReport], after: str) -> QuerySet[ProblemReport]:
    number = parse(after, "PR")
    return rows.filter(pk__lt=number) if number else rows


def _address(**query: Any) -> str:
    return f"{reverse('reports')}?{urlencode(query)}"
