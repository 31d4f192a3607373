"""The triage desk: two queues, a pane, and rows that say what happened meanwhile."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation import clock
from problem_reports import services as reports
from tests import budgets
from tests.cast import Cast
from tests.factories import ReportFactory, a_bug, a_report, a_running_sprint
from tests.pages.conftest import SignIn

DESK = "/desk/"
IN_PANE = {"HX-Request": "true", "HX-Target": "pane"}


@pytest.fixture
def rhea(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.rhea)


def rows(page: str) -> list[str]:
    """The references of the rows, in their order."""
    return re.findall(r'id="row-((?:PR|BUG)-\d+)"', page)


def row(page: str, reference: str) -> str:
    found = re.search(rf'<li [^>]*id="row-{reference}".*?</li>', page, re.DOTALL)
    assert found, f"{reference} has no row"
    return found[0]


def live_url(page: str) -> str:
    found = re.search(r'id="desk-rows"[^>]*hx-get="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def filed(cast: Cast, minutes_ago: int, **fields: Any) -> Any:
    moment = clock.now() - timedelta(minutes=minutes_ago)
    return ReportFactory(cast=cast, at=moment, source="demo", **fields)


def test_the_first_queue_is_ordered_by_the_nearest_promise(cast: Cast, rhea: Client) -> None:
    calm = filed(cast, 90, impact="one_user", urgency="low")
    urgent = filed(cast, 30, impact="everyone", urgency="critical")
    normal = filed(cast, 60, impact="some_users", urgency="normal")
    found = rows(rhea.get(DESK).text)
    assert found == [urgent.reference, normal.reference, calm.reference]


def test_a_row_says_priority_title_customers_and_by_when_the_answer_is_due(
    cast: Cast, rhea: Client
) -> None:
    report = filed(cast, 5, title="Export stops", customer="Acme")
    reports.join(report.pk, customer="Bolt", by=cast.leo, at=clock.now())
    words = row(rhea.get(DESK).text, report.reference)
    assert "P2" in words
    assert "Export stops" in words
    for said in ("Acme", "+1", "answer", "data-exact"):
        assert said in words


def test_a_promise_that_was_answered_makes_room_for_the_next(cast: Cast, rhea: Client) -> None:
    report = filed(cast, 5)
    reports.respond(report.pk, message="We look at it.", by=cast.rhea, at=clock.now())
    assert "findings" in row(rhea.get(DESK).text, report.reference)


def test_the_second_queue_holds_the_bugs_to_be_scheduled_oldest_first(
    cast: Cast, rhea: Client
) -> None:
    moments = [clock.now() - timedelta(hours=hours) for hours in (2, 9, 5)]
    made = [a_bug(cast, at=moment, source="demo") for moment in moments]
    a_bug(cast, "postponed")
    found = rows(rhea.get(DESK, {"queue": "schedule"}).text)
    assert found == [made[1].reference, made[2].reference, made[0].reference]


def test_both_queues_say_how_many_wait(cast: Cast, rhea: Client) -> None:
    filed(cast, 5), filed(cast, 6), a_bug(cast)
    tabs = re.search(r'id="desk-tabs">.*?</div>', rhea.get(DESK).text, re.DOTALL)
    assert tabs
    assert re.findall(r'class="count">(\d+)<', tabs[0]) == ["2", "1"]


def test_an_empty_queue_says_so_and_what_comes(rhea: Client) -> None:
    assert "Nothing to investigate" in rhea.get(DESK).text
    assert "Nothing to schedule" in rhea.get(DESK, {"queue": "schedule"}).text


def test_the_foot_says_what_is_left_of_the_reserve(cast: Cast, rhea: Client) -> None:
    sprint = a_running_sprint(cast, reserve=10)
    assert f"points left in the reserve of {sprint.name}" in rhea.get(DESK).text


def test_a_row_opens_in_the_pane_and_is_a_plain_link_to_its_page(cast: Cast, rhea: Client) -> None:
    report = filed(cast, 5, title="Export stops")
    words = row(rhea.get(DESK).text, report.reference)
    assert f'href="/problem-reports/{report.reference}/"' in words
    opens = re.search(r'hx-get="([^"]+)"', words)
    assert opens
    pane = rhea.get(opens[1], headers=IN_PANE)
    assert "Export stops" in pane.text
    assert "<html" not in pane.text


def test_a_bug_opens_in_the_pane_with_the_decisions_about_it(cast: Cast, rhea: Client) -> None:
    bug = a_bug(cast, "to_be_scheduled")
    words = row(rhea.get(DESK, {"queue": "schedule"}).text, bug.reference)
    opens = re.search(r'hx-get="([^"]+)"', words)
    assert opens
    pane = rhea.get(opens[1], headers=IN_PANE).text
    assert f'action="/bugs/{bug.reference}/postpone/"' in pane


def test_assigning_from_the_pane_opens_the_next_row_and_says_what_was_done(
    cast: Cast, rhea: Client
) -> None:
    first, second = filed(cast, 20), filed(cast, 10)
    pane = rhea.get(f"/problem-reports/{first.reference}/pane/", {"then": "/desk/?done=PR-1"})
    assert 'value="/desk/?done=PR-1"' in pane.text
    answer = rhea.post(
        f"/problem-reports/{first.reference}/assign/",
        {"assignee": "ines", "then": f"/desk/?done={first.reference}"},
        headers=IN_PANE,
        follow=True,
    ).text
    assert f"{first.reference} is with Ines." in answer
    assert rows(answer) == [second.reference]
    assert f'name="open" value="{second.reference}"' in answer
    assert "autofocus" in row(answer, second.reference)
    assert "<html" not in answer


def test_without_a_script_the_same_form_leads_to_the_whole_desk_with_the_next_row_open(
    cast: Cast, rhea: Client
) -> None:
    first, second = filed(cast, 20), filed(cast, 10)
    answer = rhea.post(
        f"/problem-reports/{first.reference}/assign/",
        {"assignee": "ines", "then": f"/desk/?done={first.reference}"},
        follow=True,
    ).text
    assert "<html" in answer
    assert f'name="open" value="{second.reference}"' in answer


def test_after_the_last_row_the_first_one_opens(cast: Cast, rhea: Client) -> None:
    first, last = filed(cast, 20), filed(cast, 10)
    reports.assign(last.pk, assignee=cast.ines, by=cast.rhea, at=clock.now())
    answer = rhea.get(DESK, {"done": last.reference}).text
    assert f'name="open" value="{first.reference}"' in answer


def test_a_second_assignment_is_told_in_the_pane_who_won(cast: Cast, rhea: Client) -> None:
    report = filed(cast, 5)
    reports.assign(report.pk, assignee=cast.otto, by=cast.rhea, at=clock.now())
    answer = rhea.post(
        f"/problem-reports/{report.reference}/assign/", {"assignee": "ines"}, headers=IN_PANE
    )
    assert answer.status_code == 409
    assert "Otto has it already." in answer.text
    assert "<html" not in answer.text


def test_a_desk_that_did_not_change_is_answered_with_nothing_by_one_query(
    cast: Cast, rhea: Client
) -> None:
    filed(cast, 5), a_bug(cast)
    url = live_url(rhea.get(DESK).text)
    with CaptureQueriesContext(connection) as asked:
        answer = rhea.get(url)
    assert (answer.status_code, answer.content) == (204, b"")
    besides = [q["sql"] for q in asked if "django_session" not in q["sql"]]
    assert len([q for q in besides if "teams_person" not in q or "EXISTS" in q]) == 1, besides


def test_a_row_that_somebody_else_took_says_so_in_its_place(cast: Cast, rhea: Client) -> None:
    made = [filed(cast, 30), filed(cast, 20), filed(cast, 10)]
    url = live_url(rhea.get(DESK).text)
    reports.assign(made[1].pk, assignee=cast.otto, by=cast.rhea, at=clock.now())
    answer = rhea.get(url)
    assert answer.status_code == 200
    assert rows(answer.text) == [report.reference for report in made]
    assert "Otto has it" in row(answer.text, made[1].reference)
    assert "deskrow--taken" not in row(answer.text, made[0].reference)


def test_a_taken_row_is_gone_with_the_next_change(cast: Cast, rhea: Client) -> None:
    made = [filed(cast, 30), filed(cast, 20)]
    url = live_url(rhea.get(DESK).text)
    reports.assign(made[0].pk, assignee=cast.otto, by=cast.rhea, at=clock.now())
    later = live_url(rhea.get(url).text)
    newest = filed(cast, 1)
    assert rows(rhea.get(later).text) == [made[1].reference, newest.reference]


def test_a_new_report_appears_and_the_open_row_stays_marked(cast: Cast, rhea: Client) -> None:
    report = filed(cast, 30)
    url = live_url(rhea.get(DESK).text)
    fresh = filed(cast, 1)
    answer = rhea.get(f"{url}&open={report.reference}").text
    assert rows(answer) == [report.reference, fresh.reference]
    assert 'aria-current="true"' in row(answer, report.reference)
    assert 'hx-swap-oob="true"' in answer  # the counts beside the rows


def test_the_keyboard_keeps_its_row_because_rows_have_names(cast: Cast, rhea: Client) -> None:
    report = filed(cast, 30)
    assert f'id="open-{report.reference}"' in row(rhea.get(DESK).text, report.reference)


def test_another_teams_desk_cannot_be_listened_to(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.sami).get("/desk/billing/investigate/").status_code == 404
    assert sign_in(cast.lena).get("/desk/billing/investigate/").status_code == 404
    assert sign_in(cast.rhea).get("/desk/billing/nonsense/").status_code == 404


@pytest.mark.parametrize("name", ["lena", "stranger"])
def test_the_desk_refuses_who_is_of_no_delivery_team(
    cast: Cast, sign_in: SignIn, name: str
) -> None:
    answer = sign_in(cast.everybody[name]).get(DESK)
    assert answer.status_code == 403
    assert "The triage desk is the delivery team&#x27;s." in answer.text


def test_somebody_of_two_teams_chooses_whose_desk_it_is(cast: Cast, sign_in: SignIn) -> None:
    report = filed(cast, 5)
    other = filed(cast, 5, product_area="login")
    adam = sign_in(cast.adam)
    assert rows(adam.get(DESK, {"team": "platform"}).text) == [other.reference]
    assert rows(adam.get(DESK).text) == [other.reference]  # it is remembered
    assert rows(adam.get(DESK, {"team": "billing"}).text) == [report.reference]


def test_a_long_queue_is_read_page_by_page_and_no_row_is_lost(
    cast: Cast, rhea: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.queues.PAGE", 2)
    made = [filed(cast, minutes) for minutes in (50, 40, 30, 20, 10)]
    seen, address = [], DESK
    while address:
        page = rhea.get(address).text
        seen += rows(page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1].replace("&amp;", "&") if further else ""
    assert seen == [report.reference for report in made]


@pytest.mark.parametrize(
    "query",
    [
        "open=PR-999999",
        "open=nonsense",
        "after=PR-999999",
        "after=\0",
        "queue=x",
        "done=BUG-1",
        "team=x",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_desk(
    cast: Cast, rhea: Client, query: str
) -> None:
    report = filed(cast, 5)
    answer = rhea.get(f"{DESK}?{query}")
    assert answer.status_code == 200
    assert rows(answer.text) == [report.reference]


def test_a_report_of_another_team_does_not_open_in_the_pane(cast: Cast, sign_in: SignIn) -> None:
    report = filed(cast, 5)
    page = sign_in(cast.sami).get(DESK, {"open": report.reference}).text
    assert report.title not in page


def test_the_form_never_leads_to_another_server(cast: Cast, rhea: Client) -> None:
    for then in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"):
        report = a_report(cast)
        answer = rhea.post(f"/problem-reports/{report.reference}/watch/", {"then": then})
        assert answer["Location"] == f"/problem-reports/{report.reference}/"


def test_the_live_address_carries_what_was_seen(cast: Cast, rhea: Client) -> None:
    made = [filed(cast, 30), filed(cast, 20)]
    asked = parse_qs(urlsplit(live_url(rhea.get(DESK).text)).query)
    assert asked["seen"] == [",".join(str(report.pk) for report in made)]


@pytest.mark.parametrize("seen", ["²", "-1", "x", "9" * 40, "\0", ","])
def test_what_no_row_is_called_was_never_seen(cast: Cast, rhea: Client, seen: str) -> None:
    report = filed(cast, 5)
    answer = rhea.get("/desk/billing/investigate/", {"seen": seen})
    assert answer.status_code == 200
    assert rows(answer.text) == [report.reference]


def test_the_desk_asks_no_more_with_forty_rows_than_with_twenty(cast: Cast, rhea: Client) -> None:
    budgets.holds(
        "GET /desk/", lambda: rhea.get(DESK), grow=lambda: filed(cast, 5, customer="Acme")
    )


def test_the_queue_of_bugs_asks_no_more_with_forty_rows_than_with_twenty(
    cast: Cast, rhea: Client
) -> None:
    budgets.holds(
        "GET /desk/?queue=schedule",
        lambda: rhea.get(DESK, {"queue": "schedule"}),
        grow=lambda: a_bug(cast),
    )


def test_the_idle_desk_has_a_budget(cast: Cast, rhea: Client) -> None:
    url = live_url(rhea.get(DESK).text)
    budgets.holds("GET /desk/billing/investigate/ (idle)", lambda: rhea.get(url), status=204)
