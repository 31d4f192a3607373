"""Who hears of what happens to a report and its bug: each once, never of their own act, never what is not theirs."""

from decimal import Decimal
from typing import Any

import pytest

from bugs.models import Bug
from channels import services as channels
from channels.models import Mail, Notice
from foundation import clock
from journal.models import Event
from oncall.models import Duty
from problem_reports import services as reports
from problem_reports.models import ProblemReport
from sprints.models import Sprint
from teams.models import Membership, Person, Team
from tests.bugs import acts as bug_acts
from tests.cast import Cast
from tests.factories import a_bug, a_report, closed
from tests.problem_reports.acts import perform

Heard = dict[str, Notice]


def heard_after(act: Any) -> Heard:
    """username -> what they heard of the one fact that `act` recorded last."""
    channels.fan_out()
    act()
    # A page that the act begins or ends, a post-mortem that it proposes: stories of their own.
    event = Event.objects.exclude(kind__in=("page", "post_mortem")).latest("pk")
    channels.fan_out()
    rows = Notice.objects.filter(event=event, channel="in_app").select_related("person")
    return {notice.person.username: notice for notice in rows}


def heard(verb: str, cast: Cast, report: ProblemReport, **changes: Any) -> Heard:
    return heard_after(lambda: perform(verb, cast, report, **changes))


def duplicate_of(cast: Cast, original: ProblemReport, by: Person) -> ProblemReport:
    report = a_report(cast, by=by)
    return reports.classify(
        report.pk,
        outcome="duplicate",
        duplicate_of=original.pk,
        message="Known.",
        hours=Decimal(0),
        by=cast.rhea,
        at=clock.now(),
    )


def watched(cast: Cast, report: ProblemReport, *people: Person) -> ProblemReport:
    for person in people:
        reports.watch(report.pk, by=person, at=clock.now())
    return report


STATES = {
    "respond": "investigating",
    "ask": "investigating",
    "return": "to_be_investigated",
    "classify": "investigating",
    "reopen": "closed",
}


@pytest.mark.parametrize(
    ("verb", "topic", "says"),
    [
        ("respond", "message", "Rhea wrote"),
        ("ask", "message", "Rhea asks"),
        ("return", "message", "Rhea returned it"),
        ("classify", "decided", "Classified as how to"),
        ("reopen", "decided", "Investigated again"),
    ],
)
def test_who_filed_and_who_watches_hear_what_the_team_says(
    cast: Cast, verb: str, topic: str, says: str
) -> None:
    report = watched(cast, a_report(cast, STATES[verb]), cast.leo, cast.lena, cast.rhea, cast.otto)
    told = heard(verb, cast, report)
    actor = "otto" if verb == "reopen" else "rhea"
    assert set(told) == {"lena", "leo", "rhea", "otto"} - {actor}
    notice = told["lena"]
    assert notice.subject == f"{says}: {report.title}"
    assert (notice.topic, notice.thread) == (topic, report.reference)
    assert notice.url == f"/problem-reports/{report.reference}/"


def test_a_question_says_whose_turn_it_is_and_quotes_it(cast: Cast) -> None:
    report = watched(cast, a_report(cast, "investigating"), cast.leo)
    told = heard("ask", cast, report)
    assert "waits for your answer" in told["lena"].body
    assert "waits for your answer" not in told["leo"].body
    assert told["lena"].quotes
    assert told["lena"].event.text.body == "Which invoice?"


def test_the_whole_chain_of_duplicates_hears_each_of_their_own_report(cast: Cast) -> None:
    original = a_report(cast, "investigating")
    near = duplicate_of(cast, original, cast.leo)
    far = duplicate_of(cast, near, cast.paul)
    duplicate_of(cast, far, cast.lena)
    told = heard("respond", cast, original)
    assert set(told) == {"lena", "leo", "paul"}
    assert told["lena"].thread == original.reference
    assert f"the report that {far.reference} repeats" in told["paul"].body
    assert told["paul"].url == f"/problem-reports/{far.reference}/"
    assert original.reference not in told["paul"].body + told["paul"].subject


def test_what_was_written_is_quoted_only_to_who_may_read_that_report(cast: Cast) -> None:
    original = a_report(cast, "investigating")
    duplicate_of(cast, original, cast.leo)
    duplicate_of(cast, original, cast.paul)
    told = heard("respond", cast, original)
    assert (told["lena"].quotes, told["leo"].quotes, told["paul"].quotes) == (True, True, False)


def test_a_watcher_who_may_not_see_it_any_more_hears_nothing(cast: Cast) -> None:
    report = watched(cast, a_report(cast, "investigating"), cast.leo)
    Membership.objects.filter(person=cast.leo).delete()
    assert set(heard("respond", cast, report)) == {"lena"}


def test_who_is_excluded_by_a_restricted_team_hears_nothing(cast: Cast) -> None:
    report = watched(cast, a_report(cast, "investigating"), cast.leo, cast.otto)
    Team.objects.filter(pk=cast.billing.pk).update(readers="restricted", reading_roles=["lead"])
    Duty.objects.filter(person=cast.otto).delete()
    assert set(heard("respond", cast, report)) == {"lena"}


def test_who_has_left_and_tools_hear_nothing(cast: Cast) -> None:
    report = watched(cast, a_report(cast, "investigating"), cast.robot, cast.leo)
    Person.objects.filter(pk=cast.leo.pk).update(is_active=False)
    assert set(heard("respond", cast, report)) == {"lena"}


