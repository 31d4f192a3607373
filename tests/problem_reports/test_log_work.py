"""Hours on a report: two clicks, drawn from the sprint that runs, and never read by who filed it (SPR-10, PR-3)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from foundation.errors import Conflict, Invalid
from problem_reports import services
from problem_reports.clocks.models import Timer
from problem_reports.models import ProblemReport
from sprints import services as sprints
from sprints.models import ReserveEntry, WorkLog
from tests.bugs.test_inject import reserve
from tests.cast import Cast, today_there
from tests.factories import a_report, a_running_sprint


def log(cast: Cast, report: ProblemReport, hours: str, on: date | None = None, **told: Any) -> None:
    services.log_work(report.pk, hours=Decimal(hours), on=on, by=cast.otto, at=clock.now(), **told)


def test_hours_on_a_report_draw_on_the_running_sprint_and_the_report_has_none(cast: Cast) -> None:
    sprint, report = a_running_sprint(cast), a_report(cast, "investigating")
    log(cast, report, "6", note="Read the logs")
    assert reserve(sprint)["spent"] == 1, "a point is six hours"
    work = WorkLog.objects.get(report=report.pk)
    assert (work.kind, work.unplanned, work.area_id) == ("report", True, report.product_area_id)
    assert ReserveEntry.objects.get(work=work).sprint == sprint
    assert not hasattr(report, "sprint")


def test_hours_wait_for_a_sprint_when_none_runs(cast: Cast) -> None:
    report = a_report(cast, "closed")
    log(cast, report, "6")
    assert reserve(a_running_sprint(cast))["spent"] == 1


def test_hours_move_no_clock_and_change_no_state(cast: Cast) -> None:
    report = a_report(cast, "waiting")
    before = list(Timer.objects.order_by("pk").values())
    log(cast, report, "2")
    assert list(Timer.objects.order_by("pk").values()) == before
    assert ProblemReport.objects.get(pk=report.pk).state == "waiting"


@pytest.mark.parametrize(
    ("hours", "days", "field", "words"),
    [
        ("0", 0, "hours", "hours of one day"),
        ("24.5", 0, "hours", "hours of one day"),
        ("1", 2, "on", "That day has not come yet."),
    ],
)
def test_hours_that_no_day_has_are_refused(
    cast: Cast, hours: str, days: int, field: str, words: str
) -> None:
    report = a_report(cast, "investigating")
    with pytest.raises(Invalid) as refused:
        log(cast, report, hours, on=today_there() + timedelta(days=days))
    assert words in str(refused.value.fields[field])
    assert not WorkLog.objects.exists()


def test_who_filed_it_never_reads_the_hours(cast: Cast, client: Client) -> None:
    report = a_report(cast, "investigating")
    log(cast, report, "2", note="The rounding table again")
    client.force_login(cast.lena)
    outside = client.get(f"/problem-reports/{report.reference}/").content.decode()
    assert "rounding table" not in outside
    assert "logged" not in outside
    assert "Log work" not in outside
    client.force_login(cast.ines)
    inside = client.get(f"/problem-reports/{report.reference}/").content.decode()
    assert "logged 2 h" in inside
    assert "The rounding table again" in inside


def test_one_click_logs_half_an_hour(cast: Cast, client: Client) -> None:
    report = a_report(cast, "investigating")
    client.force_login(cast.otto)
    page = client.get(f"/problem-reports/{report.reference}/").content.decode()
    assert 'name="hours" value="0.5"' in page
    sent = client.post(
        f"/problem-reports/{report.reference}/log-work/", {"hours": "0.5"}, follow=True
    )
    assert f"0.5 h on {report.reference} are kept." in sent.content.decode()
    assert WorkLog.objects.get().hours == Decimal("0.5")


def test_a_refused_form_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    report = a_report(cast, "investigating")
    client.force_login(cast.otto)
    url = f"/problem-reports/{report.reference}/log-work/"
    wrong = client.post(url, {"hours": "1", "on": "2199-01-01", "note": "Read the logs"})
    assert wrong.status_code == 400
    page = wrong.content.decode()
    assert "That day has not come yet." in page
    assert 'value="Read the logs"' in page


def test_a_report_that_was_routed_in_this_moment_is_refused_in_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = a_report(cast, "investigating")
    lock = sprints.lock_running

    def routed_meanwhile(team: int) -> Any:
        found = lock(team)
        ProblemReport.objects.filter(pk=report.pk).update(team=cast.platform)
        return found

    monkeypatch.setattr(sprints, "lock_running", routed_meanwhile)
    with pytest.raises(Conflict) as refused:
        services.log_work(report.pk, hours=Decimal(1), by=cast.adam, at=clock.now())
    assert "It went to Platform in this moment" in str(refused.value)
    assert not WorkLog.objects.exists()
