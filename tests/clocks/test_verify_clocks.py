"""History, replayed, has the rows that are stored, whatever people did; and a changed row is found (SLA-6)."""

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from foundation import clock
from foundation.errors import Refused
from journal.models import Event
from problem_reports import services
from problem_reports.clocks import sweep
from problem_reports.lifecycle import LIFECYCLE
from problem_reports.models import ProblemReport, Timer
from tests.cast import Cast
from tests.factories import a_report
from tests.problem_reports.acts import perform

TOLD = {"source": "demo"}


def verified(*references: str) -> str:
    out = StringIO()
    call_command("verify_clocks", *references, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("seed", range(6))
def test_after_a_random_story_nothing_differs(cast: Cast, seed: int) -> None:
    """Every verb, in any order, hours apart, told as of last weeks; refused acts change nothing."""
    fate = random.Random(seed)
    verbs = [v for v in LIFECYCLE.steps if v not in ("attach", "edit", "join", "watch", "note")]
    for _ in range(4):
        at = clock.now() - timedelta(days=40)
        report = a_report(cast, at=at, **TOLD)
        for _ in range(25):
            at += timedelta(hours=fate.uniform(0.1, 30))
            verb = fate.choice(verbs)
            ends = {"outcome": "no_answer"} if verb == "classify" and fate.random() < 0.5 else {}
            try:
                with transaction.atomic():
                    perform(verb, cast, report, at=at, **TOLD, **ends)
            except Refused:
                continue
    assert "4 reports verified, 0 differences" in verified()
    moved = Timer.objects.values_list("armed_because", flat=True).distinct()
    assert len(set(moved)) > 3, "the stories move clocks in several ways"


def test_what_runs_now_is_right_before_and_after_the_sweep(cast: Cast) -> None:
    report = a_report(cast, "waiting")
    services.answer(report.pk, message="4711.", by=cast.lena, at=clock.now())
    assert "0 differences" in verified()
    sweep.sweep()
    assert "1 reports verified, 0 differences" in verified(report.reference)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"priority": "P3"}, "priority P3, history has P2"),
        ({"stopped_by": None, "stopped_at": None, "state": "armed"}, "stopped by None"),
        ({"epoch": 7, "armed_because": "lunch"}, "a row that history does not know"),
        ({"state": "superseded"}, "superseded"),
    ],
)
def test_a_changed_row_is_found(cast: Cast, changes: dict[str, object], said: str) -> None:
    report = a_report(cast, "investigating")
    services.respond(report.pk, message="We look at it.", by=cast.ines, at=clock.now())
    Timer.objects.filter(report=report, kind="first_response").update(**changes)
    with pytest.raises(CommandError):
        call_command("verify_clocks", stdout=(out := StringIO()))
    assert said in out.getvalue()


def test_a_moment_that_was_moved_by_hand_is_found(cast: Cast) -> None:
    report: ProblemReport = a_report(cast)
    row = Timer.objects.get(report=report, kind="classification")
    Timer.objects.filter(pk=row.pk).update(due_at=row.due_at + timedelta(seconds=1))
    with pytest.raises(CommandError):
        call_command("verify_clocks", stdout=(out := StringIO()))
    assert "due_at" in out.getvalue()


def test_who_waited_for_the_lock_acts_after_what_they_waited_for(cast: Cast) -> None:
    """Two doors read the clock before they queue for the report: the later act is not dated before the earlier."""
    report = a_report(cast)
    for verb in ("assign", "start"):
        perform(verb, cast, report)
    read_at = clock.now()
    perform("ask", cast, report)
    perform("answer", cast, report, at=read_at)
    perform("prioritise", cast, report, priority="P0", reason="Everybody", at=read_at)
    told = Event.objects.filter(kind="problem_report", subject=report.pk)
    assert list(told.order_by("at", "pk")) == list(told.order_by("pk"))
    assert "0 differences" in verified(report.reference)
