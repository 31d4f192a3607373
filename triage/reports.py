"""Every report that the reader may know of, newest first, with the filters that REST has too."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from foundation.lifecycle import words
from foundation.references import parse, reference
from problem_reports.api.filters import ReportFilter
from problem_reports.lifecycle import Priority, State
from problem_reports.models import ProblemReport
from problem_reports.querysets import areas_visible_to, visible_to
from problem_reports.web.reader import Reader, reader_of
from problem_reports.web.shown import state_words
from teams.lifecycle import Role, TeamKind
from teams.models import Person, ProductArea, Team
from triage.queues import report_lines
from triage.rows import DeskRow, Lines, as_html

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
    # Filters of its own: those of REST keep their fields between requests, with every row as a choice.
    team = filters.ModelChoiceFilter(queryset=Team.objects.none(), to_field_name="slug")
    product_area = filters.ModelChoiceFilter(
        queryset=ProductArea.objects.none(), to_field_name="slug"
    )
    assignee = filters.ModelChoiceFilter(queryset=Person.objects.none(), to_field_name="username")

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
    found = _beyond(_kept(chosen, shown), request.GET.get("after", ""))
    keys = list(found.values_list("pk", flat=True)[: PAGE + 1])
    here, more = keys[:PAGE], len(keys) > PAGE
    asked = {k: v for k, v in request.GET.items() if k in chosen.filters and v}
    context = {
        "title": "Reports",
        "shown": shown,
        "tabs": [
            {"name": name, "url": _address(show=key), "count": None, "current": key == shown}
            for key, (name, _) in TABS.items()
        ],
        "filters": chosen.form,
        "rows": [as_html(row, "triage/_report_row.html") for row in _rows(here, reader)],
        "pager": {
            "previous": _address(show=shown, **asked) if request.GET.get("after") else None,
            "next": _address(show=shown, **asked, after=reference("PR", here[-1]))
            if more
            else None,
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


def _rows(keys: list[int], reader: Reader) -> Iterator[DeskRow]:
    """The lines of these reports, in their order, each with its state in words."""
    states = ProblemReport.objects.select_related("filing_team", "filed_by", "living")
    known = {report.pk: report for report in states.filter(pk__in=keys)}
    lines = Lines(reader, timezone.get_current_timezone())
    for line in report_lines(keys):
        report = known[line.key]
        said = {"state": report.state, "state_words": state_words(report)}
        yield replace(lines.draw(line), **said)


def _kept(chosen: PageFilter, shown: str) -> QuerySet[ProblemReport]:
    rows = chosen.qs if chosen.is_valid() else chosen.queryset
    kept: QuerySet[ProblemReport] = rows
    if shown != "all":
        kept = kept.filter(state__in=TABS[shown][1])
    return kept.order_by("-pk")


def _beyond(rows: QuerySet[ProblemReport], after: str) -> QuerySet[ProblemReport]:
    number = parse(after, "PR")
    return rows.filter(pk__lt=number) if number else rows


def _address(**query: Any) -> str:
    return f"{reverse('reports')}?{urlencode(query)}"
