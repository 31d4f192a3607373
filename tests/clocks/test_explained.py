"""Why a deadline is when it is (SLA-6): what a person reads of each epoch. Brussels, March 2025, as a demonstration.

The office works from Monday to Friday, 9:00 to 12:30 and 13:30 to 18:00: eight hours a day.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from foundation import clock
from problem_reports import services
from problem_reports.clocks import explained
from problem_reports.clocks.explained import Clock, Epoch
from problem_reports.models import ProblemReport
from teams.models import CalendarDayOff
from tests.cast import Cast
from tests.factories import a_report
from tests.problem_reports.acts import perform

BRUSSELS = ZoneInfo("Europe/Brussels")
HOUR = timedelta(hours=1)
TOLD = {"source": "demo"}
STATED = {
    "P0": ("everyone", "critical"),
    "P1": ("many_users", "high"),
    "P2": ("some_users", "normal"),
    "P3": ("one_user", "low"),
}


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=BRUSSELS)


@pytest.fixture
def then(db: None) -> Cast:
    """The cast in March 2025, where Thursday the 6th is a holiday."""
    cast = Cast(now=local("03-20 12:00"))
    holiday = {"day": local("03-06 12:00").date(), "why": "Carnival"}
    CalendarDayOff.objects.create(version=cast.office.versions.get(), public=True, **holiday)
    return cast


def filed(then: Cast, priority: str, at: str) -> ProblemReport:
    impact, urgency = STATED[priority]
    return a_report(then, impact=impact, urgency=urgency, at=local(at), **TOLD)


def clocks(report: ProblemReport, at: str, *, inside: bool = True) -> dict[str, Clock]:
    found = explained.clocks(report.pk, at=local(at), inside=inside)
    return {str(clock.kind): clock for clock in found}


def told(epoch: Epoch) -> list[str]:
    """As a person would read it aloud: from, until, why, and what had been used by then."""
    return [
        f"{_clock(i.begins)} to {_clock(i.ends)} {i.why}: {i.total / HOUR:g} h"
        for i in epoch.intervals
    ]


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(BRUSSELS):%a %H:%M}"


def test_lunch_night_holiday_and_weekend_are_named_and_the_hours_sum_up_to_the_target(
    then: Cast,
) -> None:
    report = filed(then, "P3", "03-05 11:00")
    epoch = clocks(report, "03-05 11:30")["first_response"].now
    assert told(epoch) == [
        "Wed 11:00 to Wed 12:30 Open hours: 1.5 h",
        "Wed 12:30 to Wed 13:30 Lunch: 1.5 h",
        "Wed 13:30 to Wed 18:00 Open hours: 6 h",
        "Wed 18:00 to Thu 00:00 Outside hours: 6 h",
        "Thu 00:00 to Fri 00:00 Carnival: 6 h",
        "Fri 00:00 to Fri 09:00 Outside hours: 6 h",
        "Fri 09:00 to Fri 12:30 Open hours: 9.5 h",
        "Fri 12:30 to Fri 13:30 Lunch: 9.5 h",
        "Fri 13:30 to Fri 18:00 Open hours: 14 h",
        "Fri 18:00 to Mon 09:00 Weekend: 14 h",
        "Mon 09:00 to Mon 11:00 Open hours: 16 h",
    ]
    assert epoch.span == 16 * HOUR
    assert epoch.intervals[-1].ends == epoch.timer.due_at == local("03-10 11:00")
    assert (epoch.hours.name, epoch.hours.version) == ("Office", 1)


def test_a_clock_around_the_clock_says_so_and_has_no_calendar(then: Cast) -> None:
    report = filed(then, "P0", "03-08 23:30")
    epoch = clocks(report, "03-08 23:40")["first_response"].now
    assert told(epoch) == ["Sat 23:30 to Sun 00:30 Around the clock: 1 h"]
    assert epoch.hours is None


def test_waiting_moves_the_deadline_by_the_open_hours_that_it_took(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("assign", then, report, at=local("03-10 10:00"), **TOLD)
    perform("start", then, report, at=local("03-10 10:00"), **TOLD)
    perform("ask", then, report, at=local("03-10 11:00"), **TOLD)
    perform("answer", then, report, at=local("03-10 14:30"), **TOLD)
    epoch = clocks(report, "03-10 15:00")["classification"].now
    assert told(epoch)[:4] == [
        "Mon 09:00 to Mon 11:00 Open hours: 2 h",
        "Mon 11:00 to Mon 12:30 Waiting on the reporter: 2 h",
        "Mon 12:30 to Mon 13:30 Lunch: 2 h",
        "Mon 13:30 to Mon 14:30 Waiting on the reporter: 2 h",
    ]
    assert epoch.intervals[-1].total == epoch.span
    assert epoch.timer.due_at == local("03-12 10:30") + HOUR
    first = clocks(report, "03-10 15:00")["first_response"].now
    assert "Waiting on the reporter" not in {i.why for i in first.intervals}


def test_a_paused_clock_says_for_whom_it_waits_and_what_is_left(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    at = local("03-10 11:00")
    perform("snooze", then, report, at=at, **TOLD)
    epoch = clocks(report, "03-10 17:00")["classification"].now
    assert epoch.held is not None
    assert (epoch.held.since, epoch.held.kind, epoch.held.left) == (at, "snoozed", 14 * HOUR)
    assert epoch.intervals[-1].ends == local("03-10 17:00")


def test_another_priority_is_a_new_epoch_and_the_earlier_one_stays_explained(then: Cast) -> None:
    report = filed(then, "P2", "03-10 10:00")
    act = {"by": then.rhea, "at": local("03-10 11:00"), **TOLD}
    services.prioritise(report.pk, priority="P1", reason="Invoices", **act)
    first = clocks(report, "03-10 11:30")["first_response"]
    (before,) = first.earlier
    assert (first.now.timer.armed_because, first.now.before) == ("prioritise", before.timer)
    assert first.now.timer.started_at == local("03-10 10:00")
    assert (first.now.span, before.span) == (4 * HOUR, 8 * HOUR)
    assert before.replaced_at == local("03-10 11:00")
    assert before.intervals[-1].ends == before.timer.due_at == local("03-11 10:00")
    assert (first.now.live, before.live) == (True, False)


def test_what_stopped_a_clock_is_named_and_whether_it_was_in_time(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    services.respond(report.pk, message="We look.", by=then.rhea, at=local("03-10 13:45"), **TOLD)
    epoch = clocks(report, "03-10 15:00")["first_response"].now
    assert epoch.stopped_by is not None
    assert (epoch.stopped_by.by_name, epoch.stopped_by.words) == ("Rhea", "wrote")
    assert (epoch.in_time, epoch.late) == (True, timedelta(0))


def test_a_late_answer_says_by_how_much_working_time(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")  # four hours, over lunch: 14:00
    services.respond(report.pk, message="We look.", by=then.rhea, at=local("03-11 10:00"), **TOLD)
    epoch = clocks(report, "03-11 15:00")["first_response"].now
    assert (epoch.in_time, epoch.late) == (False, 5 * HOUR)
    assert epoch.intervals[-1].ends == local("03-10 14:00")


def test_a_report_that_opens_again_counts_from_then(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("classify", then, report, at=local("03-10 10:00"), **TOLD)
    perform("reopen", then, report, at=local("03-12 09:00"), **TOLD)
    found = clocks(report, "03-12 10:00")["classification"]
    assert told(found.now)[0] == "Wed 09:00 to Wed 12:30 Open hours: 3.5 h"
    assert [epoch.in_time for epoch in found.earlier] == [True]


def test_a_pause_after_an_epoch_ended_explains_nothing_of_it(then: Cast) -> None:
    report = filed(then, "P2", "03-10 10:00")
    act = {"by": then.rhea, "at": local("03-10 11:00"), **TOLD}
    services.prioritise(report.pk, priority="P1", reason="Invoices", **act)
    perform("snooze", then, report, at=local("03-10 12:00"), **TOLD)
    perform("wake", then, report, at=local("03-12 12:00"), **TOLD)
    (before,) = clocks(report, "03-12 15:00")["classification"].earlier
    assert {i.kind for i in before.intervals} == {"open", "break", "outside", "weekend"}
    assert before.intervals[-1].ends == before.timer.due_at


def test_a_long_pause_is_told_as_one_with_the_open_hours_that_it_took(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("snooze", then, report, at=local("03-10 11:00"), **TOLD)
    perform("wake", then, report, at=local("03-17 11:00"), **TOLD)
    epoch = clocks(report, "03-17 12:00")["classification"].now
    whole = epoch.intervals[1]
    assert (whole.begins, whole.ends) == (local("03-10 11:00"), local("03-17 11:00"))
    assert (whole.kind, whole.open) == ("snoozed", 40 * HOUR)
    assert epoch.intervals[-1].ends == epoch.timer.due_at


def test_readers_outside_the_delivery_team_hear_of_the_two_promises_alone(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("assign", then, report, at=local("03-10 10:00"), **TOLD)
    perform("start", then, report, at=local("03-10 10:00"), **TOLD)
    perform("ask", then, report, at=local("03-10 11:00"), **TOLD)
    assert list(clocks(report, "03-10 12:00")) == [
        *("first_response", "classification", "next_update", "timebox", "answer")
    ]
    outside = clocks(report, "03-10 12:00", inside=False)
    assert list(outside) == ["first_response", "classification"]


def test_every_epoch_of_every_state_is_explained_to_its_stored_moments(cast: Cast) -> None:
    states = ("to_be_investigated", "returned", "investigating", "waiting", "snoozed", "closed")
    reports = [a_report(cast, state) for state in states]
    for report in reports:
        for one in explained.clocks(report.pk, at=clock.now(), inside=True):
            for epoch in (one.now, *one.earlier):
                assert epoch.held or epoch.intervals[-1].ends == epoch.timer.due_at
                assert epoch.held or epoch.intervals[-1].total == epoch.span
                assert bool(epoch.held) == (epoch.timer.paused_since is not None)


def test_an_interval_cut_at_a_moment_says_what_had_been_used_there(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    epoch = clocks(report, "03-10 10:00")["first_response"].now
    pieces = explained.cut(epoch.intervals, [local("03-10 10:00"), local("03-10 12:45")])
    assert [(_clock(p.ends), p.total / HOUR) for p in pieces] == [
        ("Mon 10:00", 1),
        ("Mon 12:30", 3.5),
        ("Mon 12:45", 3.5),
        ("Mon 13:30", 3.5),
        ("Mon 14:00", 4),
    ]
