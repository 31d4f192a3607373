"""Twenty at once: one wins, the others are told, and nothing is done twice."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import cycle

import pytest

from bugs import services as bugs
from bugs.models import Bug
from channels import services as channels
from channels.idempotency import Answer, once
from channels.models import IdempotencyKey, Notice
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, Refused, RuleBroken
from journal.models import Event, Pending
from problem_reports import services as reports
from problem_reports.models import Classification, Customer, ProblemReport
from problem_reports.querysets import chain_from
from problem_reports.services.classification import NewBug
from sprints import services as sprints
from sprints.models import ReserveEntry, Sprint
from sprints.querysets import line_of
from sprints.rules.reserve import replay
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_late_sprint, a_report, a_running_sprint, a_sprint, closed
from tests.races.crowd import at_once, sorted_out

pytestmark = pytest.mark.django_db(transaction=True)
TWENTY = 20


def test_one_assignment_wins_and_nineteen_are_told_who(cast: Cast) -> None:
    report = a_report(cast)
    people = cycle((cast.ines, cast.otto, cast.rhea))
    acts = [
        partial(reports.assign, report.pk, assignee=next(people), by=cast.rhea, at=clock.now())
        for _ in range(TWENTY)
    ]
    won, lost = sorted_out(at_once(*acts), Conflict)
    winner = ProblemReport.objects.get(pk=report.pk).assignee
    assert winner is not None
    assert [report.assignee for report in won] == [winner]
    assert len(lost) == TWENTY - 1
    assert {error.extra["assigned_to"] for error in lost} == {winner.username}
    assert {str(error) for error in lost} == {f"{winner} has it already."}
    assert Event.objects.filter(name="problem_report.assigned").count() == 1


def test_one_person_takes_twenty_reports_and_gets_as_many_as_the_limit(cast: Cast) -> None:
    cast.billing.investigation_limit = 3
    cast.billing.save()
    keys = []
    for _ in range(TWENTY):
        report = a_report(cast)
        reports.prioritise(report.pk, priority="P2", by=cast.rhea, at=clock.now())
        keys.append(report.pk)
    acts = [partial(reports.take, key, by=cast.otto, at=clock.now()) for key in keys]
    won, lost = sorted_out(at_once(*acts), NotAllowed)
    assert (len(won), len(lost)) == (3, 17)
    assert ProblemReport.objects.filter(assignee=cast.otto).count() == 3


def test_the_last_points_go_to_exactly_as_many_as_fit(cast: Cast) -> None:
    sprint = a_running_sprint(cast, reserve=10)
    found = [a_bug(cast) for _ in range(TWENTY)]
    acts = [
        partial(
            bugs.inject,
            bug.pk,
            sprint_id=sprint.pk,
            points=Decimal("1.5"),
            reason="Bites",
            by=cast.rhea,
            at=clock.now(),
        )
        for bug in found
    ]
    won, lost = sorted_out(at_once(*acts), RuleBroken)
    assert (len(won), len(lost)) == (6, 14)
    sprint = Sprint.objects.get(pk=sprint.pk)
    assert (sprint.held, sprint.available, sprint.overdraft) == (9, 1, 0)
    assert replay(line_of(line) for line in ReserveEntry.objects.order_by("pk")).held == 9
    assert Bug.objects.filter(state="in_sprint").count() == 6


def test_the_last_points_and_who_overdraws(cast: Cast) -> None:
    sprint = a_running_sprint(cast, reserve=4)
    found = [a_bug(cast, priority="P0") for _ in range(5)]
    acts = [
        partial(
            bugs.inject,
            bug.pk,
            sprint_id=sprint.pk,
            points=Decimal(3),
            reason="Down",
            by=cast.rhea,
            at=clock.now(),
        )
        for bug in found
    ]
    won, lost = sorted_out(at_once(*acts), Refused)
    assert (len(won), len(lost)) == (5, 0)
    sprint = Sprint.objects.get(pk=sprint.pk)
    assert (sprint.held, sprint.overdraft, sprint.available) == (15, 11, 0)
    named = sprint.entries.filter(kind="overdraft").values_list("amount", flat=True)
    assert sorted(named) == [2, 3, 3, 3]


def test_one_form_sent_twenty_times_makes_one_report(cast: Cast) -> None:
    def file() -> Answer:
        report = a_report(cast, title="Sent twice")
        return Answer(201, {"reference": report.reference})

    said = {"person": cast.lena, "method": "POST", "path": "/api/v1/problem-reports/"}
    act = partial(once, **said, key="a-form", body=b"{}", act=file)  # type: ignore[arg-type]
    answers, _ = sorted_out(at_once(*[act] * TWENTY), Refused)
    report = ProblemReport.objects.get()
    assert {(a.status, a.body["reference"]) for a in answers} == {(201, report.reference)}
    assert sorted(a.replayed for a in answers) == [False] + [True] * (TWENTY - 1)
    assert Event.objects.count() == 1


def test_twenty_forms_with_keys_of_their_own_make_twenty(cast: Cast) -> None:
    def file() -> Answer:
        return Answer(201, {"reference": a_report(cast, customer="Acme").reference})

    said = {"person": cast.lena, "method": "POST", "path": "/api/v1/problem-reports/"}
    acts = [partial(once, **said, key=str(n), body=b"{}", act=file) for n in range(TWENTY)]  # type: ignore[arg-type]
    answers, _ = sorted_out(at_once(*acts), Refused)
    assert len({a.body["reference"] for a in answers}) == TWENTY
    assert Customer.objects.count() == 1


def test_when_the_first_of_two_fails_the_second_acts(cast: Cast) -> None:
    tries = iter((True, False))

    def file() -> Answer:
        if next(tries):
            raise RuleBroken("Not this time.")
        return Answer(201, {"reference": a_report(cast).reference})

    said = {"person": cast.lena, "method": "POST", "path": "/"}
    act = partial(once, **said, key="k", body=b"", act=file)  # type: ignore[arg-type]
    won, lost = sorted_out(at_once(act, act), RuleBroken)
    assert (len(won), len(lost)) == (1, 1)
    assert ProblemReport.objects.count() == 1
    assert IdempotencyKey.objects.get().status == 201


@pytest.mark.parametrize("pairs", [4])
def test_two_reports_are_not_duplicates_of_each_other(cast: Cast, pairs: int) -> None:
    for _ in range(pairs):
        one, two = a_report(cast), a_report(cast)
        acts = [
            partial(
                reports.classify,
                a.pk,
                outcome="duplicate",
                message="Known.",
                hours=Decimal(0),
                duplicate_of=b.pk,
                by=cast.rhea,
                at=clock.now(),
            )
            for a, b in ((one, two), (two, one))
        ]
        won, lost = sorted_out(at_once(*acts), Refused)
        assert (len(won), len(lost)) == (1, 1)
        assert isinstance(lost[0], Conflict | RuleBroken)
        assert len(chain_from(won[0].pk)) == 2


def test_classified_twice_at_once_it_opens_one_bug(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    act = partial(
        reports.classify,
        report.pk,
        outcome="bug",
        message="Found.",
        hours=Decimal(1),
        bug=NewBug("Rounding", "P1", "Seen."),
        by=cast.rhea,
        at=clock.now(),
    )
    won, lost = sorted_out(at_once(*[act] * 8), Conflict)
    assert (len(won), len(lost)) == (1, 7)
    assert Bug.objects.count() == Classification.objects.count() == 1


def test_a_report_that_is_routed_in_that_moment_is_still_there(cast: Cast) -> None:
    """The row that one waited for is read again: also its team, which the winner has changed."""
    report = a_report(cast)
    route = partial(reports.route, report.pk, product_area=cast.login, by=cast.rhea, at=clock.now())
    watch = partial(reports.watch, report.pk, by=cast.lena, at=clock.now())
    join = partial(reports.join, report.pk, customer="Acme", by=cast.lena, at=clock.now())
    won, _ = sorted_out(at_once(route, watch, join, watch, join), Conflict)
    assert len(won) == 5
    report = ProblemReport.objects.get(pk=report.pk)
    assert report.team == cast.platform
    assert (report.watches.count(), report.affected.count()) == (1, 1)


def closed_at_last(cast: Cast, sprint: Sprint) -> Sprint:
    """Who closes is asked again for the reason of what came in meanwhile."""
    with suppress(Invalid):
        return closed(cast, sprint)
    return closed(cast, sprint)


def test_the_unused_points_are_pulled_forward_by_exactly_as_many_as_fit(cast: Cast) -> None:
    sprint = a_late_sprint(cast, reserve=10)
    found = [a_bug(cast, "scheduled", priority="P2", points=3) for _ in range(8)]
    acts = [
        partial(sprints.pull_forward, sprint.pk, thing=bug.reference, by=cast.ines, at=clock.now())
        for bug in found
    ]
    won, lost = sorted_out(at_once(*acts), RuleBroken)
    assert (len(won), len(lost)) == (3, 5)
    sprint = Sprint.objects.get(pk=sprint.pk)
    assert (sprint.size, sprint.available, sprint.overdraft) == (1, 1, 0)
    assert replay(line_of(line) for line in sprint.entries.order_by("pk")).size == 1
    assert Bug.objects.filter(sprint=sprint, state="in_sprint").count() == 3


def test_one_bug_is_pulled_forward_once(cast: Cast) -> None:
    sprint, bug = a_late_sprint(cast), a_bug(cast, "scheduled", priority="P2", points=2)
    act = partial(sprints.pull_forward, sprint.pk, thing=bug.reference, by=cast.pia, at=clock.now())
    won, lost = sorted_out(at_once(*[act] * 6), RuleBroken)
    assert (len(won), len(lost)) == (1, 5)
    assert Sprint.objects.get(pk=sprint.pk).size == 8


def test_a_bug_that_is_postponed_or_estimated_anew_meanwhile_is_not_pulled_at_the_old_price(
    cast: Cast,
) -> None:
    for _ in range(4):
        sprint = a_late_sprint(cast, reserve=9)
        bug = a_bug(cast, "scheduled", priority="P2", points=2)
        other = a_bug(cast, "scheduled", priority="P2", points=2)
        until, at = today_there() + timedelta(days=9), clock.now()
        at_once(
            partial(sprints.pull_forward, sprint.pk, thing=bug.reference, by=cast.ines, at=at),
            partial(bugs.postpone, bug.pk, until=until, reason="Rare", by=cast.rhea, at=at),
            partial(sprints.pull_forward, sprint.pk, thing=other.reference, by=cast.otto, at=at),
            partial(bugs.estimate, other.pk, points=Decimal(5), by=cast.ines, at=at),
        )
        pulled = Bug.objects.filter(sprint=sprint, pk__in=[bug.pk, other.pk])
        lines = sprint.entries.filter(kind="pull_forward").values_list("bug", flat=True)
        assert sorted(lines) == sorted(b.pk for b in pulled)
        sprint.refresh_from_db()
        assert sprint.size == 9 - sum(e.amount for e in sprint.entries.filter(kind="pull_forward"))
        closed(cast, sprint)


def test_an_injection_into_a_sprint_that_closes_is_in_it_or_is_refused(cast: Cast) -> None:
    for _ in range(3):
        sprint, bug = a_running_sprint(cast), a_bug(cast)
        inject = partial(
            bugs.inject,
            bug.pk,
            sprint_id=sprint.pk,
            points=Decimal(2),
            reason="Bites",
            by=cast.rhea,
            at=clock.now(),
        )
        close = partial(closed_at_last, cast, sprint)
        sorted_out(at_once(inject, close), RuleBroken)
        bug, sprint = Bug.objects.get(pk=bug.pk), Sprint.objects.get(pk=sprint.pk)
        assert (bug.state, bug.sprint) == ("to_be_scheduled", None)
        assert (sprint.state, sprint.held) == ("closed", 0)


def test_of_two_sprints_started_at_once_one_runs(cast: Cast) -> None:
    one, two = a_sprint(cast), a_sprint(cast)
    acts = [partial(sprints.start, s.pk, by=cast.pia, at=clock.now()) for s in (one, two)]
    won, lost = sorted_out(at_once(*acts), Refused)
    assert (len(won), len(lost)) == (1, 1)
    assert Sprint.objects.get(state="running") == won[0]


def test_two_workers_tell_everybody_once(cast: Cast) -> None:
    a_running_sprint(cast, reserve=40)
    for _ in range(12):
        bug = a_bug(cast, "fixed")
        bugs.verify(bug.pk, by=cast.otto, at=clock.now())
    sorted_out(at_once(*[channels.fan_out] * 2), Refused)
    for channel in ("in_app", "email"):
        told = Notice.objects.filter(person=cast.lena, channel=channel)
        assert told.filter(event__name="bug.verified").count() == 12
    assert not Pending.objects.exists()
