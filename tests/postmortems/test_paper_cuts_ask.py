"""Small reports that add up propose their own review, once (PM-1, PM-9)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from channels import services as channels
from channels.models import Notice
from foundation import clock
from foundation.errors import Invalid
from journal.models import Event
from postmortems import services
from postmortems.lifecycle import State
from postmortems.models import PostMortem
from postmortems.querysets.cutting import cuts_would_have_raised
from postmortems.rules.triggers import Rules
from postmortems.services.cutting import consider_paper_cuts
from problem_reports.models import ImportedFrom, ProblemReport
from teams.models import Team
from tests.cast import Cast
from tests.postmortems.acts import now, proposed_review
from tests.postmortems.test_paper_cuts import a_cut

THREE = replace(Rules(), cut_reports=3, cut_hours=None)


def rules(cast: Cast, **said: Any) -> None:
    services.publish_trigger_rules(
        cast.billing.pk, rules=replace(THREE, **said), **now(by=cast.rhea)
    )


def beat(days: int = 0) -> int:
    return consider_paper_cuts(at=clock.now() + timedelta(days=days))


def three(cast: Cast) -> list[ProblemReport]:
    return [a_cut(cast, hours=hours) for hours in ("1", "4", "2")]


def test_a_cluster_proposes_one_review_that_says_why_and_names_its_reports(
    cast: Cast, client: Client
) -> None:
    rules(cast)
    short, long, middle = three(cast)
    a_cut(cast, cause="data")
    assert (beat(), beat()) == (1, 0)
    thing = PostMortem.objects.get()
    assert (thing.area, thing.cause, str(thing.proposed_by)) == (
        cast.invoicing,
        "usability",
        "The clock",
    )
    assert (thing.state, (thing.until - thing.since).days) == (State.PROPOSED, 29)
    named = f"{long.reference}, {middle.reference}, {short.reference}"
    why = f"3 small reports took 7 hours in 30 days. Longest: {named}."
    assert thing.proposed_because.body == why
    assert [hit.rule for hit in thing.hits.all()] == ["paper_cuts"]
    assert Event.objects.get(name="post_mortem.proposed").data["rules"] == ["paper_cuts"]
    channels.fan_out()
    told = Notice.objects.filter(event__name="post_mortem.proposed")
    assert {notice.person for notice in told} == {cast.rhea, cast.pia}
    client.force_login(cast.ines)
    page = client.get(f"/post-mortems/{thing.reference}/").content.decode()
    assert "proposed a review of the paper cuts in Invoicing" in page
    assert long.reference in page


def test_hours_ask_too_but_too_few_reports_or_a_rule_that_is_off_do_not(cast: Cast) -> None:
    rules(cast, cut_reports=None, cut_hours=8)
    three(cast)
    assert beat() == 0
    a_cut(cast, hours="1")
    assert beat() == 1
    rules(cast, cut_reports=None)
    a_cut(cast, cause="data", hours="90")
    a_cut(cast, cause="data", hours="90")
    assert beat() == 0


def test_what_was_waived_is_not_asked_again_before_30_days_and_never_for_the_same_reports(
    cast: Cast,
) -> None:
    rules(cast)
    three(cast)
    beat()
    services.waive(
        PostMortem.objects.get().pk, reason="The form is being replaced", **now(by=cast.pia)
    )
    three(cast)
    assert beat() == 0
    assert beat(days=29) == 0
    # Later its reports are too old to count, and nothing new came.
    assert beat(days=31) == 0


def test_a_cluster_that_somebody_looks_at_already_is_left_alone(cast: Cast) -> None:
    rules(cast)
    three(cast)
    thing = proposed_review(cast, "usability")
    assert beat() == 0
    assert PostMortem.objects.get() == thing


def test_what_was_imported_asks_for_nothing(cast: Cast) -> None:
    rules(cast)
    *_, last = three(cast)
    event = Event.objects.filter(kind="problem_report", subject=last.pk).latest("pk")
    ImportedFrom.objects.create(log="helpdesk", case="7", nth=1, report=last, event=event)
    assert beat() == 0


def test_the_rule_says_first_what_it_would_have_raised_in_a_year(cast: Cast) -> None:
    three(cast)
    team, at = Team.objects.select_related("calendar").get(pk=cast.billing.pk), clock.now()
    assert cuts_would_have_raised(team, THREE, at) == 1
    assert cuts_would_have_raised(team, replace(THREE, cut_reports=4), at) == 0
    assert cuts_would_have_raised(team, THREE, at + timedelta(days=400)) == 0
    with pytest.raises(Invalid):
        rules(cast, cut_reports=0)