@pytest.mark.parametrize("verb", ["note", "prioritise", "edit", "watch", "join"])
def test_what_is_not_for_them_disturbs_nobody(cast: Cast, verb: str) -> None:
    report = watched(cast, a_report(cast, "investigating"), cast.leo)
    assert heard(verb, cast, report) == {}


def test_an_answer_reaches_who_investigates(cast: Cast) -> None:
    told = heard("answer", cast, a_report(cast, "waiting"))
    assert set(told) == {"ines"}
    assert told["ines"].subject.startswith("Lena answered: ")
    assert told["ines"].quotes


@pytest.mark.parametrize(("verb", "state"), [("resubmit", "returned"), ("dispute", "closed")])
def test_what_nobody_holds_reaches_the_release_manager_of_that_moment(
    cast: Cast, verb: str, state: str
) -> None:
    report = a_report(cast, state)
    ProblemReport.objects.filter(pk=report.pk).update(assignee=None)
    assert set(heard(verb, cast, report)) == {"rhea"}


def test_a_gap_in_the_duty_falls_to_the_lead(cast: Cast) -> None:
    Membership.objects.create(person=cast.pia, team=cast.billing, role="lead")
    Membership.objects.filter(person=cast.rhea, role="lead").delete()
    report = a_report(cast, "returned")
    Duty.objects.filter(person=cast.rhea).delete()
    assert set(heard("resubmit", cast, report)) == {"pia"}


def test_an_assignment_reaches_who_was_given_it_and_not_who_gives_it_to_themselves(
    cast: Cast,
) -> None:
    told = heard("assign", cast, a_report(cast))
    assert set(told) == {"ines"}
    assert told["ines"].topic == "assigned"
    assert heard("assign", cast, a_report(cast), assignee=cast.rhea) == {}


@pytest.mark.parametrize(
    ("impact", "urgency", "people"),
    [
        # Who is on call is paged for it instead (ONC-6).
        ("everyone", "critical", {"rhea"}),
        ("some_users", "critical", {"rhea"}),
        ("some_users", "high", set()),
    ],
)
def test_a_p0_or_p1_reaches_the_release_manager(
    cast: Cast, impact: str, urgency: str, people: set[str]
) -> None:
    told = heard_after(lambda: a_report(cast, impact=impact, urgency=urgency))
    assert set(told) == people
    assert all(n.topic == "queue" and "as stated" in n.body for n in told.values())


def test_the_release_manager_who_files_it_hears_nothing_of_their_own_report(cast: Cast) -> None:
    told = heard_after(lambda: a_report(cast, by=cast.rhea, impact="everyone", urgency="critical"))
    assert told == {}


@pytest.mark.parametrize(
    ("verb", "state", "says"),
    [
        ("inject", "to_be_scheduled", "Being fixed now"),
        ("schedule", "to_be_scheduled", "Its fix is scheduled"),
        ("postpone", "to_be_scheduled", "Postponed"),
        ("decline", "to_be_scheduled", "It will not be fixed"),
        ("verify", "fixed", "Fixed and verified"),
        ("reopen", "verified", "It is back"),
    ],
)
def test_reporters_hear_what_becomes_of_the_bug_in_words_that_they_may_read(
    cast: Cast, verb: str, state: str, says: str
) -> None:
    bug = a_bug(cast, state)
    if state == "to_be_scheduled":
        bug_acts.perform("estimate", cast, bug)
    report = bug.classifications.get().report
    duplicate_of(cast, report, cast.paul)
    told = heard_after(lambda: bug_acts.perform(verb, cast, bug))
    team = (
        {"adam", "ines", "otto", "pia"} if verb == "inject" else set()
    )  # it hears the price (SPR-4)
    assert set(told) == {"lena", "paul"} | team
    assert told["lena"].subject == f"{says}: {report.title}"
    assert told["paul"].url != told["lena"].url
    # Points, reserve and the team's own reasons are the team's.
    said = told["lena"].body
    assert "points" not in said
    assert told["lena"].quotes == (verb == "decline")
    if verb == "schedule":
        assert "SP-" in said
        assert "ends" in said


def test_a_sprint_that_closes_without_the_fix_tells_its_reporters(cast: Cast) -> None:
    bug = a_bug(cast, "in_sprint")
    channels.fan_out()
    closed(cast, Sprint.objects.get(pk=bug.sprint_id))
    channels.fan_out()
    notice = Notice.objects.get(event__name="bug.carried_back", channel="in_app")
    assert notice.person == cast.lena
    assert "Its fix has to wait" in notice.subject
    assert notice.quotes, "why it is carried is why the promise slips"


def test_each_hears_once_by_each_channel_however_many_of_their_reports_it_explains(
    cast: Cast,
) -> None:
    bug = a_bug(cast, "fixed")
    report = watched(cast, bug.classifications.get().report, cast.lena)
    duplicate_of(cast, report, cast.lena)
    told = heard_after(lambda: bug_acts.perform("verify", cast, Bug.objects.get(pk=bug.pk)))
    assert set(told) == {"lena"}
    by_mail = Notice.objects.filter(event=told["lena"].event, channel="email")
    assert by_mail.count() == 1
    assert Mail.objects.filter(notices__in=by_mail).count() == 1


def test_it_takes_no_more_queries_for_many_reporters(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from channels.registry import letters_for

    bug = a_bug(cast, "fixed")
    bug_acts.perform("verify", cast, bug)
    event = Event.objects.latest("pk")
    report = bug.classifications.get().report

    def asked() -> int:
        with CaptureQueriesContext(connection) as asked:
            letters_for(event)
        return len(asked)

    one = asked()
    for person in (cast.leo, cast.paul, cast.ines):
        duplicate_of(cast, report, person)
    assert asked() == one
