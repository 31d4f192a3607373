"""What the clock does by itself: wakes, closes what nobody answered, withdraws, brings bugs back, reminds."""

from datetime import timedelta

from bugs.models import Bug
from bugs.services import tending as bugs
from channels.models import Notice
from channels.services import fan_out
from foundation import clock
from journal.models import Event
from problem_reports.clocks import sweep
from problem_reports.models import ProblemReport, Timer
from problem_reports.services import answer, ask, tending
from sprints.models import Sprint
from sprints.services import tending as sprints
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_late_sprint, a_report, closed

MINUTE = timedelta(minutes=1)


def passed(report: ProblemReport, kind: str) -> None:
    """The time of this clock is over, and the sweep has told so."""
    now = clock.now()
    over = {"warn_at": now - 3 * MINUTE, "due_at": now - 2 * MINUTE}
    Timer.objects.filter(report=report, kind=kind).update(**over, next_at=now - 2 * MINUTE)
    sweep.sweep()


def test_a_snoozed_report_wakes_at_its_moment_and_not_before(cast: Cast) -> None:
    report = a_report(cast, "snoozed")
    until = ProblemReport.objects.get(pk=report.pk).snoozed_until
    assert until is not None
    assert tending.tend(at=clock.now()) == 0
    ProblemReport.objects.filter(pk=report.pk).update(snoozed_until=clock.now() - MINUTE)
    assert tending.tend(at=clock.now()) == 1
    assert ProblemReport.objects.get(pk=report.pk).state == "investigating"
    woken = Event.objects.get(name="problem_report.woken")
    assert (woken.by.username, woken.source) == ("the-clock", "system")


def test_a_question_is_reminded_of_and_then_closed_as_no_answer(cast: Cast) -> None:
    report = a_report(cast, "waiting")
    fan_out()
    Notice.objects.all().delete()
    now = clock.now()
    rows = Timer.objects.filter(report=report, kind="answer")
    rows.update(warn_at=now - MINUTE, next_at=now - MINUTE)
    sweep.sweep()
    fan_out()
    (nag,) = Notice.objects.filter(channel="in_app")
    assert (nag.person, "We wait for your answer" in nag.subject) == (report.filed_by, True)
    assert tending.tend(at=clock.now()) == 0
    passed(report, "answer")
    assert tending.tend(at=clock.now()) == 1
    closed = ProblemReport.objects.select_related("living__message").get(pk=report.pk)
    assert closed.living is not None
    assert (closed.state, closed.living.outcome) == ("closed", "no_answer")
    assert "it is open again" in closed.living.message.body


def test_an_answer_in_time_keeps_it_open(cast: Cast) -> None:
    report = a_report(cast, "waiting")
    answer(report.pk, message="4711.", by=cast.lena, at=clock.now())
    assert tending.tend(at=clock.now() + timedelta(days=90)) == 0
    assert Timer.objects.get(report=report, kind="answer").state == "met"


