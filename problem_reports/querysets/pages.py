"""Which pages somebody sees, and what those are about, as far as they may read it."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from bugs.models import Bug
from bugs.querysets import visible_to as bugs_visible_to
from oncall.models import Page, PageStep
from oncall.rules import Standing
from problem_reports.querysets.reading import visible_to


def pages_visible_to(who: Standing) -> QuerySet[Page]:
    """Those of one's teams, those that told one, and those about what one reads inside; newest first."""
    told = PageStep.objects.filter(page=OuterRef("pk"), person=who.person_id)
    mine = Q(team__in=who.teams) | Q(Exists(told))
    if who.works_in_delivery:
        mine |= Q(report__in=visible_to(who).values("pk"))
        mine |= Q(bug__in=bugs_visible_to(who).values("pk"))
    rows = Page.objects.filter(mine).select_related(
        "team", "area", "acknowledged_by", "reason", "by"
    )
    return rows.prefetch_related("told__person").order_by("-pk")


def titles_of(pages: Iterable[Page], who: Standing) -> dict[str, str]:
    """reference -> title of what these pages are about, of what this person may read."""
    rows = list(pages)
    reports = visible_to(who).filter(pk__in=[p.report for p in rows if p.report])
    bugs: QuerySet[Bug] = bugs_visible_to(who).filter(pk__in=[p.bug for p in rows if p.bug])
    said = {f"PR-{key}": title for key, title in reports.values_list("pk", "title")}
    if any(p.bug for p in rows):
        said |= {f"BUG-{key}": title for key, title in bugs.values_list("pk", "title")}
    return said
