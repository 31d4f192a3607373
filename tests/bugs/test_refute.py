"""Found to be no defect: the sprint gets back what was held, and the reports are investigated again (BUG-6)."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bugs import services
from bugs.models import Bug
from bugs.promises import fix_promise
from channels import services as channels
from channels.models import Notice
from foundation import clock
from foundation.errors import Invalid, RuleBroken
from journal.models import Event
from problem_reports import services as reports
from problem_reports.models import ProblemReport, Timer
from problem_reports.querysets import history
from sprints import services as sprints
from sprints.models import Overdraft, ScopeEntry, Sprint
from sprints.querysets import line_of
from sprints.rules.reserve import replay
from tests.bugs.acts import a_loan
from tests.bugs.test_inject import inject, ledger, planned_in, reserve
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint

WHY = "The total is rounded as the contract says."


def refute(cast: Cast, bug: Bug, **told: Any) -> Bug:
    return services.refute(bug.pk, **{"reason": WHY, "by": cast.ines, "at": clock.now(), **told})


def log(cast: Cast, bug: Bug, hours: int) -> None:
    services.log_work(bug.pk, hours=Decimal(hours), by=cast.ines, at=clock.now())


def known_as(cast: Cast, bug: Bug, **told: Any) -> ProblemReport:
    report = a_report(cast, **told)
    return reports.classify(
        report.pk, outcome="bug", existing_bug=bug.pk, message="Known.", hours=Decimal(0),
        by=cast.rhea, at=clock.now(),
    )  # fmt: skip


# --- Its reports


def test_every_report_that_it_explains_is_to_be_investigated_again(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    known_as(cast, bug, by=cast.paul)
    other = a_bug(cast)
    refute(cast, bug)
    again = ProblemReport.objects.filter(state="to_be_investigated")
    assert {r.filed_by for r in again} == {cast.lena, cast.paul}
    assert all(r.living is None and r.assignee is None and r.closed_at is None for r in again)
    assert other.classifications.get().report.state == "closed"
    assert bug.classifications.count() == 2, "what was judged stays in the history"
    runs = Timer.objects.filter(report__in=again, kind="classification", stopped_at=None)
    assert runs.exclude(state="superseded").count() == 2, "an answer is promised again"


def test_reporters_read_why_in_plain_words(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    report = bug.classifications.get().report
    refute(cast, bug)
    (*_, last) = history(report, inside=False)
    assert (
        last.words == f"reopened it: {bug.reference}, the bug behind it, turned out to be no defect"
    )
    assert last.text == WHY
    channels.fan_out()
    notice = Notice.objects.get(
        person=cast.lena, event__name="problem_report.reopened", channel="in_app"
    )
    assert notice.subject == f"Investigated again: {report.title}"
    assert "turned out to be no defect" in notice.body
    assert notice.quotes
    assert not Notice.objects.filter(event__name="bug.refuted", person=cast.lena).exists()


def test_one_redaction_takes_the_reason_away_everywhere(cast: Cast) -> None:
    bug = a_bug(cast)
    refute(cast, bug)
    told = Event.objects.filter(name__in=("bug.refuted", "problem_report.reopened"))
    assert len(set(told.values_list("text", flat=True))) == 1
    assert told.count() == 2


def test_a_report_that_was_disputed_meanwhile_is_left_as_it_is(cast: Cast) -> None:
    bug = a_bug(cast)
    report = bug.classifications.get().report
    reports.dispute(report.pk, message="It differs.", by=cast.lena, at=clock.now())
    before = ProblemReport.objects.get(pk=report.pk).version
    refute(cast, bug)
    assert ProblemReport.objects.get(pk=report.pk).version == before


def test_no_report_is_linked_to_what_was_refuted(cast: Cast) -> None:
    bug = refute(cast, a_bug(cast))
    with pytest.raises(RuleBroken, match=f"{bug.reference} turned out to be no defect; reopen it"):
        known_as(cast, bug)
    services.reopen(bug.pk, reason="It is one after all", by=cast.ines, at=clock.now())
    assert known_as(cast, bug).living.bug == bug


# --- Its sprint


def test_what_was_held_is_free_and_what_was_worked_stays_spent(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress", points=5)
    sprint = a_running_sprint(cast)
    log(cast, bug, 12)  # two points
    after = refute(cast, bug)
    assert (after.state, after.sprint, after.injected_at_price) == ("refuted", None, None)
    assert after.worked_on_by is None
    assert reserve(sprint) == {"size": 10, "held": 0, "spent": 2, "overdraft": 0, "available": 8}
    assert ledger(sprint)[-1] == ("release", Decimal(3), bug.pk)
    assert ScopeEntry.objects.filter(bug=bug.pk, kind="left").count() == 1


def test_an_open_overdraft_for_it_needs_no_answer_any_more(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=2, starts_on=cast.today)
    (planned,) = planned_in(cast, sprint, 5, swappable=False)
    bug = a_bug(cast)
    inject(cast, bug, sprint, 6, leaves=[planned.reference])
    refute(cast, bug)
    overdraft = Overdraft.objects.get(bug=bug.pk)
    assert (overdraft.state, overdraft.left, overdraft.nag_at) == ("made_good", 0, None)
    assert overdraft.decided_by == cast.ines
    assert not overdraft.leaving.exists()
    assert reserve(sprint) == {"size": 2, "held": 0, "spent": 0, "overdraft": 0, "available": 2}
    assert Bug.objects.get(pk=planned.pk).state == "in_sprint", "nothing leaves for it"


def test_an_accepted_overdraft_is_made_good_and_stays_accepted(cast: Cast) -> None:
    sprint = a_running_sprint(cast, reserve=2)
    bug = a_bug(cast, "in_sprint", priority="P0", points=6)
    overdraft = Overdraft.objects.get(bug=bug.pk)

    sprints.accept_risk(overdraft.pk, reason="Room", by=cast.pia, at=clock.now())
    refute(cast, bug)
    overdraft.refresh_from_db()
    assert (overdraft.state, overdraft.left) == ("accepted", 0)
    assert reserve(sprint)["available"] == 2


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(price=st.integers(1, 9), worked=st.integers(0, 4), size=st.integers(1, 9))
def test_however_much_was_held_worked_and_missing_nothing_is_held_and_the_ledger_adds_up(
    cast: Cast, price: int, worked: int, size: int
) -> None:

    with transaction.atomic():
        sprint = a_running_sprint(cast, reserve=size)
        bug = a_bug(cast, "in_sprint", priority="P0", points=price)
        if worked:
            log(cast, bug, 6 * worked)
        refute(cast, bug)
        after = Sprint.objects.get(pk=sprint.pk)
        assert (after.held, after.spent) == (0, worked)
        assert after.available == max(size - worked, 0)
        assert after.overdraft == max(worked - size, 0)
        told = vars(replay(line_of(line) for line in after.entries.order_by("pk")))
        assert told == {name: getattr(after, name) for name in told}
        transaction.set_rollback(True)


@pytest.mark.parametrize("state", ["to_be_scheduled", "scheduled", "postponed"])
def test_what_nobody_works_on_is_refuted_too_and_leaves_its_plan(cast: Cast, state: str) -> None:
    after = refute(cast, a_bug(cast, state))
    assert (after.state, after.sprint, after.review_on) == ("refuted", None, None)
    assert not ScopeEntry.objects.filter(bug=after.pk).exists()


def test_injected_while_no_sprint_ran_the_next_one_pays_nothing(cast: Cast) -> None:
    bug = a_bug(cast)
    services.inject(
        bug.pk, sprint_id=None, points=Decimal(3), reason="Bites", by=cast.rhea, at=clock.now()
    )
    refute(cast, bug)
    assert reserve(a_running_sprint(cast))["held"] == 0


# --- What it asks


def test_it_says_why(cast: Cast) -> None:
    with pytest.raises(Invalid):
        refute(cast, a_bug(cast), reason="  ")


def test_what_it_owes_is_settled_first(cast: Cast) -> None:
    bug = a_bug(cast)
    a_loan(cast, bug)
    with pytest.raises(RuleBroken, match="owes for a code workaround: repay it or write it off"):
        refute(cast, bug)


def test_the_promise_of_a_fix_is_withdrawn_in_words(cast: Cast) -> None:
    assert fix_promise(refute(cast, a_bug(cast))).words == "It turned out to be no defect"
