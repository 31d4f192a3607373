"""What was imported is worked on like anything else: the desk, the pages, the verbs and REST."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from psycopg2.extras import DateTimeTZRange

from bugs.models import Bug
from foundation import clock
from oncall.models import Duty, DutyKind
from problem_reports import services as reports
from problem_reports.clocks.models import Timer
from problem_reports.models import ProblemReport
from teams.lifecycle import Role
from teams.models import Membership, Person, Team
from teams.services import issue_token
from tests.event_log.conftest import Import
from tests.event_log.lookalike import ASSIGN, CREATE, FIXED, RESOLVE, TAKE, WAIT, case, write

LOG = [
    *case("Case 1", ASSIGN, TAKE),
    *case("Case 2", ASSIGN, TAKE, RESOLVE),
    *case("Case 3", ASSIGN, CREATE, CREATE, RESOLVE),
    *case("Case 4", ASSIGN, WAIT),
    *case("Case 5", ASSIGN, CREATE, FIXED),
    *case("Case 6", ASSIGN, seriousness="Value 4"),
]


@pytest.fixture
def gina(bring: Import, tmp_path: Path) -> Person:
    """The release manager of the imported team, who is one of its developers."""
    bring(write(tmp_path / "log.csv", LOG))
    team = Team.objects.get(slug="helpdesk")
    person = Person.objects.create_user("gina", first_name="Gina")
    Membership.objects.create(person=person, team=team, role=Role.DEVELOPER)
    now = clock.now()
    month = DateTimeTZRange(now - timedelta(days=1), now + timedelta(days=30), "[)")
    Duty.objects.create(team=team, duty=DutyKind.RELEASE_MANAGER, person=person, during=month)
    return person


@pytest.fixture
def browser(gina: Person) -> Client:
    client = Client()
    client.force_login(gina)
    return client


def title(case_name: str) -> str:
    return f"Customer 7 needs help with Product 3 ({case_name})"


def test_the_desk_shows_the_open_ones_and_the_bugs_to_schedule(browser: Client) -> None:
    queue = browser.get("/desk/?team=helpdesk&queue=investigate").content.decode()
    assert title("Case 1") in queue
    assert title("Case 6") in queue
    assert title("Case 2") not in queue
    assert title("Case 4") not in queue
    bugs = browser.get("/desk/?team=helpdesk&queue=schedule").content.decode()
    assert title("Case 3") in bugs
    assert title("Case 5") not in bugs


def test_every_page_of_an_imported_report_and_bug_opens(browser: Client) -> None:
    for report in ProblemReport.objects.all():
        page = browser.get(f"/problem-reports/{report.reference}/")
        assert page.status_code == 200
        assert "in the log: Assign seriousness" in page.content.decode()
    for bug in Bug.objects.all():
        assert browser.get(f"/bugs/{bug.reference}/").status_code == 200


def test_rest_lists_and_tells_imported_reports(browser: Client, gina: Person) -> None:
    _, token = issue_token(gina, by=gina, at=clock.now())
    headers = {"authorization": f"Bearer {token}"}
    listed = browser.get("/api/v1/problem-reports/?team=helpdesk", headers=headers).json()
    assert len(listed["results"]) == 6
    reference = ProblemReport.objects.get(title=title("Case 3")).reference
    told = browser.get(f"/api/v1/problem-reports/{reference}/history/", headers=headers).json()
    assert [item["source"] for item in told["results"]] == ["import"] * 4


def test_an_imported_report_goes_its_way_by_the_usual_verbs(gina: Person) -> None:
    report = ProblemReport.objects.get(title=title("Case 1"))
    now = clock.now()
    reports.prioritise(report.pk, priority="P1", reason="It bites", by=gina, at=now)
    reports.assign(report.pk, assignee=gina, by=gina, at=now)
    reports.start(report.pk, by=gina, at=now)
    closed = reports.classify(
        report.pk, outcome="how_to", message="Like so.", hours=Decimal(1), by=gina, at=now
    )
    assert closed.state == "closed"
    again = reports.reopen(report.pk, reason="Not so", by=gina, at=now)
    assert Timer.objects.filter(report=again, kind="classification", state="armed").exists()