def test_what_a_third_party_does_not_answer_is_nagged_about_and_never_closed(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    ask(report.pk, message="Asked them.", third_party="The bank", by=cast.ines, at=clock.now())
    fan_out()
    Notice.objects.all().delete()
    passed(report, "answer")
    fan_out()
    assert {n.person.username for n in Notice.objects.all()} == {"ines", "rhea"}
    assert tending.tend(at=clock.now()) == 0
    answer(report.pk, message="They have mended it.", by=cast.ines, at=clock.now())
    assert ProblemReport.objects.get(pk=report.pk).state == "investigating"


def test_a_returned_report_that_nobody_files_again_is_withdrawn(cast: Cast) -> None:
    report = a_report(cast, "returned")
    passed(report, "resubmission")
    assert tending.tend(at=clock.now()) == 1
    closed = ProblemReport.objects.select_related("living").get(pk=report.pk)
    assert closed.living is not None
    assert closed.living.outcome == "withdrawn"


def test_a_postponed_bug_comes_back_on_its_review_date(cast: Cast) -> None:
    bug = a_bug(cast, "postponed")
    assert bug.review_on is not None
    assert bugs.tend(at=clock.now()) == 0
    today = today_there()
    Bug.objects.filter(pk=bug.pk).update(review_on=today)
    assert bugs.tend(at=clock.now()) == 1
    bug = Bug.objects.get(pk=bug.pk)
    assert (bug.state, bug.review_on) == ("to_be_scheduled", None)
    assert Event.objects.get(name="bug.came_back").data == {"review_on": today.isoformat()}
    fan_out()
    heard = Notice.objects.filter(event__name="bug.came_back", channel="in_app")
    assert [(n.person.username, n.url) for n in heard] == [("rhea", f"/bugs/{bug.reference}/")]


def test_an_undecided_bug_reminds_every_five_days_until_it_is_decided(cast: Cast) -> None:
    bug, now = a_bug(cast), clock.now()
    assert bugs.tend(at=now) == 0
    assert bugs.tend(at=now + timedelta(days=4)) == 0
    waited = Bug.objects.get(pk=bug.pk)
    assert waited.nag_at == now + timedelta(days=5)
    Bug.objects.filter(pk=bug.pk).update(nag_at=now - MINUTE)
    assert bugs.tend(at=clock.now()) == 1
    assert Event.objects.filter(name="bug.nagged").count() == 1
    assert bugs.tend(at=clock.now()) == 0
    Bug.objects.filter(pk=bug.pk).update(state="declined")
    bugs.tend(at=clock.now())
    assert Bug.objects.get(pk=bug.pk).nag_at is None


def test_late_in_a_sprint_the_team_hears_once_what_its_unused_reserve_could_be_given_to(
    cast: Cast,
) -> None:
    sprint = a_late_sprint(cast)
    bug = a_bug(cast, "scheduled", priority="P2", points=3)
    assert sprints.tend(at=clock.now()) == 1
    assert sprints.tend(at=clock.now()) == 0
    told = Event.objects.get(name="sprint.pull_forward_proposed", subject=sprint.pk)
    assert told.data == {"points": "10", "things": [bug.reference]}
    fan_out()
    heard = Notice.objects.filter(event=told, channel="in_app")
    assert {n.person.username for n in heard} >= {"ines", "otto", "pia", "rhea"}
    assert "lena" not in {n.person.username for n in heard}
    notice = heard.get(person=cast.ines)
    assert "10 points of its reserve not used" in notice.subject
    assert notice.url == f"/sprints/{sprint.reference}/#pull-forward"


def test_while_there_is_nothing_to_pull_forward_the_clock_looks_again(cast: Cast) -> None:
    sprint = a_late_sprint(cast)
    assert sprints.tend(at=clock.now()) == 0
    next_look = Sprint.objects.get(pk=sprint.pk).proposes_at
    assert next_look is not None
    assert next_look > clock.now()
    a_bug(cast, "scheduled", priority="P2", points=3)
    assert sprints.tend(at=clock.now()) == 0, "not before the next working day"
    Sprint.objects.filter(pk=sprint.pk).update(proposes_at=clock.now())
    assert sprints.tend(at=clock.now()) == 1


def test_early_in_a_sprint_the_clock_waits_for_the_morning_on_which_it_is_late(cast: Cast) -> None:
    sprint = a_late_sprint(cast, left=14)
    a_bug(cast, "scheduled", priority="P2", points=3)
    waits_for = sprint.proposes_at
    assert waits_for is not None
    assert waits_for > clock.now()
    Sprint.objects.filter(pk=sprint.pk).update(proposes_at=clock.now())
    assert sprints.tend(at=clock.now()) == 0, "looked at too early, it is looked at again"
    assert Sprint.objects.get(pk=sprint.pk).proposes_at == waits_for


def test_a_sprint_that_is_over_proposes_nothing(cast: Cast) -> None:
    sprint = a_late_sprint(cast)
    a_bug(cast, "scheduled", priority="P2", points=3)
    closed(cast, sprint)
    assert sprints.tend(at=clock.now()) == 0
