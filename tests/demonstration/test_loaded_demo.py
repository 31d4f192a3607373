"""What is there once it is loaded: the seven who may sign in, what each may see; and loading it again."""

from collections.abc import Iterator
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from channels.models import Notice
from journal.models import Event
from oncall.models import Duty, Page
from problem_reports.models import Attachment, ProblemReport
from teams.models import Person, Team
from tests.demonstration.conftest import Loaded
from triage.demonstration.summary import LOGINS

EVERYTHING = (Person, Team, Duty, Event, ProblemReport, Notice)


@pytest.fixture(scope="module")
def now(loaded: Loaded) -> Iterator[datetime]:
    with loaded(every=60) as moment:
        yield moment


def said(*words: str) -> str:
    out = StringIO()
    call_command("load_demo", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def sign_in(username: str, password: str = "demo") -> Client:
    browser = Client()
    browser.post("/accounts/login/", {"login": username, "password": password})
    return browser


@pytest.mark.parametrize("username", LOGINS)
def test_each_of_the_seven_signs_in_and_lands_on_a_page(now: datetime, db: None, username: str):
    browser = sign_in(username)
    assert browser.get("/", follow=True).status_code == 200
    assert browser.session["_auth_user_id"] == str(Person.objects.get(username=username).pk)


def test_a_p0_was_answered_only_after_an_escalation(now: datetime, db: None):
    pages = list(Page.objects.order_by("at", "pk"))
    assert pages
    assert {page.state for page in pages} == {"acknowledged"}
    assert [page.step for page in pages][-1] == 2


def test_another_password_opens_nothing(now: datetime, db: None):
    assert "_auth_user_id" not in sign_in("rhea", "demos").session


def test_clinic_s_reports_do_not_exist_for_sami(now: datetime, db: None):
    report = ProblemReport.objects.filter(team__slug="clinic", filing_team__slug="customer-care")
    page = f"/problem-reports/{report.latest('pk').reference}/"
    assert sign_in("sami").get(page).status_code == 404
    assert sign_in("ines").get(page).status_code == 200


def test_platform_s_reports_are_open_to_clinic_s_developers(now: datetime, db: None):
    report = ProblemReport.objects.filter(team__slug="platform").latest("pk")
    assert sign_in("ines").get(f"/problem-reports/{report.reference}/").status_code == 200


def test_the_operator_s_site_opens_for_adam_alone(now: datetime, db: None):
    opened = {name for name in LOGINS if sign_in(name).get("/admin/").status_code == 200}
    assert opened == {"adam"}


def test_a_screenshot_and_a_log_are_attached_and_can_be_read(now: datetime, db: None):
    kinds = set(Attachment.objects.values_list("content_type", flat=True))
    assert kinds == {"image/png", "text/plain"}
    for attachment in Attachment.objects.all():
        with attachment.file.open() as file:
            assert len(file.read()) == attachment.size


def test_once_more_with_once_changes_nothing(now: datetime, db: None):
    before = [model.objects.count() for model in EVERYTHING]
    assert said("--once") == ""
    assert [model.objects.count() for model in EVERYTHING] == before


def test_without_once_it_refuses_and_says_what_to_do(now: datetime, db: None):
    with pytest.raises(CommandError, match=r"not empty.*make demo-reset"):
        said()
