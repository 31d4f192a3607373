"""What a team's sprints took, as it was known at a moment."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from bugs import services as bugs
from foundation import clock
from insights.reserve.advice import recommend
from insights.reserve.series import record
from problem_reports import services as reports
from sprints import services as sprints
from sprints.lifecycle import EntryKind, WorkKind
from sprints.models import WorkLog
from sprints.recommending.ladder import Rung
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint, closed
from tests.insights.played import a_past, noon, past_sprint

#: What the classification of each bug says it took: an hour, in points.
INVESTIGATED = 1 / 6


def test_injected_work_and_investigations_count_by_sprint(cast: Cast) -> None:
    a_past(cast, 3, 0, 5)
    history = record(cast.billing, clock.now()).history(clock.now())
    assert [past.name for past in history] == ["Past 1", "Past 2", "Past 3"]
    assert [past.amount for past in history] == pytest.approx(
        [3 + INVESTIGATED, 0, 5 + INVESTIGATED]
    )
    assert [past.days for past in history] == [14] * 3
    assert [past.largest for past in history] == [3, 0, 5]
    # Nobody logged what the bugs took: it counts as it was held.
    assert [past.estimated for past in history] == [3, 0, 5]


def test_planned_bugs_do_not_count(cast: Cast) -> None:
    a_bug(cast, "scheduled")
    a_past(cast, 2)
    (past,) = record(cast.billing, clock.now()).history(clock.now())
    assert past.amount == pytest.approx(2 + INVESTIGATED)


def test_hours_count_as_they_are_for_a_team_that_plans_in_hours(cast: Cast) -> None:
    cast.billing.unit = "hours"
    cast.billing.save()
    a_past(cast, 2)
    (past,) = record(cast.billing, clock.now()).history(clock.now())
    assert past.amount == 3


def test_a_report_that_was_no_bug_took_hours_too(cast: Cast) -> None:
    sprint = past_sprint(cast, 0, [], of=1)
    act = {"source": "demo", "at": noon(sprint.starts_on + timedelta(days=2))}
    report = a_report(cast, "investigating", **act)
    reports.classify(
        report.pk,
        outcome="how_to",
        message="Use the rounded column.",
        cause="knowledge",
        hours=Decimal("4.5"),
        by=cast.ines,
        **act,
    )
    (past,) = record(cast.billing, clock.now()).history(clock.now())
    assert past.amount == pytest.approx(0.75)
    assert past.estimated == 0


def test_the_running_and_the_coming_sprint_are_not_history(cast: Cast) -> None:
    a_past(cast, 3)
    a_sprint(cast)
    a_running_sprint(cast)
    assert len(record(cast.billing, clock.now()).history(clock.now())) == 1


def test_the_past_is_as_it_was_known_then(cast: Cast) -> None:
    first, second, _ = a_past(cast, 3, 4, 5)
    found = record(cast.billing, clock.now())
    as_second_began = found.history(noon(second.starts_on))
    assert [past.amount for past in as_second_began] == pytest.approx([3 + INVESTIGATED])
    assert found.history(noon(first.starts_on)) == []


def test_what_was_recorded_late_is_no_part_of_an_earlier_forecast(cast: Cast) -> None:
    """A line told three weeks after the end: the outcome has it, the forecasts before had not."""
    a_past(cast, 3, 4, 5)
    late = a_sprint(cast, starts_on=cast.today - timedelta(days=80))
    sprints.start(late.pk, by=cast.pia, at=clock.now())
    closed(cast, late)
    bug = a_bug(cast)
    with connection.cursor() as cursor:  # the line of a verb that comes with logged work
        cursor.execute(
            "INSERT INTO sprints_reserveentry (sprint_id, kind, amount, bug_id, at) VALUES (%s, %s, 9, %s, %s)",
            [late.pk, EntryKind.DEBIT, bug.pk, noon(late.ends_on + timedelta(days=21))],
        )
    found = record(cast.billing, clock.now())
    now = {past.name: past.amount for past in found.history(clock.now())}
    then = {
        past.name: past.amount for past in found.history(noon(late.ends_on + timedelta(days=20)))
    }
    assert now[late.name] == 9
    assert then[late.name] == 0


def test_the_choice_of_a_team_is_what_it_set_aside_before_work_came(cast: Cast) -> None:
    (sprint,) = a_past(cast, 3, reserve=12)
    found = record(cast.billing, clock.now())
    assert found.history(clock.now())[0].chosen == 12
    running = a_running_sprint(cast, reserve=10)
    sprints.set_reserve(running.pk, Decimal(20), by=cast.pia, at=clock.now())
    found = record(cast.billing, clock.now())
    assert found.chosen(running) == 10
    assert found.chosen(sprint) == 12


def test_a_day_between_two_sprints_belongs_to_the_coming_one(cast: Cast) -> None:
    first, second = a_past(cast, 0, 0)
    # A sprint from Monday to Friday: its weekend is the next one's.
    type(first).objects.filter(pk=first.pk).update(ends_on=first.ends_on - timedelta(days=2))
    act = {"source": "demo", "at": noon(second.starts_on - timedelta(days=1))}
    a_bug(cast, "to_be_scheduled", **act)
    now, then = clock.now(), record(cast.billing, clock.now())
    assert [past.amount for past in then.history(now)] == pytest.approx([0, INVESTIGATED])


# The suggestion that a planning page asks for


def test_without_a_record_a_planner_is_told_their_own_number(cast: Cast) -> None:
    assert recommend(cast.billing, clock.now()).amount is None
    a_sprint(cast, reserve=10, capacity=40)
    found = recommend(cast.billing, clock.now())
    assert (found.amount, found.is_guess, found.share_of_capacity) == (10, True, 0.25)
    assert recommend(cast.billing, clock.now(), days=7).amount == 5


def test_three_sprints_are_a_record_and_the_sprint_planned_is_the_one_it_is_for(cast: Cast) -> None:
    a_past(cast, 6, 9, 7)
    two_weeks = recommend(cast.billing, clock.now(), days=14, capacity=40)
    assert two_weeks.rung is Rung.SHRUNK
    assert two_weeks.figure is not None
    assert 7 < two_weeks.figure < 20
    week = recommend(cast.billing, clock.now(), days=7, capacity=20)
    assert week.figure == pytest.approx(two_weeks.figure / 2)


def test_more_is_asked_while_scheduled_bugs_could_use_what_is_left(cast: Cast) -> None:
    a_past(cast, 6, 9, 7)
    assert recommend(cast.billing, clock.now()).q == 0.67
    a_bug(cast, "scheduled")
    assert recommend(cast.billing, clock.now()).q == 0.80
    assert recommend(cast.billing, clock.now(), q=0.9).q == 0.9


# Logged hours


def logged(cast: Cast, hours: str, *, on: date, at: datetime) -> WorkLog:
    return sprints.log_work(
        cast.billing,
        kind=WorkKind.PAGE,
        hours=Decimal(hours),
        on=on,
        by=cast.ines,
        at=at,
        source="demo",
    )


def test_logged_hours_count_once_by_their_day_at_the_ratio_of_the_sprint(cast: Cast) -> None:
    _, second = a_past(cast, 0, 0)
    day = second.starts_on + timedelta(days=3)
    logged(cast, "9", on=day, at=noon(day))
    now = clock.now()
    found = record(cast.billing, now).history(now)
    assert [past.amount for past in found] == [0, 1.5]
    assert (found[1].largest, found[1].estimated) == (1.5, 0)


def test_hours_of_a_bug_stand_in_place_of_what_was_held_for_it(cast: Cast) -> None:
    running = a_running_sprint(cast, reserve=20)
    bug = a_bug(cast, "in_progress", points=3)
    now = clock.now()
    bugs.log_work(bug.pk, hours=Decimal(6), on=cast.today, by=cast.ines, at=now)
    bugs.fix(bug.pk, links=["https://git.example.org/1"], by=cast.ines, at=now)
    closed(cast, running, at=now)
    later = now + timedelta(days=20)
    (past,) = record(cast.billing, later).history(later)
    # Three points were held, six hours are one: the rest was released.
    assert past.amount == pytest.approx(1 + INVESTIGATED)
    assert past.estimated == 0


def test_hours_logged_late_count_for_their_sprint_but_were_not_known_before(cast: Cast) -> None:
    first, second = a_past(cast, 0, 0)
    late = second.starts_on + timedelta(days=5)
    logged(cast, "12", on=first.starts_on, at=noon(late))
    found = record(cast.billing, clock.now())
    assert found.history(clock.now())[0].amount == 2
    assert found.history(noon(second.starts_on))[0].amount == 0


def test_what_was_taken_back_no_longer_counts(cast: Cast) -> None:
    (sprint,) = a_past(cast, 0)
    day = sprint.starts_on + timedelta(days=3)
    work = logged(cast, "9", on=day, at=noon(day))
    sprints.take_back_work(work.pk, by=cast.ines, at=clock.now())
    now = clock.now()
    assert record(cast.billing, now).history(now)[0].amount == 0
