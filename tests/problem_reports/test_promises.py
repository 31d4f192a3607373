"""The two dated promises: armed by file, moved by prioritise and route, kept or late by the moment of the act.

Moments are in Brussels in March 2025, told by a demonstration, so that due moments can be named exactly.
The office works from Monday to Friday, 9:00 to 12:30 and 13:30 to 18:00: eight hours a day.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from foundation import clock
from problem_reports import services
from problem_reports.clocks import sweep
from problem_reports.clocks.models import PolicyTarget, PolicyVersion, Timer
from problem_reports.models import ProblemReport
from problem_reports.promises import Promise, promises
from problem_reports.querysets import promises_of
from teams.lifecycle import TeamKind
from teams.models import ProductArea, Team
from teams.rules import Hours
from teams.services.calendars import Week, lay_out
from tests.cast import Cast
from tests.factories import a_bug, a_report
from tests.problem_reports.acts import perform

BRUSSELS = ZoneInfo("Europe/Brussels")
TICK = timedelta(microseconds=1)
TOLD = {"source": "demo"}
#: priority -> (impact, urgency)
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
    """The cast in March 2025: duties are held then."""
    return Cast(now=local("03-20 12:00"))


def filed(then: Cast, priority: str, at: datetime, **fields: str) -> ProblemReport:
    impact, urgency = STATED[priority]
    return a_report(then, impact=impact, urgency=urgency, at=at, **TOLD, **fields)


def due(report: ProblemReport, kind: str) -> datetime:
    return Timer.objects.exclude(state="superseded").get(report=report, kind=kind).due_at


TUESDAY, FRIDAY = "03-04 10:00", "03-07 17:00"


@pytest.mark.parametrize(
    ("priority", "at", "answered", "investigated"),
    [
        ("P0", TUESDAY, "03-04 11:00", "03-04 14:00"),
        ("P0", "03-08 23:30", "03-09 00:30", "03-09 03:30"),  # Saturday night
        ("P0", "03-30 01:30", "03-30 03:30", "03-30 06:30"),  # the hour 2 to 3 is skipped
        ("P1", TUESDAY, "03-04 15:00", "03-06 10:00"),  # over lunch
        ("P1", "03-04 12:45", "03-04 17:30", "03-06 12:30"),  # in the lunch break
        ("P1", FRIDAY, "03-10 12:00", "03-11 17:00"),  # over the weekend
        ("P1", "03-08 11:00", "03-10 14:00", "03-11 18:00"),  # on Saturday
        ("P1", "03-28 17:00", "03-31 12:00", "04-01 17:00"),  # over the change of clocks
        ("P2", TUESDAY, "03-05 10:00", "03-11 10:00"),
        ("P3", TUESDAY, "03-06 10:00", "03-18 10:00"),
    ],
)
def test_filing_promises_two_exact_moments(
    then: Cast, priority: str, at: str, answered: str, investigated: str
) -> None:
    report = filed(then, priority, local(at))
    # What ends with a shift ends there, the first such moment, and not when the next one begins.
    assert due(report, "first_response") == local(answered)
    assert due(report, "classification") == local(investigated)
    assert report.due_at == local(answered)


def test_a_report_filed_now_is_watched(cast: Cast) -> None:
    report = a_report(cast)
    timers = Timer.objects.filter(report=report)
    assert {(t.kind, t.epoch, t.state, t.armed_because) for t in timers} == {
        ("first_response", 1, "armed", "file"),
        ("classification", 1, "armed", "file"),
    }
    assert {(t.started_at, t.armed_at) for t in timers} == {(report.filed_at, report.filed_at)}


@pytest.mark.parametrize("source", ["import", "demo"])
def test_a_promise_of_the_past_is_not_watched(then: Cast, source: str) -> None:
    report = a_report(then, at=local(TUESDAY), source=source)
    assert sweep.sweep() == 0
    assert not Timer.objects.filter(report=report, next_at__isnull=False).exists()


def test_a_promise_told_by_a_demonstration_is_watched_while_it_is_in_the_future(
    cast: Cast,
) -> None:
    report = a_report(cast, impact="one_user", urgency="low", at=clock.now(), **TOLD)
    assert Timer.objects.filter(report=report, state="armed").count() == 2


@pytest.mark.parametrize(
    ("late_by", "state", "promise"),
    [(-TICK, "met", "kept"), (timedelta(0), "met", "kept"), (TICK, "breached", "late")],
)
def test_an_answer_is_in_time_until_the_very_moment(
    then: Cast, late_by: timedelta, state: str, promise: str
) -> None:
    report = filed(then, "P1", local(TUESDAY))
    at = local("03-04 15:00") + late_by
    services.respond(report.pk, message="We look at it.", by=then.rhea, at=at, **TOLD)
    timer = Timer.objects.get(report=report, kind="first_response")
    assert (timer.state, timer.stopped_at) == (state, at)
    assert of_kind(report, "first_response", at).state == promise


def test_a_late_answer_is_a_breach_also_when_no_sweep_ran(cast: Cast) -> None:
    report = a_report(cast)
    past = clock.now() - timedelta(seconds=1)
    Timer.objects.filter(report=report).update(warn_at=past, due_at=past)
    services.respond(report.pk, message="We look at it.", by=cast.rhea, at=clock.now())
    assert Timer.objects.get(report=report, kind="first_response").state == "breached"


def test_after_the_answer_the_queue_shows_the_next_promise(then: Cast) -> None:
    report = filed(then, "P1", local(TUESDAY))
    services.respond(report.pk, message="We look.", by=then.rhea, at=local("03-04 11:00"), **TOLD)
    report = ProblemReport.objects.get(pk=report.pk)
    assert report.due_at == local("03-06 10:00")
    services.classify(
        report.pk,
        outcome="how_to",
        message="Use the rounded column.",
        hours=Decimal(1),
        by=then.rhea,
        at=local("03-04 12:00"),
        **TOLD,
    )
    assert ProblemReport.objects.get(pk=report.pk).due_at is None


# Moved


def of_kind(report: ProblemReport, kind: str, at: datetime) -> Promise:
    report = ProblemReport.objects.select_related("living__bug__sprint").get(pk=report.pk)
    (promise,) = [p for p in promises(report, promises_of(report.pk), at) if p.kind == kind]
    return promise


def test_another_priority_moves_both_promises_and_keeps_their_start(then: Cast) -> None:
    report = filed(then, "P2", local(TUESDAY))
    at = local("03-04 11:00")
    services.prioritise(report.pk, priority="P1", reason="Invoices", by=then.rhea, at=at, **TOLD)
    promise = of_kind(report, "first_response", at)
    assert promise.due_at == local("03-04 15:00")
    assert promise.started_at == local(TUESDAY)
    (slip,) = promise.slips
    assert (slip.due_at, slip.until, slip.because) == (local("03-05 10:00"), at, "prioritise")
    assert of_kind(report, "classification", at).due_at == local("03-06 10:00")
    assert ProblemReport.objects.get(pk=report.pk).due_at == local("03-04 15:00")


def test_the_same_priority_moves_nothing(then: Cast) -> None:
    report = filed(then, "P2", local(TUESDAY))
    services.prioritise(report.pk, priority="P2", by=then.rhea, at=local("03-04 11:00"), **TOLD)
    assert not Timer.objects.filter(report=report, epoch=2).exists()


def test_a_promise_that_was_kept_does_not_move(then: Cast) -> None:
    report = filed(then, "P2", local(TUESDAY))
    answered = local("03-04 11:00")
    services.respond(report.pk, message="We look at it.", by=then.rhea, at=answered, **TOLD)
    services.prioritise(
        report.pk, priority="P0", reason="All", by=then.rhea, at=local("03-04 16:00"), **TOLD
    )
    kept = of_kind(report, "first_response", local("03-04 17:00"))
    assert (kept.state, kept.due_at, kept.slips) == ("kept", local("03-05 10:00"), ())


def test_a_deadline_moved_into_the_past_is_missed_at_once(then: Cast) -> None:
    report = filed(then, "P3", local(TUESDAY))
    at = local("03-05 12:00")
    services.prioritise(report.pk, priority="P0", reason="All", by=then.rhea, at=at, **TOLD)
    assert of_kind(report, "first_response", at).state == "missed"


def test_another_team_answers_in_its_own_hours_from_the_same_start(then: Cast) -> None:
    hours = [Hours(day, time(9), time(17)) for day in range(5)]
    lisbon = lay_out("Lisbon", Week("Europe/Lisbon", hours), at=then.now)
    then.platform.calendar = lisbon
    then.platform.save()
    report = filed(then, "P1", local(TUESDAY))  # 9:00 in Lisbon
    at = local("03-04 11:00")
    services.route(report.pk, product_area=then.login, by=then.rhea, at=at, **TOLD)
    promise = of_kind(report, "first_response", at)
    assert promise.started_at == local(TUESDAY)
    assert promise.due_at == local("03-04 14:00")  # no lunch break there
    assert [slip.because for slip in promise.slips] == ["route"]
    version = Timer.objects.get(report=report, kind="first_response", epoch=2).policy_version
    assert version.team == then.platform


def test_a_team_without_a_policy_gets_the_default_with_its_first_report(then: Cast) -> None:
    young = Team.objects.create(
        slug="young", name="Young", kind=TeamKind.DELIVERY, calendar=then.office
    )
    theirs = ProductArea.objects.create(team=young, slug="theirs", name="Theirs")
    report = filed(then, "P1", local(TUESDAY))
    at = local("03-04 11:00")
    services.route(report.pk, product_area=theirs, by=then.rhea, at=at, **TOLD)
    assert of_kind(report, "classification", at).due_at == local("03-06 10:00")


def test_routing_inside_the_team_moves_nothing(then: Cast) -> None:
    report = filed(then, "P1", local(TUESDAY))
    at = local("03-04 11:00")
    services.route(report.pk, product_area=then.payments, by=then.rhea, at=at, **TOLD)
    assert not Timer.objects.filter(report=report, epoch=2).exists()


def test_a_report_keeps_the_policy_version_it_was_filed_under(then: Cast) -> None:
    report = filed(then, "P2", local(TUESDAY))
    stricter = PolicyVersion.objects.create(
        team=then.billing, number=2, published_at=local("03-04 10:30")
    )
    PolicyTarget.objects.bulk_create(
        PolicyTarget(version=stricter, kind=kind, priority=priority, seconds=60)
        for kind in ("first_response", "classification")
        for priority in STATED
    )
    at = local("03-04 11:00")
    services.prioritise(report.pk, priority="P1", reason="All", by=then.rhea, at=at, **TOLD)
    assert due(report, "first_response") == local("03-04 15:00")
    assert due(filed(then, "P1", at), "first_response") == local("03-04 11:01")


@pytest.mark.parametrize("verb", ["dispute", "reopen"])
def test_a_report_that_opens_again_is_promised_anew_from_then(then: Cast, verb: str) -> None:
    report = filed(then, "P1", local(TUESDAY))
    told = {"at": local("03-04 12:00"), "by": then.rhea, **TOLD}
    perform("classify", then, report, **told)
    at = local("03-07 17:00")
    perform(verb, then, report, at=at, **TOLD)
    timer = Timer.objects.get(report=report, kind="classification", epoch=2)
    assert (timer.started_at, timer.due_at) == (at, local("03-11 17:00"))
    assert timer.armed_because == verb
    assert of_kind(report, "first_response", at).state == "kept"
    assert ProblemReport.objects.get(pk=report.pk).due_at == local("03-11 17:00")


def test_at_most_one_epoch_of_a_promise_lives(then: Cast) -> None:
    report = filed(then, "P3", local(TUESDAY))
    at = local("03-04 11:00")
    for priority in ("P2", "P1", "P0"):
        services.prioritise(report.pk, priority=priority, reason="!", by=then.rhea, at=at, **TOLD)
    epochs = Timer.objects.filter(report=report, kind="first_response").order_by("epoch")
    assert [t.state == "superseded" for t in epochs] == [True, True, True, False]
    assert [slip.because for slip in of_kind(report, "first_response", at).slips] == (
        ["prioritise"] * 3
    )


# What became of the bug


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("to_be_scheduled", "Not scheduled yet"),
        ("postponed", "Not scheduled; next review"),
        ("declined", "It will not be fixed"),
        ("fixed", "Fixed; somebody checks it now"),
        ("verified", "Fixed and verified"),
    ],
)
def test_the_reporter_reads_what_became_of_the_bug(cast: Cast, state: str, words: str) -> None:
    bug = a_bug(cast, state)
    report = ProblemReport.objects.get(living__bug=bug)
    promise = of_kind(report, "fix", clock.now())
    assert promise.words == words
    assert promise.due_on == bug.review_on


@pytest.mark.parametrize("state", ["scheduled", "in_sprint", "in_progress"])
def test_a_planned_fix_is_promised_for_the_end_of_its_sprint(cast: Cast, state: str) -> None:
    bug = a_bug(cast, state)
    promise = of_kind(ProblemReport.objects.get(living__bug=bug), "fix", clock.now())
    assert bug.sprint is not None
    assert (promise.words, promise.due_on) == (f"Fixed in {bug.sprint.name}", bug.sprint.ends_on)
