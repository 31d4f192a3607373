"""The watchdog: when clocks stand still everybody is told, with the reason, and it clears by itself (SLA-7)."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from channels.models import Heartbeat, Mail, Outage
from channels.services import TIMERS, beat, fan_out
from foundation import clock
from journal.models import Event
from problem_reports.clocks import sweep
from problem_reports.models import Timer
from tests.cast import Cast
from tests.factories import a_report

MINUTE = timedelta(minutes=1)
STANDS = "Clocks have stood still since"


def signed_in(person: Any) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def stood_still(since: timedelta) -> None:
    """The last sweep was so long ago."""
    Heartbeat.objects.update_or_create(name=TIMERS, defaults={"at": clock.now() - since})


def test_clocks_that_never_ran_are_no_health(db: None) -> None:
    answer = Client().get("/health/timers")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["Timers have never been swept."]
    assert answer["Retry-After"]


def test_it_is_red_after_a_minute_without_a_sweep_and_green_with_the_next(db: None) -> None:
    stood_still(50 * timedelta(seconds=1))
    assert Client().get("/health/timers").status_code == 200
    stood_still(3 * MINUTE)
    answer = Client().get("/health/timers")
    assert (answer.status_code, answer.json()["reasons"]) == (
        503,
        ["Timers were last swept 3 min ago."],
    )
    assert Client().get("/health/").json()["timers"] == "standing still"
    assert Client().get("/health/").status_code == 200
    beat(TIMERS)
    assert Client().get("/health/timers").json()["status"] == "ok"


def test_a_late_timer_and_an_event_that_waits_are_reasons_too(cast: Cast) -> None:
    beat(TIMERS)
    report = a_report(cast)
    past = clock.now() - 2 * MINUTE
    Timer.objects.filter(report=report, kind="first_response").update(warn_at=past, next_at=past)
    assert Client().get("/health/timers").json()["reasons"] == [
        "The oldest timer is late by 2 min."
    ]
    sweep.sweep()
    assert Client().get("/health/timers").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE journal_event SET at = at - interval '6 minutes',"
            " recorded_at = recorded_at - interval '6 minutes'"
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert Client().get("/health/timers").json()["reasons"] == [
        "An event has waited 6 min for its notices to be written."
    ]
    fan_out()
    assert Client().get("/health/timers").status_code == 200


def test_a_mail_that_nobody_tries_is_a_reason_until_it_leaves_or_is_given_up(
    cast: Cast,
) -> None:
    beat(TIMERS)
    due = clock.now() - 6 * MINUTE
    mail = Mail.objects.create(
        key="x", person=cast.lena, kind="single", most_attempts=1, due_at=due, next_at=due
    )
    alarm = Client().get("/health/timers")
    assert (alarm.status_code, alarm.json()["reasons"]) == (
        503,
        ["A mail ought to have been tried 6 min ago."],
    )
    Mail.objects.filter(pk=mail.pk).update(state="dead", attempts=1, last_error="No such box")
    answer = Client().get("/health/timers")
    assert (answer.status_code, answer.json()["dead_letters"]) == (200, 1)


def test_a_mail_that_its_server_puts_off_for_hours_is_no_alarm_and_is_counted(cast: Cast) -> None:
    beat(TIMERS)
    now = clock.now()
    Mail.objects.create(
        key="x",
        person=cast.lena,
        kind="single",
        attempts=9,
        most_attempts=15,
        due_at=now - 240 * MINUTE,
        next_at=now + 20 * MINUTE,
        last_error="451 Greylisted, please come back later",
    )
    answer = Client().get("/health/timers")
    assert (answer.status_code, answer.json()["mails_put_off"]) == (200, 1)
    browser = signed_in(cast.adam)
    assert "nothing waits, 1 mail tried again" in browser.get("/clocks/").content.decode()
    assert "Greylisted" in browser.get("/deliveries/?show=failing").content.decode()
    Mail.objects.update(next_at=now - 6 * MINUTE)  # its turn came, and nobody took it
    assert Client().get("/health/timers").status_code == 503


def test_several_reasons_are_told_together(cast: Cast) -> None:
    stood_still(3 * MINUTE)
    past = clock.now() - 2 * MINUTE
    Timer.objects.filter(report=a_report(cast), kind="first_response").update(
        warn_at=past, next_at=past
    )
    assert len(Client().get("/health/timers").json()["reasons"]) == 2


def test_a_timer_that_is_paused_or_told_to_the_end_is_never_late(cast: Cast) -> None:
    beat(TIMERS)
    Timer.objects.filter(report=a_report(cast)).update(next_at=None)
    assert Client().get("/health/timers").json()["timers_due"] == 0


def test_with_the_database_gone_the_alarm_says_so_without_a_traceback() -> None:
    with patch("django.db.connection.cursor", side_effect=OperationalError("gone")):
        answer = Client().get("/health/timers")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The database does not answer."]
    assert answer["Retry-After"]


def test_what_arrives_on_an_open_desk_goes_into_a_place_of_its_own_and_once(cast: Cast) -> None:
    """The place is filled, not replaced: a screen reader hears it, and again only when it changes."""
    rhea = signed_in(cast.rhea)
    stood_still(5 * MINUTE)
    page = rhea.get("/desk/").text
    assert 'id="strips" role="status" data-drawn' in page
    live = page.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    a_report(cast)
    assert 'id="strips"' not in rhea.get(live).text
    beat(TIMERS)
    told = rhea.get(live).text
    assert '<div id="strips" hx-swap-oob="innerHTML">' in told
    assert 'id="strips" role="status">' in rhea.get("/desk/").text


def test_an_act_in_the_pane_tells_of_clocks_as_well(cast: Cast) -> None:
    """Its answer brings the newest stamp, after which the poll would not tell any more."""
    report, rhea = a_report(cast), signed_in(cast.rhea)
    stood_still(5 * MINUTE)
    in_pane = {"HX-Request": "true", "HX-Target": "pane"}
    act, then = f"/problem-reports/{report.reference}/assign/", f"/desk/?done={report.reference}"
    form = {"assignee": "ines", "then": then}
    assert STANDS in rhea.post(act, form, headers=in_pane, follow=True).text


def test_every_page_says_that_clocks_stand_still_and_an_open_desk_hears_that_they_run_again(
    cast: Cast,
) -> None:
    rhea = signed_in(cast.rhea)
    beat(TIMERS)
    page = rhea.get("/desk/").text
    assert STANDS not in page
    stood_still(5 * MINUTE)
    for address in ("/desk/", "/desk/mine/", "/problem-reports/", "/sprints/"):
        assert STANDS in rhea.get(address).text
    live = page.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    changed = rhea.get(live)
    assert (changed.status_code, STANDS in changed.text) == (200, True)
    later = changed.text.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert rhea.get(later).status_code == 204
    beat(TIMERS)
    assert "Clocks run again." in rhea.get(later).text


def test_an_outage_is_kept_and_what_was_told_late_is_listed_under_it(cast: Cast) -> None:
    report = a_report(cast)
    stood_still(20 * MINUTE)
    past = clock.now() - 15 * MINUTE
    moments = {"warn_at": past, "due_at": past, "next_at": past}
    Timer.objects.filter(report=report, kind="first_response").update(**moments)
    assert sweep.sweep() == 1
    beat(TIMERS)
    beat(TIMERS)
    outage = Outage.objects.get()
    assert outage.until - outage.since >= 20 * MINUTE
    page = signed_in(cast.rhea).get("/clocks/").text
    assert report.reference in page
    assert "late by 15 min" in page
    assert "Clocks run." in page


def test_the_page_lists_only_what_its_reader_may_see(cast: Cast) -> None:
    report = a_report(cast)
    past = clock.now() - 15 * MINUTE
    moments = {"warn_at": past, "due_at": past, "next_at": past}
    Timer.objects.filter(report=report, kind="first_response").update(**moments)
    sweep.sweep()
    assert Event.objects.filter(name="problem_report.breached").count() == 1
    assert report.reference in signed_in(cast.ines).get("/clocks/").text
    assert report.reference not in signed_in(cast.sami).get("/clocks/").text


def test_metrics_ask_for_their_token(db: None, settings: Any) -> None:
    assert Client().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "of-a-test"
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.parametrize("due", [0, 2])
def test_metrics_say_what_is_due(cast: Cast, settings: Any, due: int) -> None:
    settings.METRICS_TOKEN = "of-a-test"
    beat(TIMERS)
    past = clock.now() - 2 * MINUTE
    for _ in range(due):
        rows = Timer.objects.filter(report=a_report(cast), kind="first_response")
        rows.update(warn_at=past, next_at=past)
    text = Client().get("/metrics", headers={"Authorization": "Bearer of-a-test"}).text
    told = {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.labels
    }
    assert told["firebreak_timers_due"] == due
    assert (told["firebreak_oldest_timer_seconds"] >= 120) == bool(due)
    assert told["firebreak_last_sweep_seconds"] < 60
