"""Written rules ask for post-mortems (PM-1)."""

import itertools
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from bugs import services as bugs
from bugs.models import Bug, Loan, Release
from channels import services as channels
from channels.models import Notice
from foundation import clock
from foundation.errors import Invalid, NotAllowed, Stale
from journal.models import Event
from postmortems import services
from postmortems.lifecycle import State
from postmortems.models import Hit, PostMortem
from postmortems.querysets.triggers import BUGS, figures, would_have_raised
from postmortems.rules.triggers import Figures, Rule, Rules, hits
from postmortems.services import tending
from problem_reports import services as reports
from sprints.models import BacklogItem
from tests.bugs.acts import a_loan
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_report, a_running_sprint, an_item
from tests.postmortems.acts import now, proposed

_numbers = itertools.count(1)
OFF = Rules(False, False, None, None, None, None, False, None, None)
BAD = Figures(frozenset({"P0", "P1"}), 2, 5, 3, Decimal(5), 7, 1)

# The rules themselves


def test_every_rule_is_met_by_its_figure_alone_and_says_the_figure() -> None:
    for rule, alone, words in (
        (Rule.P0, Figures(priorities=frozenset({"P0"})), "It was a P0"),
        (
            Rule.BROKEN_PROMISE,
            Figures(priorities=frozenset({"P1", "P3"}), broken=1),
            "1 promise on it broken, as a P1",
        ),
        (Rule.REPORTS, Figures(reports=6, customers=3), "6 reports of 3 customers"),
        (
            Rule.DISPLACED,
            Figures(displaced=Decimal(8)),
            "8 points of planned work made room for it",
        ),
        (Rule.LOAN_OVERDUE, Figures(loan_days=9), "Its payback was 9 days overdue"),
        (Rule.CAME_BACK, Figures(came_back=1), "It came back after it was fixed"),
        (Rule.CAME_BACK, Figures(again=2), "2 reports of it after its fix was with customers"),
    ):
        assert [(hit.rule, hit.words) for hit in hits(Rules(), alone)] == [(rule, words)]


def test_a_rule_that_is_off_asks_for_nothing() -> None:
    assert hits(OFF, BAD) == []
    assert [hit.rule for hit in hits(replace(OFF, came_back=True), BAD)] == [Rule.CAME_BACK]


def test_a_broken_promise_on_a_p2_asks_for_nothing() -> None:
    assert hits(Rules(), Figures(priorities=frozenset({"P2"}), broken=4)) == []


FIGURES = some.builds(
    Figures,
    priorities=some.frozensets(some.sampled_from(["P0", "P1", "P2", "P3"]), min_size=1),
    broken=some.integers(0, 5),
    reports=some.integers(0, 9),
    customers=some.integers(0, 9),
    displaced=some.decimals(0, 20, places=2),
    loan_days=some.integers(0, 30),
    came_back=some.integers(0, 2),
)


@given(FIGURES, FIGURES)
def test_worse_figures_never_meet_fewer_rules(one: Figures, other: Figures) -> None:
    worse = Figures(
        one.priorities | other.priorities,
        *(
            max(getattr(one, name), getattr(other, name))
            for name in ("broken", "reports", "customers", "displaced", "loan_days", "came_back")
        ),
    )
    met = {hit.rule for hit in hits(Rules(), worse)}
    assert {hit.rule for hit in hits(Rules(), one)} <= met


# Facts arrive


def the_one(bug: Bug) -> PostMortem:
    return PostMortem.objects.get(bug=bug)


def reasons(bug: Bug) -> list[str]:
    return list(
        Hit.objects.filter(post_mortem__bug=bug).order_by("pk").values_list("rule", flat=True)
    )


def test_a_p0_proposes_its_own_review_and_later_hits_join_it(cast: Cast) -> None:
    bug = a_bug(cast, "verified", priority="P0")
    thing = the_one(bug)
    assert (thing.state, str(thing.proposed_by)) == (State.PROPOSED, "The clock")
    assert thing.proposed_because.body == "It was a P0."
    bugs.reopen(bug.pk, reason="It is back", by=cast.rhea, at=clock.now())
    assert reasons(bug) == ["p0", "came_back"]
    assert PostMortem.objects.filter(bug=bug).count() == 1
    joined = Event.objects.get(name="post_mortem.joined", subject=thing.pk)
    assert joined.data["why"] == "It came back after it was fixed"


