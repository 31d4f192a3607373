"""What stops the first-response clock, and what never does (PR-5)."""

from datetime import datetime
from decimal import Decimal

import pytest

from foundation import clock
from foundation.errors import Invalid
from journal.models import Event
from oncall.models import Duty
from problem_reports import services
from problem_reports.clocks.models import Timer, TimerKind
from problem_reports.models import ProblemReport
from problem_reports.promises import promises
from problem_reports.querysets import promises_of
from tests.cast import Cast
from tests.factories import a_report
from tests.problem_reports.acts import perform


def first_response(report: ProblemReport) -> Timer:
    return Timer.objects.exclude(state="superseded").get(
        report=report, kind=TimerKind.FIRST_RESPONSE
    )


def now() -> datetime:
    return clock.now()


@pytest.mark.parametrize(
    ("verb", "by"),
    [
        ("respond", "rhea"),
        ("respond", "ines"),
        ("ask", "ines"),
        ("return", "rhea"),
        ("classify", "ines"),
    ],
)
def test_a_message_that_the_reporter_sees_stops_it_and_is_linked(
    cast: Cast, verb: str, by: str
) -> None:
    report = a_report(cast, "investigating")
    at = now()
    perform(verb, cast, report, by=getattr(cast, by), at=at)
    timer = first_response(report)
    event = Event.objects.filter(kind="problem_report", subject=report.pk).latest("id")
    assert (timer.state, timer.stopped_at, timer.stopped_by) == ("met", at, event)
    assert event.data["first_response"] is True
    given = promises(report, promises_of(report.pk), now())[0]
    assert (given.kind, given.state, given.kept_by_event) == ("first_response", "kept", event.pk)


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("to_be_investigated", "assign"),
        ("to_be_investigated", "take"),
        ("assigned", "start"),
        ("assigned", "hand_back"),
        ("investigating", "note"),
        ("investigating", "snooze"),
        ("snoozed", "wake"),
        ("to_be_investigated", "prioritise"),
        ("to_be_investigated", "route"),
        ("to_be_investigated", "watch"),
        ("to_be_investigated", "join"),
    ],
)
def test_an_act_without_a_message_to_the_reporter_never_counts(
    cast: Cast, state: str, verb: str
) -> None:
    report = a_report(cast, state)
    ProblemReport.objects.filter(pk=report.pk).update(prioritised_at=now())
    perform(verb, cast, report)
    assert first_response(report).stopped_at is None


def test_a_tools_message_never_counts(cast: Cast) -> None:
    report = a_report(cast)
    services.assign(report.pk, assignee=cast.robot, by=cast.rhea, at=now())
    services.respond(report.pk, message="Received, thank you!", by=cast.robot, at=now())
    services.ask(report.pk, message="Which version?", by=cast.robot, at=now())
    assert first_response(report).stopped_at is None
    said = Event.objects.filter(name__in=("problem_report.responded", "problem_report.asked"))
    assert [event.data for event in said] == [{}, {}]


def test_a_developer_who_reports_does_not_answer_themselves(cast: Cast) -> None:
    report = a_report(cast, "assigned", by=cast.ines)
    services.respond(report.pk, message="I look at it.", by=cast.ines, at=now())
    assert first_response(report).stopped_at is None
    services.respond(report.pk, message="Thank you, Ines.", by=cast.rhea, at=now())
    assert first_response(report).state == "met"


def test_a_release_manager_without_a_role_is_of_the_team_too(cast: Cast) -> None:
    report = a_report(cast)
    Duty.objects.filter(team=cast.billing, duty="release_manager").update(person=cast.stranger)
    services.respond(report.pk, message="We look at it.", by=cast.stranger, at=now())
    assert first_response(report).state == "met"


def test_the_classification_counts_whoever_makes_it(cast: Cast) -> None:
    report = a_report(cast)
    services.assign(report.pk, assignee=cast.robot, by=cast.rhea, at=now())
    services.classify(
        report.pk,
        outcome="how_to",
        message="Use the rounded column.",
        hours=Decimal(0),
        by=cast.robot,
        at=now(),
    )
    event = Event.objects.get(name="problem_report.classified")
    assert first_response(report).stopped_by == event
    assert event.data["first_response"] is True


def test_only_the_first_message_is_the_first_response(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    perform("ask", cast, report)
    stopped = first_response(report)
    perform("respond", cast, report)
    perform("classify", cast, report)
    assert first_response(report).stopped_by == stopped.stopped_by
    events = Event.objects.filter(kind="problem_report", data__has_key="first_response")
    assert [event.verb for event in events] == ["asked"]


def test_a_blank_message_is_none(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    for verb, field in (("respond", "message"), ("ask", "message"), ("return", "reason")):
        with pytest.raises(Invalid) as refused:
            perform(verb, cast, report, **{field: "  \n"})
        assert list(refused.value.fields) == [field]
    assert first_response(report).stopped_at is None
