"""Waiting and snoozing are asides: one comes back to what was left, also from one aside to the other."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.errors import RuleBroken
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_report
from tests.problem_reports.acts import perform


def state_after(cast: Cast, state: str, *verbs: str) -> str:
    report = a_report(cast, state)
    for verb in verbs:
        perform(verb, cast, report)
    return ProblemReport.objects.get(pk=report.pk).state


@pytest.mark.parametrize("left", ["to_be_investigated", "assigned", "investigating"])
def test_an_answer_leads_back_to_the_state_in_which_was_asked(cast: Cast, left: str) -> None:
    assert state_after(cast, left, "ask", "answer") == left


@pytest.mark.parametrize("left", ["to_be_investigated", "assigned", "investigating"])
def test_waking_leads_back_to_the_state_in_which_it_was_snoozed(cast: Cast, left: str) -> None:
    assert state_after(cast, left, "snooze", "wake") == left


def test_asked_while_snoozed_it_is_snoozed_again_after_the_answer(cast: Cast) -> None:
    assert state_after(cast, "snoozed", "ask") == "waiting"
    assert state_after(cast, "snoozed", "ask", "answer") == "snoozed"
    assert state_after(cast, "snoozed", "ask", "answer", "wake") == "investigating"


def test_snoozed_while_waiting_it_waits_again_when_it_wakes(cast: Cast) -> None:
    assert state_after(cast, "waiting", "snooze", "wake") == "waiting"
    assert state_after(cast, "waiting", "snooze", "wake", "answer") == "investigating"


def test_asked_twice_one_answer_is_enough(cast: Cast) -> None:
    assert state_after(cast, "investigating", "ask", "ask", "answer") == "investigating"


def test_snoozed_again_it_wakes_at_the_later_moment(cast: Cast) -> None:
    report = a_report(cast, "snoozed")
    later = clock.now() + timedelta(days=9)
    assert perform("snooze", cast, report, until=later).snoozed_until == later
    assert state_after(cast, "snoozed", "snooze", "wake") == "investigating"


def test_a_wake_moment_that_has_passed_is_refused(cast: Cast) -> None:
    report = a_report(cast, "assigned")
    at = clock.now()
    with pytest.raises(RuleBroken, match="future"):
        perform("snooze", cast, report, at=at, until=at)


@pytest.mark.parametrize("verb", ["hand_back", "classify"])
def test_what_ends_the_wait_forgets_the_way_back_and_the_wake_moment(cast: Cast, verb: str) -> None:
    report = a_report(cast, "snoozed")
    perform("ask", cast, report)
    perform(verb, cast, report)
    report = ProblemReport.objects.get(pk=report.pk)
    assert (report.left, report.snoozed_until) == ([], None)


def test_who_investigates_still_holds_it_while_it_waits(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    perform("ask", cast, report, by=cast.ines)
    assert perform("answer", cast, report).assignee == cast.ines
