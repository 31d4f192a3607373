"""The page of the clocks: whether they run, and what was told late, outage by outage."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Heartbeat, Mail, Outage
from channels.services import TIMERS, beat
from foundation import clock
from oncall.models import Duty
from problem_reports.clocks import sweep
from problem_reports.models import ProblemReport, Timer
from problem_reports.querysets import told_late, viewer
from teams.models import Person
from tests import budgets
from tests.cast import Cast
from tests.factories import a_report
from tests.pages.conftest import SignIn

CLOCKS = "/clocks/"
MINUTE = timedelta(minutes=1)


def missed(report: ProblemReport, minutes: int, stage: str = "due_at") -> None:
    """The first answer of this report was due, or to be warned of, so long ago; nobody was told yet."""
    past = clock.now() - minutes * MINUTE
    later = clock.now() + 99 * MINUTE
    moments = {"warn_at": past, "due_at": past if stage == "due_at" else later}
    rows = Timer.objects.filter(report=report, kind="first_response")
    rows.update(**moments, escalate_at=later, next_at=past)


def stood_still(minutes: int) -> None:
    at = clock.now() - minutes * MINUTE
    Heartbeat.objects.update_or_create(name=TIMERS, defaults={"at": at})


def swept() -> None:
    sweep.sweep()
    beat(TIMERS)


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def references(page: str) -> list[str]:
    return re.findall(r'class="ref" href="[^"]+">(PR-\d+)<', page)


def test_with_nothing_late_it_says_so(cast: Cast, sign_in: SignIn) -> None:
    swept()
    words = words_of(sign_in(cast.rhea).get(CLOCKS).text)
    assert "Clocks run. Every promise is watched" in words
    assert "Nothing was told late" in words
    assert "Last look a moment ago" in words
    assert "Due now nothing" in words


def test_while_clocks_stand_still_it_says_since_when_and_what_waits(
    cast: Cast, sign_in: SignIn
) -> None:
    cast.rhea.zone = "UTC"
    cast.rhea.save(update_fields=["zone"])
    stood_still(20)
    missed(a_report(cast), 15)
    words = words_of(sign_in(cast.rhea).get(CLOCKS).text)
    assert re.search(
        r"Clocks have stood still since (yesterday )?\d\d:\d\d\. Nothing is lost", words
    )
    assert "Due now 1 timer, the oldest late by 15 min" in words


def test_before_the_first_sweep_it_says_that_no_clock_has_run(cast: Cast, sign_in: SignIn) -> None:
    words = words_of(sign_in(cast.rhea).get(CLOCKS).text)
    assert "No clock has run yet." in words
    assert "Last look never" in words


def test_what_an_outage_held_up_stands_under_it_and_is_counted(cast: Cast, sign_in: SignIn) -> None:
    stood_still(20)
    held = [a_report(cast), a_report(cast)]
    for report in held:
        missed(report, 15)
    swept()
    words = words_of(sign_in(cast.rhea).get(CLOCKS).text)
    assert re.search(r"Clocks stood still [\w :]*\d\d:\d\d\W[\w :]*2 things were told late", words)
    assert "late by 15 min" in words
    assert "First answer: missed" in words
    assert "While clocks ran" not in words


def test_what_was_late_with_clocks_running_is_not_blamed_on_an_outage(
    cast: Cast, sign_in: SignIn
) -> None:
    beat(TIMERS)
    missed(a_report(cast), 5)
    swept()
    words = words_of(sign_in(cast.rhea).get(CLOCKS).text)
    assert "While clocks ran" in words
    assert "stood still" not in words


def test_what_was_told_within_the_minute_is_not_listed(cast: Cast, sign_in: SignIn) -> None:
    missed(a_report(cast), 0)
    swept()
    assert references(sign_in(cast.rhea).get(CLOCKS).text) == []


def test_an_outage_in_which_nothing_came_due_is_told_too(cast: Cast, sign_in: SignIn) -> None:
    stood_still(20)
    swept()
    words = words_of(sign_in(cast.rhea).get(CLOCKS).text)
    assert "nothing that you see was told late" in words


def test_two_outages_each_have_their_own(cast: Cast, sign_in: SignIn) -> None:
    first, second, now = a_report(cast), a_report(cast), clock.now()
    seconds = timedelta(seconds=1)
    for report, since, told, until in ((first, 600, 50, 45), (second, 44, 20, 10)):
        missed(report, 5)
        assert sweep.sweep(at=now - told * seconds) == 1
        stretch = {"since": now - since * seconds, "until": now - until * seconds}
        Outage.objects.create(name=TIMERS, **stretch)
    page = sign_in(cast.rhea).get(CLOCKS).text
    assert references(page) == [second.reference, first.reference]
    assert page.count("1 thing was told late") == 2


def test_warnings_are_the_teams_and_a_missed_promise_is_everybodys_who_sees_the_report(
    cast: Cast, sign_in: SignIn
) -> None:
    report = a_report(cast)
    missed(report, 15, stage="warn_at")
    swept()
    assert references(sign_in(cast.ines).get(CLOCKS).text) == [report.reference]
    assert references(sign_in(cast.lena).get(CLOCKS).text) == []
    missed(report, 15)
    swept()
    assert references(sign_in(cast.lena).get(CLOCKS).text) == [report.reference]
    for name in ("paul", "sami", "stranger"):
        assert references(sign_in(cast.everybody[name]).get(CLOCKS).text) == []


def test_every_page_holds_the_next_older_ones_and_none_is_lost(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.clocks.PAGE", 2)
    stood_still(20)
    made = [a_report(cast).reference for _ in range(5)]
    for report in ProblemReport.objects.all():
        missed(report, 15)
    swept()  # all at one moment: the key decides their order
    rhea, seen, address, heads = sign_in(cast.rhea), [], CLOCKS, 0
    while address:
        page = rhea.get(address).text
        seen += references(page)
        heads += page.count("5 things were told late")
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1] if further else ""
    assert sorted(seen) == sorted(made)
    assert heads == 3


@pytest.mark.parametrize("after", ["0", "-1", "x", "9" * 30, "²", "999999999"])
def test_a_place_that_makes_no_sense_shows_the_newest(
    cast: Cast, sign_in: SignIn, after: str
) -> None:
    missed(report := a_report(cast), 5)
    swept()
    answer = sign_in(cast.rhea).get(CLOCKS, {"after": after})
    assert (answer.status_code, references(answer.text)) == (200, [report.reference])


def test_dead_letters_lead_an_admin_to_them(cast: Cast, sign_in: SignIn) -> None:
    Mail.objects.create(
        key="x", person=cast.lena, kind="single", state="dead", attempts=1, most_attempts=1,
        last_error="No such box", due_at=cast.now, next_at=cast.now,
    )  # fmt: skip
    assert '<a href="/deliveries/">1 mail given up</a>' in sign_in(cast.adam).get(CLOCKS).text
    page = sign_in(cast.ines).get(CLOCKS).text
    assert "1 mail given up" in page
    assert "/deliveries/" not in page


@pytest.mark.parametrize(("name", "shown"), [("rhea", True), ("adam", True), ("lena", False)])
def test_people_of_delivery_teams_find_it_in_their_menu(
    cast: Cast, sign_in: SignIn, name: str, shown: bool
) -> None:
    beat(TIMERS)
    page = sign_in(cast.everybody[name]).get("/problem-reports/").text
    assert (f'href="{CLOCKS}"' in page) is shown


def test_it_asks_no_more_with_forty_rows_than_with_twenty(cast: Cast, sign_in: SignIn) -> None:
    rhea = sign_in(cast.rhea)

    def grow() -> None:
        stood_still(10)
        missed(a_report(cast), 5)
        swept()

    budgets.holds("page clocks", lambda: rhea.get(CLOCKS), grow=grow)


def plan_of(person: Person, at: datetime) -> str:
    """How the database reads the newest, when it may not read whole tables."""
    rows = told_late(viewer(person, at))[:51]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_what_was_told_late_is_found_by_its_own_index(cast: Cast) -> None:
    Duty.objects.filter(person=cast.rhea).delete()
    assert "event_told_late" in plan_of(cast.rhea, clock.now())


def test_the_first_of_many_beats_after_a_silence_records_it_once(cast: Cast) -> None:
    stood_still(10)
    for _ in range(3):
        beat(TIMERS)
    outage = Outage.objects.get()
    assert outage.until - outage.since >= 10 * MINUTE
    assert Heartbeat.objects.get(name=TIMERS).at >= outage.until


def test_the_alarm_costs_one_query_and_knows_no_person(cast: Cast) -> None:
    beat(TIMERS)
    Client().get("/health/timers")  # prepares the statement
    with CaptureQueriesContext(connection) as asked:
        assert Client().get("/health/timers").status_code == 200
    assert len(asked) == 1
