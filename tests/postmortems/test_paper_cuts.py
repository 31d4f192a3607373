"""Paper cuts: what may be said of clusters of small reports, the pages and the aggregate review (PM-9)."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bugs import services as bugs
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken
from postmortems import services
from postmortems.models import PostMortem, Published
from postmortems.querysets.paper_cuts import clusters, cuts, span_of
from postmortems.rules.paper_cuts import (
    LEAST,
    SPAN,
    Cluster,
    OpenHours,
    ranked,
    total,
    worth_a_review,
    would_ask,
)
from problem_reports import services as reports
from problem_reports.clocks.rules import Calendar, Shift, between, open_intervals
from problem_reports.models import ProblemReport
from problem_reports.services.classification import NewBug
from teams.models import ProductArea, Team
from tests import budgets
from tests.cast import Cast, today_there
from tests.factories import a_report
from tests.postmortems.acts import ANSWERS, now, proposed_review, resolved, with_factor

THEN = datetime(2026, 6, 1, tzinfo=UTC)


def cluster(
    n: int, hours: float, *, area: int = 1, cause: str = "code", squares: float | None = None
) -> Cluster:
    each = hours * hours / max(n, 1) if squares is None else squares
    return Cluster(area, cause, n, hours, each, customers=n, first=THEN, last=THEN)


# The arithmetic


def test_too_few_reports_have_no_band_and_come_last_however_long_they_took() -> None:
    few, many = cluster(LEAST - 1, 500), cluster(LEAST, 10, area=2)
    assert few.band is None
    assert many.band is not None
    assert ranked([few, many]) == [many, few]


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 900)), max_size=12))
def test_the_ranking_loses_nothing_and_goes_by_hours(given: list[tuple[int, float]]) -> None:
    found = [cluster(n, hours, area=area) for area, (n, hours) in enumerate(given)]
    told = ranked(found)
    assert sorted(c.area for c in told) == sorted(c.area for c in found)
    for one, next_one in pairwise(told):
        assert (one.comparable, one.hours) >= (next_one.comparable, next_one.hours) or (
            one.comparable and not next_one.comparable
        )


@given(st.lists(st.floats(0.25, 8), min_size=LEAST, max_size=60))
def test_the_band_holds_the_hours_and_narrows_as_the_same_reports_come_again(
    hours: list[float],
) -> None:
    one = cluster(len(hours), sum(hours), squares=sum(h * h for h in hours))
    twice = cluster(2 * one.n, 2 * one.hours, squares=2 * one.squares)
    low, high = one.band  # type: ignore[misc]
    assert low < one.hours < high
    assert high / one.hours == pytest.approx(one.hours / low)
    narrower = twice.band[1] / twice.hours  # type: ignore[index]
    assert narrower < high / one.hours


@pytest.mark.parametrize("expected", [10, 25, 80])
def test_the_band_holds_about_four_of_five_spans_of_the_same_causes(expected: int) -> None:
    """Spans in which reports come by chance, each with hours by chance: how often the true sum is in the band."""
    chance = Random(7)
    inside = tried = 0
    while tried < 2000:
        n = sum(1 for _ in range(10 * expected) if chance.random() < 0.1)
        hours = [min(chance.expovariate(1 / 2), 8) for _ in range(n)]
        one = cluster(n, sum(hours), squares=sum(h * h for h in hours))
        if one.band is None:
            continue
        tried += 1
        # The mean of an exponential of 2 hours, cut at 8.
        truth = expected * 2 * (1 - 2.718281828459045**-4)
        inside += one.band[0] <= truth <= one.band[1]
    assert 0.74 <= inside / tried <= 0.88


def test_the_total_counts_how_many_clusters_took_half_and_what_has_no_cause() -> None:
    found = [cluster(3, 5, area=1), cluster(9, 30, area=2, cause="unknown"), cluster(9, 10, area=3)]
    told = total(found)
    assert (told.n, told.hours, told.half, told.unknown) == (21, 45, 1, 9)
    assert total([]).half == 0


@given(st.lists(st.floats(0.25, 8), max_size=20))
def test_estimated_hours_are_part_of_the_hours(stays: list[float]) -> None:
    more = replace(cluster(30, 4)).with_stays(stays)
    assert more.estimated == pytest.approx(sum(stays))
    assert more.hours == pytest.approx(4 + sum(stays))


def test_a_cluster_is_worth_a_review_by_reports_or_by_hours_but_never_for_one_report() -> None:
    most: dict[str, Any] = {"reports": 10, "enough": 16}
    assert worth_a_review(10, 0.0, **most)
    assert worth_a_review(2, 16.0, **most)
    assert not worth_a_review(9, 15.9, **most)
    assert not worth_a_review(1, 400.0, **most)
    assert not worth_a_review(50, 400.0, reports=None, enough=None)
    assert worth_a_review(3, 1.0, reports=3, enough=None)


def test_a_cluster_asks_once_in_30_days_and_never_twice_for_the_same_reports() -> None:
    days = [THEN + timedelta(days=day) for day in (0, 1, 2, 3, 20, 33, 34, 35, 90, 120, 150)]
    told = would_ask([(day, 1.0) for day in days], reports=3, enough=None)
    assert told == [days[2], days[7]]


@given(
    st.lists(st.tuples(st.integers(0, 900), st.floats(0, 9)), max_size=80),
    st.integers(1, 9),
    st.integers(1, 40),
)
def test_a_stricter_rule_never_asks_more_often(
    cuts: list[tuple[int, float]], reports: int, enough: int
) -> None:
    known = [(THEN + timedelta(hours=12 * half), hours) for half, hours in cuts]
    told = would_ask(known, reports=reports, enough=enough)
    for one, next_one in pairwise(told):
        assert next_one - one >= SPAN
    assert would_ask(known, reports=None, enough=None) == []
    assert bool(would_ask(known, reports=reports + 1, enough=None)) <= bool(told)


OFFICE = Calendar(
    "Europe/Brussels",
    tuple(
        Shift(day, a, b)
        for day in range(5)
        for a, b in ((time(9), time(12, 30)), (time(13, 30), time(18)))
    ),
)
#: Over the change of the clocks.
MOMENTS = st.integers(0, 60 * 24 * 3600).map(
    lambda s: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=s)
)


@given(st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=8))
def test_hours_of_many_stays_are_those_that_the_calendar_counts_one_by_one(
    stays: list[tuple[datetime, datetime]],
) -> None:
    first, last = min(a for a, _ in stays), max(b for _, b in stays)
    known = OpenHours(open_intervals(OFFICE, first, last))
    for a, b in stays:
        assert known.between(a, b) == pytest.approx(
            between(OFFICE, a, b) / timedelta(hours=1), abs=1e-6
        )


# What is added up


def a_cut(
    cast: Cast, cause: str = "usability", hours: str = "2", outcome: str = "how_to", **fields: Any
) -> ProblemReport:
    customers = fields.pop("customers", [])
    report = a_report(cast, "investigating", **fields)
    for customer in customers:
        reports.join(report.pk, customer=customer, by=cast.lena, at=clock.now())
    said = {
        "outcome": outcome,
        "message": "Use the other button.",
        "cause": cause,
        "hours": Decimal(hours),
    }
    return reports.classify(report.pk, **said, by=cast.ines, at=clock.now())


def found(cast: Cast) -> dict[tuple[str, str], Cluster]:
    team = Team.objects.select_related("calendar").get(pk=cast.billing.pk)
    names = dict(ProductArea.objects.values_list("pk", "slug"))
    return {(names[c.area], c.cause): c for c in clusters(team, span_of(team, clock.now()))}


def test_small_reports_are_added_up_by_area_and_cause_with_their_customers(cast: Cast) -> None:
    a_cut(cast, customers=["Acme", "Bolt"])
    a_cut(cast, hours="1.5", customers=["Bolt"])
    a_cut(cast, cause="data", product_area="payments")
    told = found(cast)
    assert set(told) == {("invoicing", "usability"), ("payments", "data")}
    one = told["invoicing", "usability"]
    assert (one.n, one.hours, one.squares, one.customers, one.estimated) == (2, 3.5, 6.25, 2, 0)


def test_what_is_no_cut_is_left_out(cast: Cast) -> None:
    a_report(cast)  # open
    a_cut(cast, impact="everyone", urgency="high")  # P1
    a_cut(cast, outcome="withdrawn")
    assert found(cast) == {}


def test_logged_hours_count_in_place_of_the_said_ones_and_those_on_its_bug_once(cast: Cast) -> None:
    act: dict[str, Any] = {"by": cast.ines, "at": clock.now()}
    said = {
        "outcome": "bug",
        "message": "We will fix it.",
        "cause": "code",
        "hours": Decimal(1),
        **act,
    }
    first, other = a_report(cast, "investigating"), a_report(cast, "investigating")
    reports.log_work(first.pk, hours=Decimal(3), **act)
    bug = reports.classify(first.pk, **said, bug=NewBug("Rounding", "P2", "Seen")).living.bug
    reports.classify(other.pk, **said, existing_bug=bug.pk)
    bugs.log_work(bug.pk, hours=Decimal(5), **act)
    assert found(cast)["invoicing", "code"].hours == 3 + 5 + 1


def test_a_small_report_of_a_bug_that_became_a_p1_is_no_cut(cast: Cast) -> None:
    act: dict[str, Any] = {"by": cast.ines, "at": clock.now()}
    report = a_report(cast, "investigating")
    reports.classify(
        report.pk, outcome="bug", message="We will fix it.", cause="code", hours=Decimal(1),
        bug=NewBug("Rounding", "P1", "Seen"), **act,
    )  # fmt: skip
    assert found(cast) == {}


def test_the_reports_of_a_cluster_come_with_the_longest_first(cast: Cast) -> None:
    short, long = a_cut(cast, hours="0.5"), a_cut(cast, hours="4")
    team = Team.objects.select_related("calendar").get(pk=cast.billing.pk)
    told = cuts(team, span_of(team, clock.now()), area=cast.invoicing.pk, cause="usability")
    assert [(cut.report, cut.hours) for cut in told] == [(long.pk, 4), (short.pk, 0.5)]


# The aggregate review


def asked_for(cast: Cast, **more: Any) -> PostMortem:
    return proposed_review(cast, **{"cause": "usability"} | more)


def test_a_review_of_many_small_reports_is_written_and_published_like_any_other(cast: Cast) -> None:
    longest = a_cut(cast, hours="4", customers=["Acme"])
    a_cut(cast)
    thing = services.open(asked_for(cast).pk, **now(by=cast.ines))
    moment = thing.moments.get()
    assert moment.what.endswith(f": 2 small reports, 6.0 hours; {longest.reference} took longest.")
    services.write(thing.pk, changes=ANSWERS, **now(by=cast.ines))
    with_factor(cast, thing, "The form was drawn for another screen.")
    with_factor(cast, thing, "Nobody is asked before a form changes.")
    action = resolved(cast, thing)
    assert "2 reports from 1 customer, 6 hours" in action.item.rationale
    services.submit(thing.pk, **now(by=cast.ines))
    services.publish(thing.pk, **now(by=cast.otto))
    kept = Published.objects.get(post_mortem=thing).body
    assert kept["bug"] is None
    told = {
        key: kept["paper_cuts"][key] for key in ("area", "cause", "reports", "hours", "customers")
    }
    assert told == {
        "area": "invoicing",
        "cause": "usability",
        "reports": 2,
        "hours": 6.0,
        "customers": 1,
    }
    # The same causes may cut again: what is published does not stand in the way of the next review.
    assert asked_for(cast).pk != thing.pk


def test_one_at_a_time_of_an_area_and_a_cause(cast: Cast) -> None:
    a_cut(cast)
    first = asked_for(cast)
    with pytest.raises(Conflict, match=f"{first.reference} looks at these already"):
        asked_for(cast)


def test_it_is_refused_where_there_is_nothing_to_learn_from_or_the_words_do_not_fit(
    cast: Cast,
) -> None:
    with pytest.raises(RuleBroken, match="no small report"):
        asked_for(cast)
    a_cut(cast)
    with pytest.raises(Invalid, match="ends before"):
        asked_for(cast, until=today_there() - timedelta(days=200))
    with pytest.raises(Invalid):
        asked_for(cast, cause="bad luck")
    with pytest.raises(Invalid):
        asked_for(cast, reason=" ")
    with pytest.raises(NotAllowed):
        asked_for(cast, by=cast.lena)


# The pages

PAGE, CLUSTER = "/post-mortems/paper-cuts/", "/post-mortems/paper-cuts/invoicing/usability/"


def test_the_page_ranks_clusters_and_says_which_are_too_few(cast: Cast, client: Client) -> None:
    for _ in range(LEAST):
        a_cut(cast, hours="1", customers=["Acme"])
    a_cut(cast, cause="data", hours="90")
    client.force_login(cast.ines)
    page = client.get(PAGE).content.decode()
    assert f"{LEAST + 1} small reports took 98 hours" in page
    assert page.index(f'href="{CLUSTER}') < page.index("too few to compare")
    rows = list(csv.DictReader(StringIO(client.get(f"{PAGE}clusters.csv").content.decode())))
    assert [(row["area"], row["cause"], row["reports"], row["hours"]) for row in rows] == [
        ("Invoicing", "usability", f"{LEAST}", "8.00"),
        ("Invoicing", "data", "1", "90.00"),
    ]
    assert rows[0]["low"] != ""
    assert rows[1]["low"] == ""


def test_days_that_do_not_fit_are_said_and_kept(cast: Cast, client: Client) -> None:
    a_cut(cast)
    client.force_login(cast.ines)
    answer = client.get(PAGE, {"since": "2026-05-02", "until": "2026-05-01"})
    assert answer.status_code == 400
    assert "It ends before it begins." in answer.content.decode()
    assert 'value="2026-05-02"' in answer.content.decode()
    assert client.get(PAGE, {"since": "soon"}).status_code == 400
    assert client.get(PAGE, {"since": "0001-01-01", "until": "9999-12-31"}).status_code == 400


def test_a_review_is_asked_for_from_its_cluster_and_refused_the_second_time(
    cast: Cast, client: Client
) -> None:
    a_cut(cast)
    client.force_login(cast.ines)
    assert "One small report, 2 hours, no customer" in client.get(CLUSTER).content.decode()
    answer = client.post(CLUSTER, {"reason": "It comes back"})
    thing = PostMortem.objects.get()
    assert answer["Location"] == f"/post-mortems/{thing.reference}/"
    told = client.get(answer["Location"]).content.decode()
    assert "Paper cuts in Invoicing: usability" in told
    assert "proposed a review of the paper cuts in Invoicing" in told
    again = client.post(CLUSTER, {"reason": "It comes back, really"})
    assert again.status_code == 409
    assert "It comes back, really" in again.content.decode()
    assert thing.reference in client.get(PAGE).content.decode()
    assert thing.reference in client.get("/post-mortems/").content.decode()


@pytest.mark.parametrize("where", ["%00/usability", "invoicing/%00", "nothing/usability"])
def test_a_cluster_that_is_none_is_not_found(cast: Cast, client: Client, where: str) -> None:
    client.force_login(cast.ines)
    assert client.get(f"{PAGE}{where}/").status_code == 404


def test_who_may_not_read_the_reports_sees_no_figure_of_them(cast: Cast, client: Client) -> None:
    a_cut(cast)
    for person, status in ((cast.lena, 403), (cast.stranger, 403), (cast.sami, 404)):
        client.force_login(person)
        assert client.get(f"{PAGE}?team=billing").status_code == status
        assert client.get(CLUSTER).status_code == status


def test_the_pages_ask_as_many_queries_for_forty_rows_as_for_twenty(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.ines)
    areas = iter(range(100))

    def grow() -> None:
        number = next(areas)
        ProductArea.objects.create(team=cast.billing, slug=f"area-{number}", name=f"Area {number}")
        a_cut(cast, product_area=f"area-{number}")
        a_cut(cast)

    budgets.holds(f"GET {PAGE}", lambda: client.get(PAGE), grow=grow)
    budgets.holds(f"GET {CLUSTER}", lambda: client.get(CLUSTER))