def test_a_p1_without_anything_else_proposes_nothing(cast: Cast) -> None:
    assert not PostMortem.objects.filter(bug=a_bug(cast, "verified")).exists()


def test_a_priority_that_is_raised_asks_too(cast: Cast) -> None:
    bug = a_bug(cast)
    bugs.prioritise(bug.pk, priority="P0", reason="All of them", by=cast.rhea, at=clock.now())
    assert reasons(bug) == ["p0"]


def _the_same_as(cast: Cast, original: str, customer: str) -> None:
    report = a_report(cast, "investigating")
    reports.join(report.pk, customer=customer, by=cast.lena, at=clock.now())
    reports.classify(
        report.pk, outcome="duplicate", message="The same", hours=Decimal(0), cause="code",
        duplicate_of=int(original.removeprefix("PR-")), by=cast.ines, at=clock.now(),
    )  # fmt: skip


def test_reports_of_several_customers_on_one_bug_ask_and_duplicates_count(cast: Cast) -> None:
    services.publish_trigger_rules(
        cast.billing.pk, rules=replace(OFF, reports=3, customers=2), **now(by=cast.rhea)
    )
    bug = a_bug(cast)
    original = bug.classifications.get().report.reference
    _the_same_as(cast, original, "Acme")
    assert reasons(bug) == []
    _the_same_as(cast, original, "Bolt")
    assert reasons(bug) == ["reports"]
    assert the_one(bug).proposed_because.body.startswith("3 reports of ")


def test_a_report_of_what_is_fixed_is_a_repeat_though_nobody_opened_the_bug_again(
    cast: Cast,
) -> None:
    services.publish_trigger_rules(
        cast.billing.pk, rules=replace(OFF, came_back=True), **now(by=cast.rhea)
    )
    bug = a_bug(cast, "verified")
    original = bug.classifications.get().report.reference
    assert reasons(bug) == []
    _the_same_as(cast, original, "Acme")
    assert the_one(bug).proposed_because.body == "1 report of it after its fix was with customers."
    assert reasons(bug) == ["came_back"]


def test_a_report_before_the_fix_is_with_customers_is_no_repeat(cast: Cast) -> None:
    waits = a_bug(cast, "fixed")
    _the_same_as(cast, waits.classifications.get().report.reference, "Acme")
    planned = a_bug(cast, "verified")
    at = clock.now()
    Release.objects.create(team=cast.billing, named="5.2", on=at.date(), by=cast.rhea, at=at)
    _the_same_as(cast, planned.classifications.get().report.reference, "Acme")
    found = figures(BUGS.in_bulk(), clock.now())
    assert [found[bug.pk].again for bug in (waits, planned)] == [0, 0]


def test_planned_work_that_made_room_asks(cast: Cast) -> None:
    sprint = a_running_sprint(cast, 1)
    leaves = an_item(cast, "scheduled", sprint=sprint)
    BacklogItem.objects.filter(pk=leaves.pk).update(swappable=True)
    bug = a_bug(cast)
    points = leaves.estimate
    assert points is not None
    services.publish_trigger_rules(
        cast.billing.pk, rules=replace(OFF, displaced=points), **now(by=cast.rhea)
    )
    act = {"by": cast.rhea, "at": clock.now()}
    bugs.inject(
        bug.pk, sprint_id=sprint.pk, points=points, reason="It bites", leaves=[leaves.reference], **act
    )  # fmt: skip
    assert figures(BUGS.in_bulk(), clock.now())[bug.pk].displaced == points
    assert reasons(bug) == ["displaced"]


def test_a_payback_that_grows_late_asks_by_itself_once(cast: Cast) -> None:
    loan = a_loan(cast, a_bug(cast))
    days = today_there() - timedelta(days=9)
    Loan.objects.filter(pk=loan.pk).update(due_on=days, first_due_on=days)
    assert tending.tend(at=clock.now()) == 1
    assert reasons(loan.bug) == ["loan_overdue"]
    assert tending.tend(at=clock.now()) == 0


