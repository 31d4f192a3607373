"""Home by role, and the frame of every page: whose desk, who is on duty, where one can go."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.html import escape

from channels.models import Notice
from foundation import clock
from journal.models import Event
from oncall.models import Duty
from tests.cast import Cast
from tests.factories import ReportFactory
from tests.pages.conftest import SignIn

BRUSSELS = ZoneInfo("Europe/Brussels")


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def rail_of(html: str) -> list[str]:
    return re.findall(r'class="rail__name">([^<]+)<', html)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("rhea", "/desk/"),
        ("otto", "/desk/mine/"),
        ("ines", "/desk/mine/"),
        ("sami", "/desk/"),
        ("pia", "/desk/mine/"),
        ("lena", "/problem-reports/mine/"),
        ("adam", "/desk/"),
        ("stranger", "/problem-reports/mine/"),
    ],
)
def test_home_is_where_one_works(cast: Cast, sign_in: SignIn, name: str, place: str) -> None:
    assert sign_in(cast.everybody[name]).get("/")["Location"] == place


def test_a_release_manager_whose_week_is_over_comes_home_to_their_own_desk(
    cast: Cast, sign_in: SignIn
) -> None:
    Duty.objects.filter(person=cast.rhea).delete()
    assert sign_in(cast.rhea).get("/")["Location"] == "/desk/mine/"


def test_the_top_says_who_is_on_duty_and_until_when(cast: Cast, sign_in: SignIn) -> None:
    ends = Duty.objects.get(person=cast.otto).during.upper
    words = words_of(sign_in(cast.pia).get("/desk/").text)
    assert re.search(r"Release manager Rhea till \w+", words)
    assert f"On call Otto till {ends.astimezone(BRUSSELS):%-d %b}" in words


def test_a_gap_in_a_duty_is_said(cast: Cast, sign_in: SignIn) -> None:
    Duty.objects.filter(person=cast.otto).delete()
    assert "On call nobody" in words_of(sign_in(cast.pia).get("/desk/").text)


def test_a_support_team_has_no_duties_to_show(cast: Cast, sign_in: SignIn) -> None:
    assert "Release manager" not in words_of(sign_in(cast.lena).get("/problem-reports/mine/").text)


def test_everybody_finds_only_their_own_places(cast: Cast, sign_in: SignIn) -> None:
    places = {
        name: rail_of(sign_in(cast.everybody[name]).get("/problem-reports/").text)
        for name in ("lena", "ines", "pia", "adam")
    }
    assert places["lena"] == ["My reports"]
    assert places["ines"] == [
        "Desk",
        "My desk",
        "Reports",
        "Bugs",
        "Sprints",
        "Backlog",
        "On call",
        "Post\u2011mortems",
        "Insights",
    ]
    assert places["pia"] == [
        "Desk",
        "My desk",
        "Reports",
        "Bugs",
        "Sprints",
        "Backlog",
        "On call",
        "Post\u2011mortems",
        "Insights",
    ]
    assert "Settings" in places["adam"]


def test_no_place_in_the_frame_is_a_dead_link(cast: Cast, sign_in: SignIn) -> None:
    for name in ("lena", "ines", "rhea", "adam"):
        browser = sign_in(cast.everybody[name])
        html = browser.get("/problem-reports/").text
        frame = re.search(r"<header.*?</nav>", html, re.S)
        assert frame
        for address in set(re.findall(r'href="(/[^"]*)"', frame[0])):
            answer = browser.get(address.replace("&amp;", "&"), follow=True)
            assert answer.status_code == 200, (name, address)


def test_the_current_place_is_marked(cast: Cast, sign_in: SignIn) -> None:
    html = sign_in(cast.ines).get("/desk/mine/").text
    found = re.findall(r'href="([^"]+)" aria-current="page"', html)
    assert found == ["/desk/mine/"]


def test_unread_notices_are_counted_in_the_persons_menu(cast: Cast, sign_in: SignIn) -> None:
    report = ReportFactory(cast=cast)
    event = Event.objects.get(kind="problem_report", subject=report.pk)
    Notice.objects.create(
        event=event, person=cast.lena, channel="in_app", state="sent", subject="Fixed"
    )
    lena = sign_in(cast.lena)
    assert re.search(r"Notices\s*1\b", words_of(lena.get("/problem-reports/mine/").text))
    Notice.objects.update(read_at=clock.now())
    assert not re.search(r"Notices\s*1\b", words_of(lena.get("/problem-reports/mine/").text))


def test_names_are_shown_as_they_are_written(cast: Cast, sign_in: SignIn) -> None:
    cast.rhea.first_name = "<b>Rhea</b>"
    cast.rhea.save(update_fields=["first_name"])
    html = sign_in(cast.pia).get("/desk/").text
    assert escape("<b>Rhea</b>") in html
    assert "<b><b>Rhea" not in html


def test_pages_speak_in_the_readers_zone(cast: Cast, sign_in: SignIn) -> None:
    report = ReportFactory(cast=cast, at=clock.now() - timedelta(days=2), source="demo")
    for zone, name in (("Asia/Tokyo", "JST"), ("Europe/Brussels", "CE")):
        cast.lena.zone = zone
        cast.lena.save(update_fields=["zone"])
        html = sign_in(cast.lena).get(f"/problem-reports/{report.reference}/").text
        assert re.search(rf'data-exact="[^"]+ {name}', html)


def test_an_error_page_needs_no_frame(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.lena).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert Client().get("/nowhere/").status_code == 404
