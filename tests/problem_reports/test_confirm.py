"""A P0 is confirmed: closed, its bug open and in the sprint, in one act (PR-4); by whoever is on call too, while no
release manager is on duty, and the next one looks at it (ONC-6)."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from foundation.errors import Conflict, NotAllowed, RuleBroken
from journal.models import Event
from oncall.models import Page, StandInAct
from problem_reports import services
from problem_reports.models import ProblemReport, Timer
from sprints.models import Overdraft, Sprint
from tests.cast import Cast
from tests.factories import a_report, a_running_sprint
from tests.problem_reports.test_standing_in import P0, act, nobody_decides

#: The words of what carries the accent.
NEXT = re.compile(r'class="verb verb--next[^>]*>([^<]+)<')


def confirmed(cast: Cast, report: ProblemReport, by: Any, **told: Any) -> Bug:
    services.confirm(report.pk, **told, **act(by))
    found = ProblemReport.objects.select_related("living__bug").get(pk=report.pk)
    assert found.living
    assert found.living.bug
    return found.living.bug


def test_who_is_on_call_confirms_in_one_act_and_it_is_to_be_reviewed_once(cast: Cast) -> None:
    sprint, report = a_running_sprint(cast, reserve=10), a_report(cast, **P0)
    nobody_decides(cast)
    bug = confirmed(cast, report, cast.otto, title="Nobody can pay", points=Decimal(3))
    assert (bug.title, bug.priority, bug.state, bug.sprint_id) == (
        "Nobody can pay", "P0", "in_sprint", sprint.pk
    )  # fmt: skip
    report.refresh_from_db()
    assert (report.state, report.assignee, report.living.outcome) == ("closed", cast.otto, "bug")
    assert Sprint.objects.get(pk=sprint.pk).held == 3
    to_review = StandInAct.objects.values_list("verb", "report", "bug", "by")
    assert list(to_review) == [("confirm", report.pk, None, cast.otto.pk)]
    told = list(Event.objects.filter(by=cast.otto).order_by("pk").values_list("name", flat=True))
    assert [n for n in told if n.partition(".")[0] in ("problem_report", "bug")] == [
        "bug.opened", "problem_report.confirmed", "bug.injected",
    ]  # fmt: skip


def test_it_answers_the_page_and_stops_the_clocks_of_the_report(cast: Cast) -> None:
    report = a_report(cast, **P0)
    nobody_decides(cast)
    confirmed(cast, report, cast.otto)
    page = Page.objects.get(report=report.pk)
    assert (page.state, page.acknowledged_by) == ("acknowledged", cast.otto)
    assert not Timer.objects.filter(report=report, state="armed").exists()
    told = Event.objects.get(name="problem_report.confirmed")
    assert told.data["first_response"] is True
    assert told.text is not None
    assert "somebody works on it now" in told.text.body


def test_it_answers_a_page_that_nobody_answered_in_time(cast: Cast) -> None:
    report = a_report(cast, **P0)
    nobody_decides(cast)
    Page.objects.filter(report=report.pk).update(state="exhausted", next_at=None)
    confirmed(cast, report, cast.otto)
    assert Page.objects.get(report=report.pk).acknowledged_by == cast.otto


def test_a_release_manager_confirms_too_and_nobody_reviews_that(cast: Cast) -> None:
    bug = confirmed(cast, a_report(cast, **P0), cast.rhea, points=Decimal(2))
    assert bug.state == "in_sprint"
    assert not StandInAct.objects.exists()


def test_while_no_sprint_runs_its_price_waits_for_the_next_one(cast: Cast) -> None:
    report = a_report(cast, **P0)
    nobody_decides(cast)
    bug = confirmed(cast, report, cast.otto)
    assert (bug.state, bug.sprint, bug.title) == ("in_sprint", None, report.title)
    assert bug.injected_at_price == Decimal("1.33")  # a day of eight hours, at six hours a point


def test_a_reserve_that_is_spent_holds_up_nothing(cast: Cast) -> None:
    sprint, report = a_running_sprint(cast, reserve=1), a_report(cast, **P0)
    nobody_decides(cast)
    bug = confirmed(cast, report, cast.otto, points=Decimal(3))
    assert Overdraft.objects.get(bug=bug.pk).sprint == sprint


def test_it_is_refused_beside_a_release_manager_below_p0_and_to_anybody_else(cast: Cast) -> None:
    burning, calm = a_report(cast, **P0), a_report(cast)
    with pytest.raises(NotAllowed, match="Only the release manager of Billing"):
        services.confirm(burning.pk, **act(cast.otto))
    with pytest.raises(RuleBroken, match="Only a P0 is confirmed in one act"):
        services.confirm(calm.pk, **act(cast.rhea))
    nobody_decides(cast)
    with pytest.raises(NotAllowed):
        services.confirm(calm.pk, **act(cast.otto))
    for person in (cast.ines, cast.pia, cast.lena, cast.robot):
        with pytest.raises(NotAllowed):
            services.confirm(burning.pk, **act(person))
    assert not Bug.objects.exists()
    assert not StandInAct.objects.exists()


def test_a_second_confirmation_is_a_conflict_and_one_bug_is_there(cast: Cast) -> None:
    report = a_report(cast, **P0)
    services.confirm(report.pk, **act(cast.rhea))
    with pytest.raises(Conflict):
        services.confirm(report.pk, **act(cast.rhea))
    assert Bug.objects.count() == 1


def test_an_area_of_another_team_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    report = a_report(cast, **P0)
    with pytest.raises(RuleBroken, match="belongs to another team"):
        services.confirm(report.pk, product_area=cast.platform.areas.first(), **act(cast.rhea))
    report.refresh_from_db()
    assert report.state == "to_be_investigated"
    assert not Bug.objects.exists()


def test_two_acts_of_a_stand_in_are_reviewed_each(cast: Cast) -> None:
    report = a_report(cast, **P0)
    nobody_decides(cast)
    services.prioritise(report.pk, priority="P0", **act(cast.otto))
    bug = confirmed(cast, report, cast.otto)
    bugs.start(bug.pk, by=cast.otto, at=clock.now() + timedelta(0))
    verbs = StandInAct.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["prioritise", "confirm"]


def test_the_page_has_one_button_with_its_price(cast: Cast) -> None:
    a_running_sprint(cast, reserve=10)
    report = a_report(cast, **P0)
    nobody_decides(cast)
    client = Client()
    client.force_login(cast.otto)
    address = f"/problem-reports/{report.reference}/"
    page = client.get(address).text
    assert "No release manager is on duty: if you see the defect too, decide." in page
    assert "1.33 points of the 10 left in the reserve" in page
    (points,) = re.findall(r'<input[^>]*name="points"[^>]*>', page)
    assert 'value="1.33"' in points
    assert 'step="any"' in points  # with another one a browser would not send what is offered
    typed = {"title": "", "product_area": "invoicing", "points": "1.33", "message": "We are on it."}
    refused = client.post(f"{address}confirm/", typed)
    assert refused.status_code == 400
    assert "We are on it." in refused.text
    assert client.post(f"{address}confirm/", typed | {"title": "No totals"}).status_code == 302
    report.refresh_from_db()
    assert report.living.bug.title == "No totals"
    assert "confirmed it as a bug" in client.get(address).text


def test_who_was_told_says_first_that_they_have_it_and_confirms_then(cast: Cast) -> None:
    report = a_report(cast, **P0)
    nobody_decides(cast)
    otto, ines = Client(), Client()
    otto.force_login(cast.otto)
    ines.force_login(cast.ines)
    address = f"/problem-reports/{report.reference}/"
    page = otto.get(address).text
    assert NEXT.findall(page) == ["I have it"]
    assert page.count(">I have it<") == 1
    assert "Confirm and inject" in page
    colleague = ines.get(address).text
    assert [w for w in NEXT.findall(colleague) if w != "I have it"] == []
    key = Page.objects.get(report=report.pk).pk
    otto.post(reverse("page_act", args=[key, "acknowledge"]), {"then": address})
    assert NEXT.findall(otto.get(address).text) == ["Confirm and inject"]


def test_a_release_manager_who_was_not_told_assigns_first(cast: Cast) -> None:
    report = a_report(cast, **P0)
    client = Client()
    client.force_login(cast.rhea)
    page = client.get(f"/problem-reports/{report.reference}/").text
    assert NEXT.findall(page) == ["Assign"]


def test_beside_a_release_manager_the_page_offers_it_to_them_alone(cast: Cast) -> None:
    report = a_report(cast, **P0)
    address = f"/problem-reports/{report.reference}/"
    for person, offered in ((cast.otto, False), (cast.rhea, True)):
        client = Client()
        client.force_login(person)
        assert ("Confirm the P0" in client.get(address).text) is offered
