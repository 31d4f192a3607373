"""Which clusters of small reports ask for a review, now and in the last 12 months (PM-1, PM-9)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db.models import Q

from postmortems.lifecycle import UNFINISHED
from postmortems.models import PostMortem
from postmortems.querysets.paper_cuts import Span, clusters, own_cuts, span_of
from postmortems.querysets.triggers import LOOKS_BACK
from postmortems.rules.paper_cuts import SPAN, Cluster, worth_a_review, would_ask
from postmortems.rules.triggers import Rules
from teams.lifecycle import TeamKind
from teams.models import Team


def delivery_teams() -> Iterable[Team]:
    rows = Team.objects.filter(kind=TeamKind.DELIVERY).select_related("calendar")
    return rows.order_by("pk")


def last_days(team: Team, at: datetime) -> Span:
    """The days that a cluster is judged by, today among them."""
    today = span_of(team, at).until
    return span_of(team, at, today - SPAN + timedelta(1), today)


def asking(team: Team, rules: Rules, span: Span) -> list[Cluster]:
    """Clusters of these days that nobody looks at, that nobody looked at or waived in them, and that meet the rules.

    What was imported asks for nothing.
    """
    if rules.cut_reports is None and rules.cut_hours is None:
        return []
    known = _looked_at(team, span)
    found = [one for one in clusters(team, span, own=True) if (one.area, one.cause) not in known]
    most = {"reports": rules.cut_reports, "enough": rules.cut_hours}
    worth = [one for one in found if worth_a_review(one.n, one.hours, **most)]
    return sorted(worth, key=lambda one: (one.area, one.cause))


def cuts_would_have_raised(team: Team, rules: Rules, at: datetime) -> int:
    """How many reviews of paper cuts these rules would have asked for in the last 12 months."""
    cuts: dict[tuple[int, str], list[tuple[datetime, float]]] = defaultdict(list)
    today = span_of(team, at).until
    for area, cause, closed_at, hours in own_cuts(
        team, span_of(team, at, today - LOOKS_BACK, today)
    ):
        cuts[area, cause].append((closed_at, hours))
    most = {"reports": rules.cut_reports, "enough": rules.cut_hours}
    return sum(len(would_ask(one, **most)) for one in cuts.values())


def _looked_at(team: Team, span: Span) -> set[tuple[int, str]]:
    """Areas and causes with a review that is not finished, or that was asked for, waived or published in these days:
    what it looked at is not counted twice, and what it changes needs time to be felt."""
    first = datetime.combine(span.since, time(0), span.zone)
    lately = Q(until__gte=span.since) | Q(waived_at__gte=first) | Q(published_at__gte=first)
    rows = PostMortem.objects.filter(lately | Q(state__in=UNFINISHED), bug=None, area__team=team)
    return {(area or 0, cause) for area, cause in rows.values_list("area", "cause")}
