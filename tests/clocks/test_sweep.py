"""The sweep: warned, breached and escalated once per epoch; late answers are breaches without it (SLA-3, SLA-5)."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from channels.models import Notice
from channels.services import fan_out
from foundation import clock
from journal.models import Event, Pending
from problem_reports import services
from problem_reports.clocks import sweep
from problem_reports.models import ProblemReport, Signal, Timer
from tests.cast import Cast
from tests.factories import a_report

MINUTE = timedelta(minutes=1)


def near(report: ProblemReport, kind: str = "first_response", **moments: datetime) -> Timer:
    """A timer of this report whose moments are these; the next one to look at is the earliest."""
    rows = Timer.objects.filter(report=report, kind=kind)
    rows.update(**moments, next_at=min(moments.values()))
    return rows.get()


def told(timer: Timer) -> list[str]:
    events = Event.objects.filter(pk__in=timer.signals.values("event")).order_by("pk")
    return [event.verb for event in events]


def test_what_is_not_due_is_left_alone(cast: Cast) -> None:
    report = a_report(cast)
    assert sweep.sweep() == 0
    assert not Signal.objects.filter(timer__report=report).exists()


def test_it_warns_then_tells_the_breach_then_escalates_each_once(cast: Cast) -> None:
    report, now = a_report(cast), clock.now()
    timer = near(report, warn_at=now - MINUTE, due_at=now + MINUTE)
    assert (sweep.sweep(), sweep.sweep()) == (1, 0)
    assert told(timer) == ["warned"]
    near(report, warn_at=now - 3 * MINUTE, due_at=now - 2 * MINUTE, escalate_at=now + MINUTE)
    Timer.objects.filter(pk=timer.pk).update(next_at=now - 2 * MINUTE)
    assert (sweep.sweep(), sweep.sweep()) == (1, 0)
    near(report, escalate_at=now - MINUTE)
    assert (sweep.sweep(), sweep.sweep()) == (1, 0)
    assert told(timer) == ["warned", "breached", "escalated"]
    timer.refresh_from_db()
    assert (timer.state, timer.stage, timer.next_at) == ("breached", 3, None)


def test_after_an_outage_the_breach_takes_the_place_of_the_warning_and_says_how_late_it_is(
    cast: Cast,
) -> None:
    report, now = a_report(cast), clock.now()
    timer = near(
        report, warn_at=now - 50 * MINUTE, due_at=now - 40 * MINUTE, escalate_at=now + MINUTE
    )
    sweep.sweep()
    assert told(timer) == ["breached"]
    late = Event.objects.get(name="problem_report.breached").data["late_by"]
    assert 40 * 60 <= late < 41 * 60


def test_an_answer_that_comes_late_tells_the_breach_itself_and_no_sweep_tells_it_again(
    cast: Cast,
) -> None:
    report, now = a_report(cast), clock.now()
    timer = near(report, warn_at=now - 2 * MINUTE, due_at=now - MINUTE)
    services.respond(report.pk, message="We look at it.", by=cast.rhea, at=clock.now())
    assert told(timer) == ["breached"]
    assert sweep.sweep() == 0
    timer.refresh_from_db()
    assert (timer.state, timer.next_at) == ("breached", None)
    assert timer.stopped_at is not None


def test_a_new_target_is_a_new_epoch_that_warns_again(cast: Cast) -> None:
    report, now = a_report(cast), clock.now()
    near(report, warn_at=now - MINUTE)
    sweep.sweep()
    services.prioritise(report.pk, priority="P1", reason="More", by=cast.rhea, at=clock.now())
    again = Timer.objects.get(report=report, kind="first_response", epoch=2)
    assert again.stage == 0
    Timer.objects.filter(pk=again.pk).update(warn_at=now - MINUTE, next_at=now - MINUTE)
    assert sweep.sweep() == 1
    assert told(again) == ["warned"]


def test_a_warning_that_was_told_is_not_repeated_after_a_pause(cast: Cast) -> None:
    report, now = a_report(cast, "investigating"), clock.now()
    timer = near(report, "classification", warn_at=now - MINUTE)
    sweep.sweep()
    services.ask(report.pk, message="Which invoice?", by=cast.rhea, at=clock.now())
    timer.refresh_from_db()
    assert (timer.stage, timer.next_at) == (1, None)
    services.answer(report.pk, message="4711.", by=cast.lena, at=clock.now())
    timer.refresh_from_db()
    assert (timer.stage, timer.next_at) == (1, timer.due_at)
    assert sweep.sweep() == 0


def test_nothing_is_told_of_what_is_paused(cast: Cast) -> None:
    report = a_report(cast, "waiting")
    rows = Timer.objects.filter(report=report, kind="classification")
    assert rows.filter(paused_since__isnull=False, next_at=None).exists()
    rows.update(warn_at=clock.now() - MINUTE)
    assert sweep.sweep() == 0


def test_release_manager_and_assignee_hear_of_a_breach_and_the_reporter_reads_it(
    cast: Cast,
) -> None:
    report, now = a_report(cast, "investigating"), clock.now()
    fan_out()
    Notice.objects.all().delete()
    near(report, "classification", warn_at=now - 2 * MINUTE, due_at=now - MINUTE)
    sweep.sweep()
    assert Pending.objects.count() == 1
    fan_out()
    heard = {notice.person.username for notice in Notice.objects.select_related("person")}
    assert heard == {"rhea", "ines"}


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_tell_each_once() -> None:
    cast = Cast()
    past = clock.now() - MINUTE
    for _ in range(40):
        near(a_report(cast), warn_at=past, due_at=past, escalate_at=past + timedelta(days=1))
    ready, counts = threading.Barrier(8), []

    def one() -> None:
        ready.wait()
        try:
            counts.append(sweep.sweep(batch=7))
        finally:
            connections.close_all()

    crowd = [threading.Thread(target=one) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    # A batch that was short because others held rows ends that sweep; the next round takes the rest.
    sweep.sweep()
    assert Signal.objects.filter(stage=2).count() == 40
    assert Event.objects.filter(name="problem_report.breached").count() == 40
    assert Pending.objects.filter(event__name="problem_report.breached").count() == 40


def test_the_database_refuses_a_second_telling(cast: Cast) -> None:
    report, now = a_report(cast), clock.now()
    timer = near(report, warn_at=now - MINUTE)
    sweep.sweep()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE problem_reports_timer SET stage = 0, next_at = now() - interval '1 minute'"
            " WHERE id = %s",
            [timer.pk],
        )
    with pytest.raises(IntegrityError, match="signal_once"), transaction.atomic():
        sweep.sweep()
