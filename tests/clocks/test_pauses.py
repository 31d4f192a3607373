"""Pauses come from the history: what stands still, what goes on, and by how much a deadline moves (SLA-4)."""

from datetime import UTC, datetime, timedelta

import pytest

from problem_reports import services
from problem_reports.clocks.history import Happened, pauses
from problem_reports.models import Timer
from tests.cast import Cast
from tests.factories import a_report
from tests.problem_reports.acts import perform

TOLD = {"source": "demo"}
#: A Tuesday, 10:00 in Brussels.
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(report: object, kind: str = "classification") -> Timer:
    return Timer.objects.filter(report=report, kind=kind).order_by("-epoch")[0]


@pytest.mark.parametrize(("aside", "back"), [("ask", "answer"), ("snooze", "wake")])
def test_two_open_hours_aside_move_the_investigation_by_two_hours(
    cast: Cast, aside: str, back: str
) -> None:
    report = a_report(cast, at=TUESDAY, impact="some_users", urgency="critical", **TOLD)  # P1
    due = row(report).due_at
    perform(aside, cast, report, at=TUESDAY + HOUR, **TOLD)
    assert row(report).paused_since == TUESDAY + HOUR
    perform(back, cast, report, at=TUESDAY + 3 * HOUR + 30 * timedelta(minutes=1), **TOLD)
    again = row(report)
    # Lunch, an hour within the two and a half, would not have counted anyway.
    assert (again.paused_since, again.epoch) == (None, 1)
    assert timedelta(hours=1) < again.due_at - due <= timedelta(hours=19)


def test_a_pause_of_closing_time_moves_nothing(cast: Cast) -> None:
    report = a_report(cast, at=TUESDAY, **TOLD)
    due = row(report).due_at
    night = TUESDAY.replace(hour=20)
    perform("ask", cast, report, at=night, **TOLD)
    perform("answer", cast, report, at=night + 8 * HOUR, **TOLD)
    assert row(report).due_at == due


def test_the_first_answer_waits_for_nobody(cast: Cast) -> None:
    report = a_report(cast, at=TUESDAY, **TOLD)
    due = row(report, "first_response").due_at
    perform("snooze", cast, report, at=TUESDAY + HOUR, **TOLD)
    first = row(report, "first_response")
    assert (first.due_at, first.paused_since) == (due, None)


def test_a_pause_survives_another_priority(cast: Cast) -> None:
    """glpi 6902: the pause was lost when the priority changed."""
    report = a_report(cast, at=TUESDAY, **TOLD)
    perform("ask", cast, report, at=TUESDAY + HOUR, **TOLD)
    services.prioritise(
        report.pk, priority="P1", reason="All", by=cast.rhea, at=TUESDAY + 2 * HOUR, **TOLD
    )
    moved = row(report)
    assert (moved.epoch, moved.paused_since) == (2, TUESDAY + HOUR)
    perform("answer", cast, report, at=TUESDAY + 24 * HOUR, **TOLD)
    straight = a_report(cast, at=TUESDAY, impact="some_users", urgency="critical", **TOLD)
    assert row(report).due_at > row(straight).due_at


def test_a_report_closed_while_it_waits_is_classified_in_time(cast: Cast) -> None:
    report = a_report(cast, at=TUESDAY, impact="some_users", urgency="critical", **TOLD)
    perform("ask", cast, report, at=TUESDAY + HOUR, **TOLD)
    perform("classify", cast, report, at=TUESDAY + timedelta(days=20), **TOLD)
    assert row(report).state == "met"


def test_the_next_update_is_promised_after_each_message_and_never_before_the_first_answer(
    cast: Cast,
) -> None:
    report = a_report(cast, "investigating", at=TUESDAY, **TOLD)
    assert not Timer.objects.filter(report=report, kind="next_update").exists()
    services.respond(report.pk, message="We see it.", by=cast.ines, at=TUESDAY + 5 * HOUR, **TOLD)
    services.respond(report.pk, message="Still.", by=cast.ines, at=TUESDAY + 6 * HOUR, **TOLD)
    epochs = Timer.objects.filter(report=report, kind="next_update").order_by("epoch")
    assert [(t.state, t.started_at - TUESDAY) for t in epochs] == [
        ("met", 5 * HOUR),
        ("armed", 6 * HOUR),
    ]


def happened(*acts: tuple[str, int, dict[str, str]]) -> list[Happened]:
    return [
        Happened(n, f"problem_report.{name}", TUESDAY + after * HOUR, data)
        for n, (name, after, data) in enumerate(acts)
    ]


def test_waiting_on_a_third_party_is_another_pause_than_waiting_on_the_reporter() -> None:
    found = pauses(
        happened(
            ("asked", 1, {}),
            ("answered", 2, {}),
            ("asked", 3, {"third_party": "The bank"}),
            ("snoozed", 4, {}),
            ("woken", 5, {}),
            ("answered", 6, {}),
            ("returned", 7, {}),
        )
    )
    assert [(p.kind.value, p.ends and p.ends - p.begins) for p in found] == [
        ("reporter", HOUR),
        ("third_party", HOUR),
        ("snoozed", HOUR),
        ("third_party", HOUR),
        ("reporter", None),
    ]
