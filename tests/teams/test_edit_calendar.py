"""Calendars: never without open hours, never in a zone that is none, edited by who uses them."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from foundation.errors import Conflict, Invalid, NotAllowed, Stale
from journal.models import Event
from problem_reports.clocks import policies, rules
from teams import services as teams
from teams.models import BusinessCalendar
from teams.rules import Hours
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
    assert cast.office.shifts.count() == 10


@pytest.mark.parametrize("zone", ["Europe/Brussels", "UTC", "America/St_Johns", "Asia/Kathmandu"])
def test_whatever_is_accepted_the_clocks_can_use(cast: Cast, zone: str) -> None:
    office = edit(cast, zone=zone, shifts=[Hours(6, time(23), time(1))])
    pure = policies.calendar(office.pk, office.version)
    later = rules.add(pure, cast.now, timedelta(hours=5))
    assert rules.between(pure, cast.now, later) == timedelta(hours=5)


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
