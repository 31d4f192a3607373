"""Pages as people read and answer them: the list, the report's own line, the signed link (ONC-6)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from channels.models import Notice
from channels.services import fan_out
from foundation import clock
from oncall.models import Page
from oncall.services import paging
from problem_reports import services as reports
from problem_reports.models import ProblemReport
from sprints.models import WorkLog
from tests.cast import Cast
from tests.factories import a_report


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def report(cast: Cast) -> ProblemReport:
    return a_report(cast, title="Nothing prints", impact="everyone", urgency="critical")


@pytest.fixture
def page(report: ProblemReport) -> Page:
    return Page.objects.get(report=report.pk)


def body(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_says_who_was_told_and_what_comes_next(cast: Cast, page: Page) -> None:
    said = body(signed_in(cast.rhea), "/on-call/pages/")
    assert "Nothing prints" in said
    assert "P0 as stated: waits for an answer" in said
    assert "Otto, Ines: told" in said
    assert "Step 2 of 3 is told" in said
    assert "By version 1 of the policy." in said


def test_l1_reads_neither_the_list_nor_the_line(cast: Cast, report: ProblemReport) -> None:
    lena = signed_in(cast.lena)
    body(lena, "/on-call/pages/", 404)
    assert "Paging" not in body(lena, f"/problem-reports/{report.reference}/")
    assert "Nobody is being paged." in body(signed_in(cast.sami), "/on-call/pages/")


def test_the_report_says_who_was_paged_and_is_answered_there(
    cast: Cast, report: ProblemReport, page: Page
) -> None:
    otto, there = signed_in(cast.otto), f"/problem-reports/{report.reference}/"
    assert "I have it" in body(otto, there)
    answer = otto.post(f"/on-call/pages/{page.pk}/acknowledge/", {"then": there})
    assert answer.headers["Location"] == there
    assert "Acknowledged by Otto" in body(otto, there)


def test_stopping_asks_why_and_a_refusal_is_said(cast: Cast, page: Page) -> None:
    rhea = signed_in(cast.rhea)
    answer = rhea.post(f"/on-call/pages/{page.pk}/stop/", {"reason": ""}, follow=True)
    assert "Write something here." in answer.content.decode()
    rhea.post(f"/on-call/pages/{page.pk}/stop/", {"reason": "A drill"})
    page.refresh_from_db()
    assert page.state == "stopped"
    answer = rhea.post(f"/on-call/pages/{page.pk}/acknowledge/", follow=True)
    assert "This page is stopped" in answer.content.decode()
    assert rhea.post(f"/on-call/pages/{page.pk}/explode/").status_code == 404


def test_the_next_step_is_told_by_a_button(cast: Cast, page: Page) -> None:
    signed_in(cast.otto).post(f"/on-call/pages/{page.pk}/escalate/")
    assert page.told.filter(step=2, person=cast.rhea).exists()


def test_once_it_is_answered_only_who_has_it_hands_it_on(
    cast: Cast, report: ProblemReport, page: Page
) -> None:
    otto, there = signed_in(cast.otto), f"/problem-reports/{report.reference}/"
    assert "Tell the next step now" in body(otto, there)
    otto.post(f"/on-call/pages/{page.pk}/acknowledge/")
    assert "Tell the next step now" not in body(otto, there)
    assert "Hand it on: tell the next step" in body(otto, there)
    assert "tell the next step" not in body(signed_in(cast.rhea), there).lower()


def test_hours_of_a_page_are_logged_by_one_click(cast: Cast, page: Page) -> None:
    otto = signed_in(cast.otto)
    otto.post(f"/on-call/pages/{page.pk}/log-work/", {"hours": "0.5"})
    work = WorkLog.objects.get()
    assert (work.kind, work.hours, work.by, work.area) == (
        "page", Decimal("0.5"), cast.otto, cast.invoicing
    )  # fmt: skip
    assert work.note == page.about
    otto.post(f"/on-call/pages/{page.pk}/log-work/", {"hours": "many"})
    assert WorkLog.objects.count() == 1


def test_a_page_is_called_for_by_hand_from_the_report(cast: Cast) -> None:
    calm = a_report(cast)
    url = f"/problem-reports/{calm.reference}/page/"
    pia = signed_in(cast.pia)
    assert pia.post(url, {"reason": ""}).status_code == 400
    pia.post(url, {"reason": "Payday is today"})
    assert "Payday is today" in body(pia, f"/problem-reports/{calm.reference}/")


# The signed link


def link_of(person: Any) -> str:
    fan_out()
    return Notice.objects.filter(person=person, topic="page").latest("pk").url


def test_a_link_shows_and_acts_only_when_it_is_posted_to(cast: Cast, page: Page) -> None:
    link, nobody = link_of(cast.otto), Client()
    for _ in range(2):
        assert "Nothing prints" in body(nobody, link)
    page.refresh_from_db()
    assert page.state == "paging"
    nobody.post(link)
    page.refresh_from_db()
    assert (page.state, page.acknowledged_by) == ("acknowledged", cast.otto)
    assert "Acknowledged by Otto" in body(nobody, link)


def test_another_who_answers_late_is_told_who_was_first(cast: Cast, page: Page) -> None:
    link = link_of(cast.ines)
    paging.acknowledge(page.pk, by=cast.otto, at=clock.now())
    answer = Client().post(link)
    assert answer.status_code == 409
    assert "Otto has acknowledged it already" in answer.content.decode()


def test_a_forged_or_an_old_link_says_what_to_do(cast: Cast, page: Page, monkeypatch: Any) -> None:
    link = link_of(cast.otto)
    assert "not whole" in body(Client(), link[:-4] + "abc/", 404)
    monkeypatch.setattr("foundation.signed.LASTS", timedelta(0))
    assert "answer on the list of pages" in body(Client(), link, 404)


def test_a_link_of_somebody_who_left_is_no_longer_good(cast: Cast, page: Page) -> None:
    link = link_of(cast.otto)
    cast.otto.is_active = False
    cast.otto.save()
    assert "not there any more" in body(Client(), link, 404)


def test_what_is_prioritised_is_no_longer_as_stated(cast: Cast, report: ProblemReport) -> None:
    reports.prioritise(report.pk, priority="P0", by=cast.rhea, at=clock.now())
    assert "as stated" not in body(signed_in(cast.rhea), "/on-call/pages/")
