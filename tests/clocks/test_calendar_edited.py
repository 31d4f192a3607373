"""A team's hours change: open promises move in the same act, what was told and what is closed stays (SLA-2, SLA-3).

Acts are of now, because people edit calendars; reports were filed a while ago, as a demonstration tells it.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from foundation import clock
from journal.models import Event
from problem_reports import services
from problem_reports.models import ProblemReport, Timer
from teams import services as teams
from teams.models import BusinessCalendar
from teams.rules import Hours
from teams.services.calendars import Week, lay_out
from tests.cast import Cast
from tests.clocks.test_explained import TOLD, filed, local, then
from tests.factories import a_report
from tests.pages.conftest import sign_in
from tests.problem_reports.acts import perform

__all__ = ["sign_in", "then"]
DAY = timedelta(days=1)
OFFICE = [
    Hours(day, starts, ends)
    for day in range(5)
    for starts, ends in ((time(9), time(12, 30)), (time(13, 30), time(18)))
]
EVERY_DAY = [Hours(day, time(0), time(0)) for day in range(7)]
BRUSSELS = ZoneInfo("Europe/Brussels")


def edit(cast: Cast, **fields: Any) -> BusinessCalendar:
    said = {
        "name": "Office",
        "zone": "Europe/Brussels",
        "shifts": OFFICE,
        "days_off": {date(2025, 3, 6): "Carnival"},
        "by": cast.adam,
        "at": local("03-10 12:00"),
        "source": "demo",
    }
    return teams.edit_calendar(cast.office.pk, **said | fields)


def live(report: ProblemReport, kind: str = "first_response") -> Timer:
    return Timer.objects.exclude(state="superseded").get(report=report, kind=kind)


def off(*days: str) -> dict[date, str]:
    given = {date.fromisoformat(f"2025-{day}"): "Snow" for day in days}
    return {date(2025, 3, 6): "Carnival", **given}


def test_a_day_off_moves_open_deadlines_by_a_day_of_work(then: Cast) -> None:
    report = filed(then, "P2", "03-10 11:00")
    assert live(report).due_at == local("03-11 11:00")
    edit(then, days_off=off("03-11"))
    moved = live(report)
    assert (moved.due_at, moved.started_at) == (local("03-12 11:00"), local("03-10 11:00"))
    assert (moved.epoch, moved.armed_because, moved.calendar_number) == (2, "calendar", 2)
    assert live(report, "classification").due_at == local("03-18 11:00")
    assert ProblemReport.objects.get(pk=report.pk).due_at == local("03-12 11:00")


def test_a_day_off_today_moves_open_deadlines_by_a_day(cast: Cast) -> None:
    """The whole day, in a calendar that is open around the clock: by exactly 24 hours less what had passed."""
    edit(cast, shifts=EVERY_DAY, days_off={}, at=clock.now(), source="web")
    cast.billing.calendar.refresh_from_db()
    report = a_report(cast)
    before = live(report).due_at
    today = clock.now().astimezone(BRUSSELS).date()
    holiday = {today: "Snow", today + DAY: "Snow"}
    edit(cast, shifts=EVERY_DAY, days_off=holiday, at=clock.now(), source="web")
    reopens = datetime.combine(today + 2 * DAY, time(0), BRUSSELS)
    assert live(report).due_at == reopens + (before - report.filed_at)
    assert live(report).next_at == live(report).warn_at


def test_what_was_told_to_be_late_stays_late_and_what_was_kept_stays_kept(then: Cast) -> None:
    late, kept = filed(then, "P1", "03-07 09:00"), filed(then, "P1", "03-10 09:00")
    act = {"by": then.rhea, "at": local("03-10 10:00"), **TOLD}
    services.respond(kept.pk, message="We look.", **act)
    edit(then, days_off=off("03-07", "03-10"))
    for report, state, due in ((late, "breached", "03-07 14:00"), (kept, "met", "03-10 14:00")):
        timer = live(report)
        assert (timer.epoch, timer.state, timer.due_at) == (1, state, local(due))
    assert Event.objects.filter(name="problem_report.breached", subject=late.pk).count() == 1


def test_a_closed_report_stays_as_it_was(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("classify", then, report, at=local("03-10 10:00"), **TOLD)
    before = list(Timer.objects.filter(report=report).order_by("pk").values())
    edit(then, days_off=off("03-10", "03-11"))
    assert list(Timer.objects.filter(report=report).order_by("pk").values()) == before


def test_a_clock_around_the_clock_does_not_move(then: Cast) -> None:
    report = filed(then, "P0", "03-10 11:30")
    edit(then, days_off=off("03-10"))
    assert live(report).epoch == 1


def test_another_name_moves_nothing(then: Cast) -> None:
    edit(then)
    report = filed(then, "P2", "03-10 11:00")
    edit(then, name="Bureau")
    assert live(report).epoch == 1
    assert ProblemReport.objects.get(pk=report.pk).version == report.version


def test_every_team_that_works_by_the_calendar_moves_and_no_other(then: Cast) -> None:
    week = Week("Europe/Brussels", OFFICE)
    then.platform.calendar = lay_out("Platform's own", week, at=then.now)
    then.platform.save()
    ours = filed(then, "P2", "03-10 11:00")
    theirs = filed(then, "P2", "03-10 11:00")
    services.route(
        theirs.pk, product_area=then.login, by=then.rhea, at=local("03-10 11:10"), **TOLD
    )
    edit(then, days_off=off("03-11"))
    assert live(ours).due_at == local("03-12 11:00")
    assert live(theirs).due_at == local("03-11 11:00")


def test_a_paused_clock_moves_too_and_goes_on_by_the_new_hours(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("snooze", then, report, at=local("03-10 11:00"), **TOLD)
    edit(then, days_off=off("03-11"))
    timer = live(report, "classification")
    assert (timer.epoch, timer.paused_since) == (2, local("03-10 11:00"))
    perform("wake", then, report, at=local("03-10 14:00"), **TOLD)
    # Two hours and the pause on Monday, four hours after it, Tuesday off, then ten hours more.
    assert live(report, "classification").due_at == local("03-13 11:00")


def test_a_team_that_chooses_another_calendar_is_promised_by_its_hours(then: Cast) -> None:
    always = lay_out("Always", Week("UTC", EVERY_DAY), at=then.now)
    report = filed(then, "P2", "03-10 11:00")
    act = {"by": then.adam, "at": local("03-10 12:00"), "source": "demo"}
    teams.choose_calendar(then.billing.pk, calendar=always, **act)
    timer = live(report)
    assert (timer.due_at, timer.calendar) == (local("03-10 19:00"), always)
    assert timer.armed_because == "calendar"


def test_an_edit_that_is_taken_back_moves_nothing(then: Cast) -> None:
    report = filed(then, "P2", "03-10 11:00")
    with transaction.atomic():
        edit(then, days_off=off("03-11"))
        transaction.set_rollback(True)
    assert live(report).epoch == 1
    edit(then, days_off=off("03-12"))
    assert live(report).due_at == local("03-11 11:00")


def test_the_reporter_reads_that_the_calendar_moved_it(then: Cast, sign_in: Any) -> None:
    report = filed(then, "P2", "03-10 11:00")
    edit(then, days_off=off("03-11"))
    lena = sign_in(then.lena)
    page = lena.get(f"/problem-reports/{report.reference}/").text
    assert "was Tue 11 Mar 2025 11:00, until the business calendar changed" in page
    explained = lena.get(f"/problem-reports/{report.reference}/clocks/").text
    assert "Since Mon 10 Mar 12:00 the hours of Office, version 2, count." in explained
    assert "<td>Snow</td>" in explained
