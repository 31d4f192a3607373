"""Cause and hours of a confirmed P0 follow within a working day: asked for, reminded of, told once (PR-4)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bugs import services as bugs
from channels.models import Notice
from channels.services import fan_out
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed
from journal.models import Event
from problem_reports import policy, services
from problem_reports.models import ProblemReport
from problem_reports.querysets import viewer
from problem_reports.services import tending
from sprints.querysets import next_working_day
from teams.models import Person
from tests.cast import Cast
from tests.clocks.test_verify_clocks import verified
from tests.factories import a_report
from tests.problem_reports.test_confirm import confirmed
from tests.problem_reports.test_standing_in import P0, act, nobody_decides, rhea_is_back

TOLD: dict[str, Any] = {"cause": "code", "hours": Decimal("1.5")}


@pytest.fixture
def owing(cast: Cast) -> ProblemReport:
    """Otto, who is on call alone, confirmed it."""
    report = a_report(cast, **P0)
    nobody_decides(cast)
    confirmed(cast, report, cast.otto)
    return ProblemReport.objects.get(pk=report.pk)


def late(report: ProblemReport, by: timedelta) -> ProblemReport:
    due = clock.now() - by
    ProblemReport.objects.filter(pk=report.pk).update(cause_due_at=due, cause_nag_at=due)
    return ProblemReport.objects.get(pk=report.pk)


def allowed(report: ProblemReport, by: Person) -> bool:
    row = ProblemReport.objects.select_related("team", "living").get(pk=report.pk)
    return "tell_cause" in policy.allowed(viewer(by, clock.now()), row)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_it_is_due_at_the_same_time_on_the_teams_next_working_day(owing: ProblemReport) -> None:
    event = Event.objects.get(name="problem_report.confirmed")
    assert owing.cause_due_at == next_working_day(owing.team, event.at)
    assert owing.cause_nag_at == owing.cause_due_at


def test_who_confirmed_tells_and_it_is_the_next_judgement_of_the_same_bug(
    cast: Cast, owing: ProblemReport
) -> None:
    was = owing.living
    assert was is not None
    services.tell_cause(owing.pk, **TOLD, **act(cast.otto))
    owing.refresh_from_db()
    assert (owing.state, owing.cause_due_at, owing.cause_nag_at) == ("closed", None, None)
    now = owing.living
    assert now is not None
    assert (now.number, now.outcome, now.cause, now.hours) == (2, "bug", "code", Decimal("1.5"))
    assert (now.bug, now.message, now.by) == (was.bug, was.message, cast.otto)
    assert owing.classifications.get(number=1).cause == "unknown"
    event = Event.objects.get(name="problem_report.cause_told")
    assert event.data == {"cause": "code", "hours": "1.5", "number": 2}
    assert "1 reports verified, 0 differences" in verified()


def test_what_was_investigated_before_is_owed_by_who_did(cast: Cast) -> None:
    report = a_report(cast, "investigating", **P0)
    confirmed(cast, report, cast.rhea)
    assert allowed(report, cast.ines)
    assert allowed(report, cast.rhea)
    for person in (cast.otto, cast.pia, cast.lena, cast.robot):
        assert not allowed(report, person)
        with pytest.raises(NotAllowed, match="Only who investigates it"):
            services.tell_cause(report.pk, **TOLD, **act(person))
    services.tell_cause(report.pk, **TOLD, **act(cast.ines))


def test_it_is_told_once_and_never_of_what_was_classified_with_a_cause(
    cast: Cast, owing: ProblemReport
) -> None:
    services.tell_cause(owing.pk, **TOLD, **act(cast.otto))
    assert not allowed(owing, cast.otto)
    rhea_is_back(cast)
    how_to = a_report(cast, "closed")
    assert not allowed(how_to, cast.ines)
    for report, by in ((owing, cast.otto), (how_to, cast.ines)):
        with pytest.raises(Conflict, match="owes no cause"):
            services.tell_cause(report.pk, **TOLD, **act(by))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"cause": "gremlins"}, "cause"), ({"hours": Decimal(-1)}, "hours")],
)
def test_nonsense_is_refused_and_it_stays_owed(
    cast: Cast, owing: ProblemReport, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.tell_cause(owing.pk, **TOLD | wrong, **act(cast.otto))
    assert list(refused.value.fields) == [field]
    assert allowed(owing, cast.otto)


def test_opened_again_nothing_is_owed_the_next_classification_has_a_cause(
    cast: Cast, owing: ProblemReport
) -> None:
    services.reopen(owing.pk, reason="It was the network", **act(cast.ines))
    owing.refresh_from_db()
    assert (owing.state, owing.cause_due_at, owing.cause_nag_at) == (
        "to_be_investigated", None, None,
    )  # fmt: skip
    assert tending.tend(at=clock.now()) == 0


def test_a_refuted_bug_takes_the_debt_with_it(cast: Cast, owing: ProblemReport) -> None:
    assert owing.living
    assert owing.living.bug_id
    bugs.start(owing.living.bug_id, **act(cast.otto))
    bugs.refute(owing.living.bug_id, reason="It was the network", **act(cast.otto))
    owing.refresh_from_db()
    assert owing.cause_due_at is None


def test_the_clock_reminds_who_owes_it_when_it_is_due_and_once_a_working_day(
    cast: Cast, owing: ProblemReport
) -> None:
    assert tending.tend(at=clock.now()) == 0
    late(owing, timedelta(minutes=1))
    fan_out()
    Notice.objects.all().delete()
    at = clock.now()
    assert tending.tend(at=at) == 1
    assert tending.tend(at=clock.now()) == 0
    owing.refresh_from_db()
    assert owing.cause_nag_at == next_working_day(owing.team, at)
    fan_out()
    (told,) = Notice.objects.filter(channel="in_app")
    assert told.person == cast.otto
    assert told.subject.startswith("Cause and hours are due")


def test_a_day_late_the_release_manager_hears_too(cast: Cast) -> None:
    report = a_report(cast, "investigating", **P0)
    confirmed(cast, report, cast.rhea)
    late(report, timedelta(days=1))
    fan_out()
    Notice.objects.all().delete()
    tending.tend(at=clock.now())
    fan_out()
    told = Notice.objects.filter(channel="in_app").values_list("person__username", flat=True)
    assert set(told) == {"ines", "rhea"}


def test_the_report_has_one_next_thing_and_the_desk_and_the_bug_say_what_is_owed(
    cast: Cast, owing: ProblemReport
) -> None:
    otto, address = signed_in(cast.otto), f"/problem-reports/{owing.reference}/"
    page = otto.get(address).text
    assert "Confirmed; cause and hours are due" in page
    assert page.count("verb--next") == 1
    assert "Took" not in page, "nobody has said how long it took"
    assert f"{address}#tell-cause" in otto.get(reverse("my_desk")).text
    assert owing.living
    assert owing.living.bug
    bug = f"/bugs/{owing.living.bug.reference}/"
    assert f"({owing.reference})" in otto.get(bug).text
    refused = otto.post(f"{address}tell-cause/", {"cause": "", "hours": "2"})
    assert refused.status_code == 400
    assert 'value="2"' in refused.text
    assert otto.post(f"{address}tell-cause/", {"cause": "code", "hours": "2"}).status_code == 302
    page = otto.get(address).text
    assert "told the cause, code, and that it took 2 h" in page
    assert "Still owed" not in page + otto.get(bug).text
    assert "#tell-cause" not in otto.get(reverse("my_desk")).text


def test_a_late_one_says_so_and_another_developer_reads_who_owes_it(
    cast: Cast, owing: ProblemReport
) -> None:
    late(owing, timedelta(hours=2))
    page = signed_in(cast.ines).get(f"/problem-reports/{owing.reference}/").text
    assert "Cause and hours were due" in page
    assert f"by {cast.otto}" in page
    assert "tell-cause" not in page


def test_who_filed_it_reads_nothing_of_it(cast: Cast, owing: ProblemReport) -> None:
    late(owing, timedelta(minutes=1))
    tending.tend(at=clock.now())
    services.tell_cause(owing.pk, **TOLD, **act(cast.otto))
    page = signed_in(cast.lena).get(f"/problem-reports/{owing.reference}/").text
    assert "ause and hours" not in page
    assert "told the cause" not in page
