"""Small reports that add up ask for a review by themselves (PM-1, PM-9)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from foundation.references import reference
from journal import services as journal
from journal.models import Source, Text
from postmortems.events import PostMortemProposed
from postmortems.models import Hit
from postmortems.querysets.cutting import asking, delivery_teams, last_days
from postmortems.querysets.paper_cuts import Span, cuts
from postmortems.querysets.triggers import rules_of
from postmortems.rules.paper_cuts import Cluster
from postmortems.rules.triggers import cut_hit
from postmortems.services.deciding import AREAS, create_review
from teams.models import Team
from teams.querysets import CLOCK, automatic

#: The reason names so many of the reports; the page of the review leads to all.
NAMED = 5


def consider_paper_cuts(*, at: datetime) -> int:
    """Propose an aggregate review of every cluster that the rules of its team ask about; returns how many."""
    done = 0
    for team in delivery_teams():
        span = last_days(team, at)
        for cluster in asking(team, rules_of(team.pk), span):
            try:
                _propose(team, cluster, span, at=at)
            except IntegrityError:  # somebody asked for it at this very moment
                continue
            done += 1
    return done


@transaction.atomic
def _propose(team: Team, cluster: Cluster, span: Span, *, at: datetime) -> None:
    area, by = AREAS.get(pk=cluster.area), automatic(CLOCK)
    hit = cut_hit(cluster.n, cluster.hours, span.days)
    found = cuts(team, span, area=cluster.area, cause=cluster.cause)
    longest = ", ".join(reference("PR", cut.report) for cut in found[:NAMED])
    why = Text.objects.create(body=f"{hit.words}. Longest: {longest}.")
    days = {"since": span.since, "until": span.until}
    made = create_review(area, why, cause=cluster.cause, **days, by=by, at=at)
    Hit.objects.create(post_mortem=made, rule=hit.rule, words=hit.words, at=at)
    fact = PostMortemProposed(area=area.name, cause=cluster.cause, rules=(hit.rule.value,))
    journal.record(fact, subject=made.pk, by=by, at=at, source=Source.SYSTEM, text=why)
