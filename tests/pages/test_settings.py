"""The settings of a team: members read them, its admins edit them, others find nothing."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from journal.models import Event
from oncall import services as oncall
from oncall.models import Duty
from oncall.querysets import holder
from problem_reports.models import Timer
from teams import services as teams
from teams.models import BusinessCalendar, ProductArea
from tests import budgets
from tests.cast import Cast
from tests.factories import a_report
from tests.pages.conftest import SignIn
from tests.teams.made import HOURS, number

BILLING, PLATFORM = "/settings/billing", "/settings/platform"
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def adam(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.adam)


def week(**typed: str) -> dict[str, str]:
    days = {f"day_{n}": "09:00-12:30, 13:30-18:00" for n in range(5)}
    return {"name": "Office", "zone": "Europe/Brussels", "days_off": "", **days, **typed}


def local(moment: datetime) -> str:
    return f"{moment.astimezone(BRUSSELS):%Y-%m-%dT%H:%M}"


# --- Who -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", ["areas", "areas/invoicing", "calendars", "duties"])
def test_a_member_reads_the_settings_and_changes_nothing(
    cast: Cast, sign_in: SignIn, section: str
) -> None:
    ines = sign_in(cast.ines)
    page = ines.get(f"{BILLING}/{section}/")
    assert page.status_code == 200
    assert "Only an admin of Billing changes its settings." in page.text
    assert f'action="{BILLING}/{section}/"' not in page.text
    assert ines.post(f"{BILLING}/{section}/", {"name": "Mine"}).status_code == 403


def test_the_settings_of_another_team_are_not_there(cast: Cast, sign_in: SignIn) -> None:
    for stranger in (cast.sami, cast.lena, cast.stranger):
        browser = sign_in(stranger)
        assert browser.get(f"{BILLING}/areas/").status_code == 404
        assert browser.post(f"{BILLING}/areas/", {"name": "Mine"}).status_code == 404


def test_the_settings_open_at_a_team_that_one_administers(cast: Cast, adam: Client) -> None:
    assert adam.get("/settings/")["Location"] == f"{BILLING}/areas/"


def test_who_has_no_team_reads_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    assert "You belong to no team yet" in sign_in(cast.stranger).get("/settings/").text


# --- Areas -----------------------------------------------------------------------------------------


def test_a_new_area_can_be_filed_into(cast: Cast, adam: Client, sign_in: SignIn) -> None:
    adam.post(f"{BILLING}/areas/", {"name": "Dunning letters"})
    assert 'value="dunning-letters"' in sign_in(cast.lena).get("/problem-reports/file/").text


def test_an_area_of_the_same_name_is_refused_with_409_and_kept_in_the_form(
    cast: Cast, adam: Client
) -> None:
    answer = adam.post(f"{BILLING}/areas/", {"name": "INVOICING"})
    assert answer.status_code == 409
    assert "already has an area called INVOICING" in answer.text
    assert 'value="INVOICING"' in answer.text


def test_an_area_is_renamed_and_its_experts_change_in_one_send(cast: Cast, adam: Client) -> None:
    typed = {"name": "Invoices", "experts": ["otto", "rhea"]}
    assert adam.post(f"{BILLING}/areas/invoicing/", typed).status_code == 302
    area = ProductArea.objects.get(slug="invoicing")
    assert area.name == "Invoices"
    assert {p.username for p in area.experts.all()} == {"otto", "rhea"}
    told = Event.objects.filter(kind="area", subject=area.pk).values_list("name", flat=True)
    assert sorted(told) == [
        "area.expert_named",
        "area.expert_named",
        "area.expert_removed",
        "area.renamed",
    ]


def test_an_expert_from_outside_the_team_is_no_choice(cast: Cast, adam: Client) -> None:
    typed = {"name": "Invoicing", "experts": ["sami"]}
    assert adam.post(f"{BILLING}/areas/invoicing/", typed).status_code == 400


# --- Calendars -------------------------------------------------------------------------------------


def test_a_calendar_shows_its_week_as_it_is_typed(cast: Cast, adam: Client) -> None:
    page = adam.get(f"{BILLING}/calendars/{cast.office.pk}/").text
    assert 'value="09:00-12:30, 13:30-18:00"' in page
    assert "Mon to Fri 09:00–12:30, 13:30–18:00" in page


def test_an_edited_calendar_has_the_new_week_and_the_next_version(cast: Cast, adam: Client) -> None:
    typed = week(day_0="8-12", day_5="22:00-06:00", days_off="2026-12-25 Christmas\n2027-01-01")
    adam.post(f"{BILLING}/calendars/{cast.office.pk}/", typed)
    office = BusinessCalendar.objects.get(pk=cast.office.pk)
    assert office.version == 2
    now = office.versions.get(number=2)
    hours = [f"{s.weekday} {s.starts:%H:%M} {s.ends:%H:%M}" for s in now.shifts.order_by("pk")]
    assert hours[0] == "0 08:00 12:00"
    assert hours[-1] == "5 22:00 06:00"
    days = [(f"{d.day}", d.why) for d in now.days_off.order_by("day")]
    assert days == [("2026-12-25", "Christmas"), ("2027-01-01", "")]


CLOSED = {f"day_{n}": "" for n in range(7)}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (CLOSED, "The calendar is never open: give at least one day its hours."),
        ({"zone": "Europe"}, "There is no time zone called “Europe”."),
        ({"zone": "../etc/passwd"}, "There is no time zone called"),
        ({"day_1": "9 to late"}, "“9 to late” is no shift; one is 09:00-12:30."),
        ({"day_1": "25:00-26:00"}, "names an hour that does not exist"),
        ({"day_1": "09:00-12:00, 09:00-17:00"}, "Tuesday has two shifts that start at 09:00."),
        ({"days_off": "2026-02-30"}, "“2026-02-30” is no day"),
        ({"days_off": "Christmas"}, "“Christmas” is no day"),
    ],
)
def test_a_calendar_that_could_keep_no_promise_is_refused_and_kept_in_the_form(
    cast: Cast, adam: Client, typed: dict[str, str], why: str
) -> None:
    answer = adam.post(f"{BILLING}/calendars/{cast.office.pk}/", week(name="Mine", **typed))
    assert answer.status_code == 400
    assert why in answer.text
    assert 'value="Mine"' in answer.text
    assert BusinessCalendar.objects.get(pk=cast.office.pk).version == 1


def test_the_holidays_of_a_country_are_shown_before_they_are_kept(cast: Cast, adam: Client) -> None:
    address = f"{BILLING}/calendars/{cast.office.pk}/"
    typed = week(country="BE", day_5="9 to late", days_off="soon", look="holidays", version="7")
    page = adam.post(address, typed)
    assert page.status_code == 200
    year = cast.now.year
    for one in (year, year + 1):
        assert f'<time datetime="{one}-11-11">' in page.text
    assert "Armistice Day" in page.text
    assert '<option value="BE" selected>Belgium</option>' in page.text
    assert '<option value="Flemish">Flemish</option>' in page.text
    # What was typed is there, nothing of it is wrong yet, and it is still an edit of the version it was.
    assert 'value="9 to late"' in page.text
    assert "is no shift" not in page.text
    assert 'name="version" value="7"' in page.text
    assert BusinessCalendar.objects.get(pk=cast.office.pk).version == 1


def test_the_holidays_kept_are_shown_as_they_were_written_down(cast: Cast, adam: Client) -> None:
    address = f"{BILLING}/calendars/{cast.office.pk}/"
    own = f"{cast.now.year}-11-11 We march"
    adam.post(address, week(country="BE", subdivision="Flemish", days_off=own))
    page = adam.get(address).text
    assert '<option value="Flemish" selected>' in page
    assert "Belgium, Flemish" in page
    assert own in page  # beside the holidays, in the team's own words
    assert f'<time datetime="{cast.now.year}-11-11">' not in page
    assert f'<time datetime="{cast.now.year + 1}-11-11">' in page


def test_a_part_of_the_country_chosen_before_is_forgotten_when_looking_at_another(
    cast: Cast, adam: Client
) -> None:
    typed = week(country="DE", subdivision="Flemish", look="holidays")
    page = adam.post(f"{BILLING}/calendars/{cast.office.pk}/", typed).text
    assert '<option value="" selected>The whole country</option>' in page
    assert "German Unity Day" in page


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"country": "XX"}, "There is no country with the code “XX”."),
        ({"country": "DE", "subdivision": "Flemish"}, "Germany has no part called “Flemish”."),
        ({"subdivision": "Flemish"}, "Choose the country that this is a part of."),
    ],
)
def test_a_country_or_part_that_is_none_is_refused_and_the_rest_kept_in_the_form(
    cast: Cast, adam: Client, typed: dict[str, str], why: str
) -> None:
    for place in (cast.office.pk, "new"):
        answer = adam.post(f"{BILLING}/calendars/{place}/", week(name="Mine", **typed))
        assert answer.status_code == 400
        assert why in answer.text
        assert 'value="Mine"' in answer.text


def test_a_new_calendar_begins_in_the_zone_and_country_of_the_teams_own(
    cast: Cast, adam: Client
) -> None:
    adam.post(f"{BILLING}/calendars/{cast.office.pk}/", week(country="PT", subdivision="13"))
    page = adam.get(f"{BILLING}/calendars/new/").text
    assert '<option value="PT" selected>Portugal</option>' in page
    assert '<option value="13" selected>Porto</option>' in page


def test_who_may_not_edit_looks_at_no_other_country(cast: Cast, sign_in: SignIn) -> None:
    address = f"{BILLING}/calendars/{cast.office.pk}/"
    answer = sign_in(cast.ines).post(address, week(country="BE", look="holidays"))
    assert answer.status_code == 403


def test_an_edit_of_an_older_version_is_refused_with_412(cast: Cast, adam: Client) -> None:
    address = f"{BILLING}/calendars/{cast.office.pk}/"
    adam.post(address, week(day_5="10:00-12:00"))
    late = adam.post(address, week(version="1"))
    assert late.status_code == 412
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version
    assert version[1] == "2"


def test_a_calendar_that_only_others_work_by_is_read_and_not_edited(
    cast: Cast, adam: Client
) -> None:
    night = teams.set_up_calendar(
        name="Night", zone="UTC", shifts=HOURS, days_off={}, by=cast.adam, at=cast.now
    )
    cast.partners.calendar = night
    cast.partners.save(update_fields=["calendar"])
    address = f"{BILLING}/calendars/{night.pk}/"
    why = "Only an admin of a team that works by Night edits it."
    page = adam.get(address).text
    assert why in page
    assert f'action="{address}"' not in page
    answer = adam.post(address, week(name="Mine"))
    assert answer.status_code == 403
    assert why in answer.text


def test_a_new_calendar_is_set_up_and_chosen(cast: Cast, adam: Client) -> None:
    adam.post(f"{BILLING}/calendars/new/", week(name="Night", **CLOSED | {"day_0": "22:00-06:00"}))
    night = BusinessCalendar.objects.get(name="Night")
    adam.post(f"{BILLING}/calendars/", {"calendar": night.pk})
    cast.billing.refresh_from_db()
    assert cast.billing.calendar_id == night.pk


# --- Duties ----------------------------------------------------------------------------------------


def test_a_duty_given_makes_its_holder(cast: Cast, adam: Client) -> None:
    start = cast.now + timedelta(days=31)
    typed = {
        "duty": "release_manager",
        "person": "ines",
        "start": local(start),
        "end": local(start + timedelta(days=7)),
    }
    assert adam.post(f"{BILLING}/duties/", typed).status_code == 302
    held = holder(cast.billing.pk, "release_manager", start + timedelta(days=1))
    assert held == cast.ines


def test_a_second_holder_is_refused_with_409_and_the_form_is_kept(cast: Cast, adam: Client) -> None:
    typed = {
        "duty": "release_manager",
        "person": "ines",
        "start": local(cast.now),
        "end": local(cast.now + timedelta(days=7)),
    }
    answer = adam.post(f"{BILLING}/duties/", typed)
    assert answer.status_code == 409
    assert "Somebody else holds this duty" in answer.text
    assert '<option value="ines" selected>' in answer.text


def test_a_duty_is_ended_early_and_the_next_one_can_begin(cast: Cast, adam: Client) -> None:
    duty = Duty.objects.get(team=cast.billing, duty="release_manager")
    noon = (cast.now + timedelta(days=1)).replace(second=0, microsecond=0)
    typed = {"person": "rhea", "start": local(duty.during.lower), "end": local(noon)}
    assert adam.post(f"{BILLING}/duties/{duty.pk}/", typed).status_code == 302
    typed = {
        "duty": "release_manager",
        "person": "otto",
        "start": local(noon),
        "end": local(noon + timedelta(days=7)),
    }
    assert adam.post(f"{BILLING}/duties/", typed).status_code == 302
    assert holder(cast.billing.pk, "release_manager", noon) == cast.otto


def test_a_duty_begins_in_the_first_of_two_hours_that_look_the_same(
    cast: Cast, adam: Client
) -> None:
    """Brussels shows 02:30 twice on 26 October 2025; in March 2027 it leaves the hour out (ONC-2)."""
    typed = {
        "duty": "on_call",
        "person": "sami",
        "start": "2025-10-26T02:30",
        "end": "2025-10-27T02:30",
    }
    assert adam.post(f"{PLATFORM}/duties/", typed).status_code == 302
    begun = Duty.objects.get(team=cast.platform, duty="on_call").during.lower
    assert begun == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    kept = typed | {"end": "2025-10-28T02:30"}
    key = Duty.objects.get(team=cast.platform, duty="on_call").pk
    assert adam.post(f"{PLATFORM}/duties/{key}/", kept).status_code == 302
    assert (
        adam.post(f"{PLATFORM}/duties/", typed | {"start": "2027-03-28T02:30"}).status_code == 400
    )


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"person": "sami"}, 400),
        ({"end": "2020-01-01T00:00"}, 422),
        ({"start": "2027-03-28T02:30"}, 400),  # the hour that the clock change leaves out
        ({"start": "1980-01-01T00:00"}, 409),  # it overlaps what Otto has
        ({"start": "0001-01-01T00:00"}, 400),
        ({"start": "x"}, 400),
    ],
)
def test_a_duty_that_makes_no_sense_is_refused(
    cast: Cast, adam: Client, typed: dict[str, str], status: int
) -> None:
    good = {
        "duty": "on_call",
        "person": "ines",
        "start": local(cast.now + timedelta(days=40)),
        "end": "2030-01-01T00:00",
    }
    assert adam.post(f"{BILLING}/duties/", good | typed).status_code == status


def test_a_duty_of_another_team_is_not_there(cast: Cast, adam: Client) -> None:
    duty = Duty.objects.get(team=cast.platform)
    assert adam.get(f"{BILLING}/duties/{duty.pk}/").status_code == 404


# --- Queries ----------------------------------------------------------------------------------------


def test_the_settings_take_as_many_queries_for_40_rows_as_for_20(cast: Cast, adam: Client) -> None:
    for section in ("areas", "calendars", "duties"):
        address = f"{BILLING}/{section}/"
        adam.get(address)
        budgets.holds(
            f"page settings {section}",
            lambda address=address: adam.get(address),
            grow=lambda section=section: _one_more(cast, section),
        )


def _one_more(cast: Cast, section: str) -> None:
    act = {"by": cast.adam, "at": cast.now}
    n = number()
    if section == "areas":
        area = teams.set_up_area(cast.billing, name=f"Area {n}", **act)
        teams.name_expert(area.pk, person=cast.ines, **act)
    elif section == "calendars":
        days = {cast.today: "closed"}
        teams.set_up_calendar(name=f"Calendar {n}", zone="UTC", shifts=HOURS, days_off=days, **act)
    else:
        start = cast.now + timedelta(days=100 + n)
        end = start + timedelta(days=1)
        oncall.set_up(cast.billing, "on_call", cast.ines, start=start, end=end, **act)


# --- What moves with the hours ------------------------------------------------------------------------


def test_before_a_calendar_is_kept_or_chosen_one_reads_how_many_reports_move(
    cast: Cast, adam: Client
) -> None:
    a_report(cast, impact="some_users", urgency="normal")
    a_report(cast, "closed")
    says = "1 open report counts by these hours. Its deadlines move with it"
    assert says in adam.get(f"{BILLING}/calendars/{cast.office.pk}/").text
    assert says in adam.get(f"{BILLING}/calendars/").text
    assert "Its deadlines move" not in adam.get(f"{BILLING}/calendars/new/").text


def test_after_it_was_kept_the_open_promises_count_by_it(cast: Cast, adam: Client) -> None:
    report = a_report(cast, impact="some_users", urgency="normal")
    address = f"{BILLING}/calendars/{cast.office.pk}/"
    answer = adam.post(address, week(day_5="00:00-24:00", day_6="00:00-24:00"), follow=True)
    assert "Open promises count by it from now on." in answer.text
    armed = Timer.objects.get(report=report, kind="first_response", state="armed")
    assert (armed.epoch, armed.calendar_number) == (2, 2)
