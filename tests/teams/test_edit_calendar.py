"""Calendars: never without open hours, never in a zone that is none, edited by who uses them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from foundation.errors import Conflict, Invalid, NotAllowed, Stale
from journal.models import Event
from problem_reports.clocks import policies, rules
from teams import services as teams
from teams.models import BusinessCalendar, CalendarVersion
from teams.rules import Hours
from teams.services import calendars
from tests.cast import Cast
from tests.factories import ReportFactory
from tests.teams.made import HOURS


def edit(cast: Cast, **fields: Any) -> BusinessCalendar:
    said = {
        "name": "Office",
        "zone": "Europe/Brussels",
        "shifts": HOURS,
        "days_off": {},
        "by": cast.adam,
        "at": cast.now,
    }
    return teams.edit_calendar(cast.office.pk, **said | fields)


def set_up(cast: Cast, **fields: Any) -> BusinessCalendar:
    said = {
        "name": "Night",
        "zone": "UTC",
        "shifts": [Hours(0, time(22), time(6))],
        "days_off": {date(2026, 12, 25): "Christmas"},
        "by": cast.adam,
        "at": cast.now,
    }
    return teams.set_up_calendar(**said | fields)


def test_an_edit_counts_the_version_up_and_tells_the_whole_week(cast: Cast) -> None:
    office = edit(cast, days_off={date(2026, 12, 25): "Christmas"})
    assert office.version == 2
    told = Event.objects.get(name="calendar.edited").data
    assert told["shifts"][0] == "Monday 09:00-17:00"
    assert (told["days_off"], told["version"]) == (["2026-12-25"], 2)


def test_promises_made_after_the_edit_count_in_the_new_week(cast: Cast) -> None:
    before = ReportFactory(cast=cast).due_at
    always = [Hours(day, time(0), time(0)) for day in range(7)]
    edit(cast, shifts=always)
    cast.billing.refresh_from_db()
    report = ReportFactory(cast=cast)
    assert report.due_at - report.filed_at == timedelta(hours=8)
    assert before != report.due_at


def test_the_pure_calendar_of_the_old_version_is_not_taken_for_the_new_one(cast: Cast) -> None:
    old = policies.calendar(cast.office.pk, 1)
    office = edit(cast)
    new = policies.calendar(office.pk, office.version)
    assert len(old.shifts) == 10
    assert len(new.shifts) == 5


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"shifts": []}, "shifts"),
        ({"shifts": [Hours(0, time(9), time(12)), Hours(0, time(9), time(17))]}, "shifts"),
        ({"shifts": [Hours(7, time(9), time(12))]}, "shifts"),
        ({"zone": "Europe"}, "zone"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"name": "  "}, "name"),
        ({"country": "XX"}, "country"),
        ({"country": "be"}, "country"),
        ({"country": "BE", "subdivision": "NW"}, "subdivision"),
        ({"subdivision": "Flemish"}, "subdivision"),
    ],
)
def test_what_could_keep_no_promise_is_refused_by_field(
    cast: Cast, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        edit(cast, **wrong)
    assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid):
        set_up(cast, **wrong)
    cast.office.refresh_from_db()
    assert cast.office.version == 1
    assert cast.office.versions.get().shifts.count() == 10


@pytest.mark.parametrize("zone", ["Europe/Brussels", "UTC", "America/St_Johns", "Asia/Kathmandu"])
def test_whatever_is_accepted_the_clocks_can_use(cast: Cast, zone: str) -> None:
    office = edit(cast, zone=zone, shifts=[Hours(6, time(23), time(1))])
    pure = policies.calendar(office.pk, office.version)
    later = rules.add(pure, cast.now, timedelta(hours=5))
    assert rules.between(pure, cast.now, later) == timedelta(hours=5)


# Versions


def test_an_edit_leaves_the_version_before_as_it_was_and_both_can_be_counted_in(cast: Cast) -> None:
    first = policies.calendar(cast.office.pk, 1)
    edit(cast, zone="Asia/Tokyo", days_off={date(2026, 12, 25): "Christmas"})
    edit(cast, shifts=HOURS[:1])
    now, before = (policies.calendar(cast.office.pk, number) for number in (3, 2))
    assert policies.calendar(cast.office.pk, 1) == first
    assert (before.zone, before.days_off) == ("Asia/Tokyo", {date(2026, 12, 25): "Christmas"})
    assert (now.zone, now.days_off, len(now.shifts)) == ("Europe/Brussels", {}, 1)
    assert [v.published_by for v in cast.office.versions.order_by("number")] == [
        None,
        cast.adam,
        cast.adam,
    ]


def test_an_edit_that_leaves_everything_as_it_was_makes_no_version_and_no_event(cast: Cast) -> None:
    said = {"days_off": {date(2026, 12, 25): "Closed"}, "country": "BE", "subdivision": "Flemish"}
    assert edit(cast, **said).version == 2
    assert edit(cast, **said, name=" Office ", shifts=list(reversed(HOURS))).version == 2
    assert Event.objects.filter(name="calendar.edited").count() == 1
    assert edit(cast, **said | {"days_off": {date(2026, 12, 25): "Christmas"}}).version == 3
    assert edit(cast, **said | {"subdivision": ""}).version == 4


def test_another_name_is_told_and_needs_no_version(cast: Cast) -> None:
    edit(cast)
    office = edit(cast, name="Headquarters")
    assert (office.name, office.version) == ("Headquarters", 2)
    told = Event.objects.filter(name="calendar.edited").latest("pk").data
    assert (told["calendar"], told["version"]) == ("Headquarters", 2)


def test_a_version_that_was_taken_back_is_not_taken_for_the_next_of_its_number(cast: Cast) -> None:
    with transaction.atomic():
        edit(cast, shifts=HOURS[:1])
        assert len(policies.calendar(cast.office.pk, 2).shifts) == 1
        transaction.set_rollback(True)
    edit(cast, shifts=HOURS[:3])
    assert len(policies.calendar(cast.office.pk, 2).shifts) == 3


def test_a_version_that_is_kept_is_asked_for_once(
    cast: Cast, django_assert_num_queries: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        policies.calendar(cast.office.pk, 1)
    with django_assert_num_queries(0):
        policies.calendar(cast.office.pk, 1)


def test_a_version_that_is_none_is_not_there(cast: Cast) -> None:
    with pytest.raises(CalendarVersion.DoesNotExist):
        policies.calendar(cast.office.pk, 2)


# Public holidays


def test_public_holidays_are_days_off_with_their_names_for_two_years_back_and_ten_ahead(
    cast: Cast,
) -> None:
    office = edit(cast, country="BE")
    pure, year = policies.calendar(office.pk, office.version), cast.now.year
    armistice = [day.year for day, why in pure.days_off.items() if why == "Armistice Day"]
    assert armistice == list(range(year - 2, year + 11))
    day = next(d for n in range(1, 11) if (d := date(year + n, 11, 11)).weekday() < 5)
    morning = datetime.combine(day, time(8), ZoneInfo("Europe/Brussels"))
    found = rules.steps(pure, morning, morning + timedelta(hours=2))
    assert [step.why for step in found] == ["Armistice Day"]


def test_a_part_of_a_country_keeps_its_own_holidays_too(cast: Cast) -> None:
    calendars = [
        policies.calendar(made.pk, 1)
        for made in (
            set_up(cast, name="Berlin", country="DE", subdivision="BE"),
            set_up(cast, name="Munich", country="DE", subdivision="BY"),
        )
    ]
    epiphany = [date(cast.now.year, 1, 6) in pure.days_off for pure in calendars]
    assert epiphany == [False, True]


def test_a_day_that_is_a_holiday_and_the_teams_own_goes_by_the_teams_words(cast: Cast) -> None:
    day = date(cast.now.year, 11, 11)
    office = edit(cast, country="BE", days_off={day: "We march"})
    row = office.versions.get(number=2).days_off.get(day=day)
    assert (row.why, row.public) == ("We march", False)
    assert edit(cast, country="", days_off={day: "We march"}).version == 3
    assert policies.calendar(office.pk, 3).days_off == {day: "We march"}


def test_the_journal_says_whose_holidays_and_keeps_the_teams_own_days(cast: Cast) -> None:
    edit(cast, country="PT", subdivision="13", days_off={date(2026, 12, 24): ""})
    told = Event.objects.get(name="calendar.edited").data
    assert (told["country"], told["subdivision"]) == ("PT", "13")
    assert told["days_off"] == ["2026-12-24"]
    set_up(cast, country="BE")
    assert Event.objects.get(name="calendar.set_up").data["country"] == "BE"


def test_another_edition_of_the_library_does_not_change_what_was_published(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = edit(cast, country="BE")
    before = dict(policies.calendar(office.pk, 2).days_off)
    new_day = {date(cast.now.year + 1, 2, 3): "Day of the Fries"}
    monkeypatch.setattr(calendars, "public_holidays", lambda *asked: new_day)
    policies._pure.cache_clear()
    assert policies.calendar(office.pk, 2).days_off == before
    # Kept once more, it is a new version: not everything is as it was.
    assert edit(cast, country="BE").version == 3
    assert policies.calendar(office.pk, 3).days_off == new_day


# Who


def test_an_admin_of_any_team_that_uses_it_edits_it(cast: Cast) -> None:
    cast.office.teams.exclude(pk=cast.partners.pk).update(calendar=set_up(cast))
    with pytest.raises(NotAllowed, match="a team that works by Office"):
        edit(cast)
    cast.partners.memberships.create(person=cast.adam, role="admin")
    assert edit(cast).version == 2


def test_one_that_nobody_uses_is_every_admins(cast: Cast) -> None:
    night = set_up(cast)
    assert (
        teams.edit_calendar(
            night.pk,
            name="Nights",
            zone="UTC",
            shifts=HOURS,
            days_off={},
            by=cast.adam,
            at=cast.now,
        ).name
        == "Nights"
    )


@pytest.mark.parametrize("who", ["rhea", "pia", "lena", "stranger"])
def test_who_is_no_admin_neither_edits_nor_sets_up(cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    with pytest.raises(NotAllowed):
        edit(cast, by=person)
    with pytest.raises(NotAllowed):
        set_up(cast, by=person)


def test_an_edit_of_an_older_version_is_refused(cast: Cast) -> None:
    edit(cast, version=1)
    with pytest.raises(Stale):
        edit(cast, version=1)


def test_a_name_that_is_taken_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict, match="There already is a calendar called OFFICE"):
        set_up(cast, name="OFFICE")
    set_up(cast)
    with pytest.raises(Conflict):
        edit(cast, name="night")


def test_a_team_chooses_another_calendar_and_the_journal_keeps_the_old_name(cast: Cast) -> None:
    night = set_up(cast)
    for _ in range(2):
        teams.choose_calendar(cast.billing.pk, calendar=night, by=cast.adam, at=cast.now)
    cast.billing.refresh_from_db()
    assert cast.billing.calendar == night
    told = Event.objects.get(name="team.calendar_chosen")
    assert told.data == {"calendar": "Night", "was": "Office"}


def test_choosing_is_the_matter_of_the_teams_admin(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Only an admin of Billing"):
        teams.choose_calendar(cast.billing.pk, calendar=set_up(cast), by=cast.rhea, at=cast.now)
