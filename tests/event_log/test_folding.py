"""A case is folded by the lifecycle table: pure, so it is tried on thousands of made-up cases."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bugs.lifecycle import LIFECYCLE as BUG_LIFECYCLE
from bugs.lifecycle import SPRINT_ACTS
from bugs.lifecycle import State as BugState
from problem_reports.event_log.folding import Folded, Place, fold
from problem_reports.event_log.mapping import (
    BUG_MOVES,
    MARKS,
    MOVES,
    VERBS,
    LogMapping,
    Reading,
    Stated,
    load,
)
from problem_reports.event_log.translating import Row
from problem_reports.lifecycle import HELD, LIFECYCLE, State
from tests.event_log.lookalike import ASSIGN, CLOSED, CREATE, FIXED, RESOLVE, START, TAKE, WAIT

HELPDESK = load("helpdesk")
PROBLEMS = load("problems")


def a_row(activity: str, hours: float, person: str = "Agent 1", **changed: Any) -> Row:
    at = START + timedelta(hours=hours)
    stated = changed.pop("stated", Stated("some_users", "normal"))
    row = Row(2, "Case 1", activity, at, person, "Product 3", "Customer 7", stated, ())
    return replace(row, **changed)


def folded(*activities: str, mapping: LogMapping = HELPDESK) -> Folded:
    return fold([a_row(name, hours) for hours, name in enumerate(activities)], mapping)


def told(report: Folded) -> list[str]:
    return [happening.verb for happening in report.history]


def test_a_ticket_that_was_resolved_is_closed_by_its_resolve() -> None:
    report = folded(ASSIGN, TAKE, RESOLVE, CLOSED)
    assert report.state == State.CLOSED
    assert told(report) == ["file", "first_sign", "classify", "note"]
    assert report.living is not None
    assert report.living.row.at == START + timedelta(hours=2)


def test_taking_in_charge_after_a_resolve_reopens_and_the_last_resolve_counts() -> None:
    report = folded(ASSIGN, RESOLVE, TAKE, RESOLVE)
    assert told(report) == ["file", "classify", "reopen", "classify"]
    assert [j.number for j in report.judgements] == [1, 2]
    assert report.living is report.judgements[1]


def test_a_report_that_was_taken_in_charge_again_is_open() -> None:
    report = folded(ASSIGN, RESOLVE, CLOSED, TAKE)
    assert (report.state, report.living) == (State.TO_BE_INVESTIGATED, None)


def test_a_later_resolve_counts_also_when_nobody_took_it_in_charge_between() -> None:
    report = folded(ASSIGN, RESOLVE, RESOLVE)
    assert report.history[-1].verbs == ("reopen", "classify")
    assert report.living is not None
    assert report.living.number == 2


def test_the_same_resolve_twice_in_one_second_is_one_judgement() -> None:
    report = fold([a_row(ASSIGN, 0), a_row(RESOLVE, 1), a_row(RESOLVE, 1)], HELPDESK)
    assert told(report) == ["file", "classify", ""]
    assert len(report.judgements) == 1


def test_waiting_ends_where_it_began_when_somebody_takes_it_in_charge() -> None:
    assert folded(ASSIGN, WAIT).state == State.WAITING
    report = folded(ASSIGN, WAIT, WAIT, TAKE)
    assert (report.state, told(report)[-1]) == (State.TO_BE_INVESTIGATED, "answer")


def test_the_first_anomaly_opens_the_bug_and_later_ones_are_linked() -> None:
    report = fold(
        [a_row(ASSIGN, 0), a_row(CREATE, 1), a_row(CREATE, 1), a_row(CREATE, 9)], HELPDESK
    )
    assert told(report) == ["file", "classify", "link", "link"]
    assert report.bug is not None
    assert report.bug.opened_by is report.living


def test_an_anomaly_after_a_resolve_is_the_bug_all_the_same() -> None:
    report = folded(ASSIGN, RESOLVE, CREATE)
    assert [j.outcome for j in report.judgements] == ["no_longer_relevant", "bug"]
    assert report.living is report.judgements[1]


def test_once_a_bug_a_resolve_is_a_message_and_nothing_reopens_it() -> None:
    report = folded(ASSIGN, CREATE, RESOLVE, TAKE, RESOLVE, CLOSED)
    assert told(report) == ["file", "classify", "respond", "first_sign", "respond", "note"]
    assert report.state == State.CLOSED
    assert len(report.judgements) == 1


def test_a_resolved_anomaly_is_a_fixed_bug_by_way_of_the_table() -> None:
    report = folded(ASSIGN, CREATE, FIXED, "VERIFIED")
    assert report.bug is not None
    assert report.bug.state == BugState.VERIFIED
    assert told(report)[-2:] == ["bug.fix", "bug.verify"]


def test_a_bug_that_is_not_fixed_is_not_verified() -> None:
    report = folded(ASSIGN, CREATE, "INVALID", "VERIFIED", FIXED)
    assert report.bug is not None
    assert report.bug.state == BugState.DECLINED
    assert told(report)[-2:] == ["", ""]


def test_an_acknowledgement_is_a_first_sign_and_no_response() -> None:
    report = folded(ASSIGN, TAKE, WAIT, RESOLVE)
    answers = [h.verb for h in report.history if h.first_response]
    assert answers == ["classify"]


def test_nobody_of_a_log_holds_an_investigation_so_open_reports_are_in_the_queue() -> None:
    report = folded(ASSIGN, TAKE)
    assert (report.state, report.assignee) == (State.TO_BE_INVESTIGATED, None)


def test_what_the_table_does_not_permit_stays_history() -> None:
    report = folded(ASSIGN, RESOLVE, WAIT)
    assert (report.state, told(report)[-1]) == (State.CLOSED, "")


def test_seriousness_gives_the_priority_and_its_change_is_kept() -> None:
    urgent = Stated("some_users", "critical")
    report = fold(
        [a_row(ASSIGN, 0), a_row(ASSIGN, 1, stated=urgent), a_row(RESOLVE, 2, stated=urgent)],
        HELPDESK,
    )
    assert (report.stated_priority, report.priority) == ("P2", "P1")
    assert (report.history[1].verb, report.history[1].was) == ("prioritise", "P2")


def test_columns_of_rows_after_the_end_change_nothing() -> None:
    other = Stated("some_users", "critical")
    late = a_row(CLOSED, 2, stated=other, area="Product 9", customer="Customer 9")
    report = fold([a_row(ASSIGN, 0), a_row(RESOLVE, 1), late], HELPDESK)
    assert (report.priority, report.area, list(report.customers)) == (
        "P2",
        "Product 3",
        ["Customer 7"],
    )


def test_the_last_area_counts_and_every_customer_is_affected() -> None:
    moved = a_row(TAKE, 1, area="Product 9", customer="Customer 9")
    report = fold([a_row(ASSIGN, 0), moved], HELPDESK)
    assert report.area == "Product 9"
    assert list(report.customers) == ["Customer 7", "Customer 9"]


def test_a_problem_goes_back_to_its_queue_and_is_reopened_when_accepted_again() -> None:
    accepted, completed = "Accepted / In Progress", "Completed / Closed"
    report = folded(accepted, "Accepted / Wait", "Queued / Awaiting Assignment", mapping=PROBLEMS)
    assert (report.state, told(report)) == (
        State.TO_BE_INVESTIGATED,
        ["first_sign", "ask", "hand_back"],
    )
    assert folded(accepted, completed, accepted, mapping=PROBLEMS).state != State.CLOSED
    assert (
        folded(accepted, completed, accepted, completed, mapping=PROBLEMS).judgements[1].number == 2
    )


# --- Whatever the mapping and whatever the rows ----------------------------------------------------

CHAINS = st.lists(
    st.lists(st.sampled_from(VERBS), min_size=1, max_size=3).map(tuple), min_size=1, max_size=4
).map(tuple)
READINGS = st.builds(
    Reading,
    verbs=CHAINS,
    once_a_bug=CHAINS,
    outcome=st.sampled_from(["bug", "how_to", "no_answer"]),
)
NAMES = ("a", "b", "c", "d", "e")
MAPPINGS = st.fixed_dictionaries(dict.fromkeys(NAMES, READINGS)).map(
    lambda activities: replace(HELPDESK, activities=activities)
)
ROWS = st.lists(
    st.builds(
        a_row,
        activity=st.sampled_from(NAMES),
        hours=st.just(0),
        person=st.sampled_from(["Agent 1", "Agent 2", ""]),
        area=st.sampled_from(["Product 1", "Product 2"]),
        customer=st.sampled_from(["Customer 1", "Customer 2", ""]),
        stated=st.sampled_from([Stated("one_user", "low"), Stated("everyone", "critical")]),
    ),
    min_size=1,
    max_size=25,
)


#: How long it takes is the machine's matter.
whenever = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(report: Folded) -> None:
    """Replays what the history says by the tables alone, and asks what the database would ask."""
    place, bug = Place(), None
    for nth, happening in enumerate(report.history):
        for verb in happening.verbs:
            if verb in MOVES:
                assert LIFECYCLE.permits(place.state, verb)
                LIFECYCLE.advance(place, verb)
            elif verb in BUG_MOVES:
                bug = _after(bug, verb.removeprefix("bug."))
            else:
                assert verb in MARKS
                assert verb != "file" or nth == 0
            if verb == "classify" and happening.judgement and happening.judgement.outcome == "bug":
                bug = bug or Place(BugState.TO_BE_SCHEDULED)
    assert (place.state, place.left) == (report.state, report.left)
    assert report.state in list(State)
    assert (report.state == State.CLOSED) == (report.living is not None)
    assert (report.state in (State.WAITING, State.SNOOZED)) == bool(report.left)
    if report.state in HELD:
        assert report.assignee is not None
    if report.state in (State.TO_BE_INVESTIGATED, State.RETURNED):
        assert report.assignee is None
    assert [j.number for j in report.judgements] == list(range(1, len(report.judgements) + 1))
    assert all(a.row.at <= b.row.at for a, b in pairwise(report.judgements))
    assert (bug is None) == (report.bug is None)
    if report.bug and bug:
        assert report.bug.state == bug.state
        assert report.bug.opened_by.outcome == "bug"
        if report.bug.state in (BugState.FIXED, BugState.VERIFIED):
            assert report.bug.fixed is not None


def _after(bug: Place | None, verb: str) -> Place:
    assert bug is not None
    if verb == "fix":
        for step in ("schedule", "enter_sprint", "start"):
            table = SPRINT_ACTS if step in SPRINT_ACTS.steps else BUG_LIFECYCLE
            if table.permits(bug.state, step):
                table.advance(bug, step)
    assert BUG_LIFECYCLE.permits(bug.state, verb)
    BUG_LIFECYCLE.advance(bug, verb)
    return bug


@whenever
@given(MAPPINGS, ROWS)
def test_any_rows_under_any_mapping_end_in_a_state_that_the_tables_lead_to(
    mapping: LogMapping, rows: list[Row]
) -> None:
    check(fold(rows, mapping))


@pytest.mark.parametrize("mapping", [HELPDESK, PROBLEMS], ids=lambda m: m.log)
@whenever
@given(data=st.data())
def test_any_rows_of_the_shipped_mappings_end_legally(mapping: LogMapping, data: Any) -> None:
    names = data.draw(st.lists(st.sampled_from(list(mapping.activities)), min_size=1, max_size=25))
    check(folded(*names, mapping=mapping))


@whenever
@given(MAPPINGS, ROWS, st.integers(1, 24))
def test_a_longer_case_begins_as_the_shorter_one_did(
    mapping: LogMapping, rows: list[Row], length: int
) -> None:
    shorter, longer = fold(rows[:length], mapping), fold(rows, mapping)
    assert longer.history[:length] == shorter.history
    assert longer.judgements[: len(shorter.judgements)] == shorter.judgements