def test_what_was_waived_is_not_asked_again_for_the_same_reason_but_for_another(cast: Cast) -> None:
    bug = a_bug(cast, priority="P0")
    first = services.waive(the_one(bug).pk, reason="PM-1 covers it", **now(by=cast.pia))
    bugs.prioritise(bug.pk, priority="P1", reason="Less", by=cast.rhea, at=clock.now())
    bugs.prioritise(bug.pk, priority="P0", reason="More", by=cast.rhea, at=clock.now())
    assert PostMortem.objects.filter(bug=bug).count() == 1
    for _ in range(5):
        _the_same_as(cast, bug.classifications.get().report.reference, f"Customer {next(_numbers)}")
    again = PostMortem.objects.exclude(pk=first.pk).get(bug=bug)
    assert [hit.rule for hit in again.hits.all()] == ["reports"]


def test_a_hit_joins_what_somebody_asked_for(cast: Cast) -> None:
    bug = a_bug(cast, "verified")
    thing = proposed(cast, bug)
    bugs.reopen(bug.pk, reason="It is back", by=cast.rhea, at=clock.now())
    assert [hit.post_mortem for hit in Hit.objects.all()] == [thing]


def test_who_answers_is_told(cast: Cast) -> None:
    a_bug(cast, priority="P0")

    channels.fan_out()
    told = Notice.objects.filter(event__name="post_mortem.proposed")
    assert {notice.person for notice in told} == {cast.rhea, cast.pia}


# Whose rules they are


def test_a_changed_rule_says_first_what_it_would_have_raised(cast: Cast, client: Client) -> None:
    a_bug(cast, priority="P0")
    a_bug(cast, priority="P2")
    for _ in range(2):
        a_bug(cast, customer="Acme")
    client.force_login(cast.rhea)
    address = "/settings/billing/post-mortems/"
    sent = {"p0": "on", "reports": "1", "customers": "1", "loan_days": "", "version": "0"}
    page = client.post(address, sent)
    shown = page.content.decode()
    assert "These rules would have raised <b>3</b>; those in force raise 1." in shown
    assert not cast.billing.trigger_rules.exists()
    stamp = shown.partition('name="previewed" value="')[2][:16]
    client.post(address, {**sent, "reports": "2", "previewed": stamp})
    assert not cast.billing.trigger_rules.exists()  # other rules than those that were looked at
    page = client.post(address, {**sent, "previewed": stamp}, follow=True)
    assert "Version 1 asks from now on." in page.content.decode()
    made = cast.billing.trigger_rules.get()
    assert (made.reports, made.customers, made.loan_days, made.displaced) == (1, 1, None, None)


def test_rules_are_changed_by_a_lead_or_an_admin_from_the_version_they_saw(cast: Cast) -> None:
    team = cast.billing.pk
    for who in (cast.otto, cast.pia, cast.lena):
        with pytest.raises(NotAllowed, match="a lead or an admin of Billing"):
            services.publish_trigger_rules(team, rules=OFF, **now(by=who))
    services.publish_trigger_rules(team, rules=OFF, version=0, **now(by=cast.rhea))
    with pytest.raises(Stale, match="changed these rules"):
        services.publish_trigger_rules(team, rules=OFF, version=0, **now(by=cast.rhea))


def test_reports_without_customers_and_numbers_below_one_are_refused(cast: Cast) -> None:
    for wrong in (
        replace(OFF, reports=3),
        replace(OFF, customers=3),
        replace(OFF, loan_days=0),
        replace(OFF, displaced=Decimal(-1)),
    ):
        with pytest.raises(Invalid):
            services.publish_trigger_rules(cast.billing.pk, rules=wrong, **now(by=cast.rhea))


def test_the_rules_are_tried_on_the_teams_own_bugs_of_a_year(cast: Cast) -> None:
    bug = a_bug(cast, priority="P0")
    at = clock.now()
    assert list(would_have_raised(cast.billing, Rules(), at)) == [bug.pk]
    assert would_have_raised(cast.platform, Rules(), at) == {}
    assert would_have_raised(cast.billing, Rules(), at + timedelta(days=400)) == {}
