"""The page of direct requests: one click logs, one's own is taken back, the team reads what they cost (PR-12)."""

from typing import Any

import pytest
from django.test import Client

from sprints.models import WorkLog
from tests.cast import Cast
from tests.factories import a_bug, a_report
from tests.pages.conftest import SignIn

HERE = "/work/?team=billing"


@pytest.fixture
def ines(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.ines)


def ask(client: Client, **said: Any) -> Any:
    return client.post(HERE, {"source_team": "services", "minutes": "30", **said}, follow=True)


def test_one_click_logs_a_direct_request_and_the_team_reads_its_price(ines: Client) -> None:
    ask(ines)
    page = ask(ines, note="Where is invoice 7?", area="invoicing").content.decode()
    assert "Logged 0.5 h." in page
    assert "2 direct requests: about 1.5 h of interruption, at 45 minutes each" in page
    assert "Where is invoice 7?" in page


def test_ones_own_is_taken_back_once_and_nobody_else_sees_it(
    cast: Cast, ines: Client, sign_in: SignIn
) -> None:
    ask(ines, note="Invoice 7")
    work = WorkLog.objects.get()
    back = f"/work/{work.pk}/take-back/"
    otto = sign_in(cast.otto)
    page = otto.get(HERE).content.decode()
    assert "1 direct request:" in page
    assert "Invoice 7" not in page
    assert otto.post(back).status_code == 404
    assert "0 direct requests" in ines.post(back, follow=True).content.decode()
    again = ines.post(back)
    assert again.status_code == 409
    assert "These hours are taken back already." in again.content.decode()


def test_a_direct_request_is_filed_after_all_with_what_is_known_of_it(
    ines: Client,
) -> None:
    ask(ines, note="Where is invoice 7?", area="invoicing")
    page = ines.get(HERE).content.decode()
    link = page.split("File it here")[0].rpartition('href="')[2].partition('"')[0]
    form = ines.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="Where is invoice 7?"' in form
    assert '<option value="invoicing" selected>' in form


@pytest.mark.parametrize("kind", ["report", "bug"])
def test_hours_on_a_report_or_a_bug_are_taken_back_where_they_were_logged(
    cast: Cast, ines: Client, sign_in: SignIn, kind: str
) -> None:
    thing = a_report(cast, "investigating") if kind == "report" else a_bug(cast, "in_progress")
    page = (
        f"/problem-reports/{thing.reference}/" if kind == "report" else f"/bugs/{thing.reference}/"
    )
    ines.post(f"{page}log-work/", {"hours": "1.5", "note": "Read the log"})
    here = ines.get(page).content.decode()
    assert "Your hours here" in here
    work = WorkLog.objects.get()
    back = f"/work/{work.pk}/take-back/"
    otto = sign_in(cast.otto)
    assert "Your hours here" not in otto.get(page).content.decode()
    assert otto.post(back, {"then": page}).status_code == 404
    answer = ines.post(back, {"then": page}, follow=True)
    assert answer.redirect_chain[-1][0] == page
    after = answer.content.decode()
    assert "1.5 h are taken back." in after
    assert "Your hours here" not in after
    again = ines.post(back, {"then": page}, follow=True)
    assert "These hours are taken back already." in again.content.decode()
    assert ines.post(back, {"then": "//elsewhere.example.org/"}).status_code == 409


@pytest.mark.parametrize("minutes", ["", "0", "-5", "1441", "many"])
def test_minutes_that_are_no_minutes_of_a_day_keep_what_was_typed(
    ines: Client, minutes: str
) -> None:
    answer = ask(ines, minutes=minutes, note="Invoice 7")
    assert answer.status_code == 400
    assert "Invoice 7" in answer.content.decode()
    assert not WorkLog.objects.exists()


def test_a_reporter_and_another_team_find_no_work_of_billing(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.lena).get("/work/").status_code == 404
    assert "Platform" in sign_in(cast.sami).get(HERE).content.decode()
