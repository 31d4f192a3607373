"""A log comes in: reports, history, bugs, people; again, longer, and beside what people did since."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from bugs import services as bugs
from bugs.models import Bug
from bugs.querysets import awaiting_schedule
from channels.models import Notice
from foundation import clock
from journal.models import Event, Pending
from problem_reports import services as reports
from problem_reports.clocks.models import Timer, TimerKind, TimerState
from problem_reports.event_log.mapping import load
from problem_reports.event_log.translating import read
from problem_reports.event_log.writing import import_log
from problem_reports.models import Affected, Classification, Customer, ImportedFrom, ProblemReport
from problem_reports.querysets import history, to_be_investigated
from teams.lifecycle import Role, TeamKind
from teams.models import (
    BusinessCalendar,
    CalendarVersion,
    Membership,
    Person,
    ProductArea,
    Team,
)
from teams.rules import Hours
from teams.services.calendars import Week, lay_out
from tests.event_log.conftest import Import
from tests.event_log.lookalike import (
    ASSIGN,
    CLOSED,
    CREATE,
    FIXED,
    RESOLVE,
    START,
    TAKE,
    WAIT,
    case,
    many,
    row,
    write,
)

LOG = [
    *case("Case 1", ASSIGN, TAKE, RESOLVE, CLOSED),
    *case("Case 2", ASSIGN, TAKE, CREATE, CREATE, RESOLVE, CLOSED, resource="Value 2"),
    *case("Case 3", ASSIGN, TAKE, WAIT),
    *case("Case 4", ASSIGN, seriousness="Value 4"),
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "log.csv.gz", LOG)


def of(name: str) -> ProblemReport:
    """The report that a case became."""
    return ProblemReport.objects.get(pk=ImportedFrom.objects.filter(case=name).values("report")[:1])


def told(report: ProblemReport) -> list[str]:
    rows = ImportedFrom.objects.filter(report=report).order_by("nth")
    return list(rows.values_list("event__name", flat=True))


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the house, so that “the same rows” means the same rows."""
    house = ("teams", "journal", "channels", "bugs", "problem_reports")
    models = [m for m in apps.get_models() if m._meta.app_label in house]
    return {m.__name__: sorted(m._base_manager.values_list(), key=str) for m in models}


def gist() -> dict[str, Any]:
    """What came of each case, without keys and versions."""
    found: dict[str, Any] = {}
    for name, key in ImportedFrom.objects.filter(nth=1).values_list("case", "report"):
        r = ProblemReport.objects.select_related("living", "product_area").get(pk=key)
        judged = r.classifications.order_by("number")
        rows = ImportedFrom.objects.filter(case=name).select_related("event").order_by("nth")
        found[name] = (
            (r.title, r.description, r.state, r.left, r.priority, r.stated_priority),
            (r.product_area.name, r.closed_at, r.prioritised_at, r.due_at, r.filed_at),
            r.living.number if r.living else None,
            list(judged.values_list("number", "outcome", "cause", "by__username", "at")),
            list(
                Bug.objects.filter(opened_by__in=judged.values("pk")).values_list(
                    "state", "priority", "title", "fixed_by__username", "fixed_at", "verified_at"
                )
            ),
            sorted(r.affected.values_list("customer__name", "joined_at")),
            [
                (o.nth, o.event.name, o.event.at, o.event.by.username, sorted(o.event.data))
                for o in rows
            ],
        )
    return found


def a_team(*, slug: str, kind: str = TeamKind.DELIVERY) -> Team:
    week = Week("Europe/Rome", [Hours(0, time(9), time(17))])
    calendar = lay_out("Here", week, at=clock.now())
    return Team.objects.create(slug=slug, name="Our team", kind=kind, calendar=calendar)


# --- What comes ------------------------------------------------------------------------------------


def test_every_row_is_one_event_with_its_own_moment_person_and_activity(
    bring: Import, log: Path
) -> None:
    bring(log)
    assert Event.objects.count() == len(LOG) == ImportedFrom.objects.count()
    assert set(Event.objects.values_list("source", flat=True)) == {"import"}
    resolve = Event.objects.get(data__activity=RESOLVE, name="problem_report.classified")
    assert (resolve.at, resolve.by.username) == (START + timedelta(days=2), "helpdesk-agent-1")
    assert resolve.data["row"]["service_level"] == "Value 1"


def test_the_report_is_named_and_dated_as_the_log_has_it(bring: Import, log: Path) -> None:
    bring(log)
    report = of("Case 1")
    assert report.title == "Customer 7 needs help with Product 3 (Case 1)"
    assert "event log “helpdesk”" in report.description
    assert "case “Case 1”" in report.description
    assert (report.filed_at, report.closed_at) == (START, START + timedelta(days=2))
    assert [a.customer.name for a in report.affected.all()] == ["Customer 7"]
    assert told(report) == [
        "problem_report.filed",
        "problem_report.first_sign",
        "problem_report.classified",
        "problem_report.noted",
    ]


def test_the_oldest_report_has_the_lowest_number(bring: Import, tmp_path: Path) -> None:
    rows = [row("Case late", ASSIGN, 9), row("Case early", ASSIGN, 1)]
    bring(write(tmp_path / "log.csv", rows))
    assert of("Case early").pk < of("Case late").pk


def test_an_anomaly_is_a_bug_with_the_classification_that_opened_it(
    bring: Import, log: Path
) -> None:
    out = bring(log)
    report, bug = of("Case 2"), Bug.objects.get()
    assert report.living is not None
    assert (report.state, report.living.outcome) == ("closed", "bug")
    assert (bug.opened_by, bug.state) == (report.living.pk, "to_be_scheduled")
    linked = Event.objects.filter(data__bug=bug.reference).order_by("at")
    assert [e.name for e in linked] == ["problem_report.classified", "problem_report.bug_linked"]
    assert told(report)[-2:] == ["problem_report.responded", "problem_report.noted"]
    assert "1 bug, with 2 linked events" in out
    assert list(awaiting_schedule(bug.team_id)) == [bug]


def test_a_resolved_anomaly_is_told_in_the_history_of_its_bug(
    bring: Import, tmp_path: Path
) -> None:
    bring(write(tmp_path / "log.csv", case("Case 1", ASSIGN, CREATE, FIXED)))
    bug = Bug.objects.get()
    assert (bug.state, bug.fixed_at) == ("fixed", START + timedelta(days=2))
    assert bug.fixed_by is not None
    assert [e.name for e in Event.objects.filter(kind="bug", subject=bug.pk)] == ["bug.fixed"]


def test_open_reports_are_in_the_queue_and_what_waits_is_not(bring: Import, log: Path) -> None:
    bring(log)
    team = Team.objects.get(slug="helpdesk")
    assert [r.reference for r in to_be_investigated(team.pk)] == [of("Case 4").reference]
    assert (of("Case 3").state, of("Case 3").left) == ("waiting", ["to_be_investigated"])
    assert of("Case 4").priority == "P1"


def test_rows_out_of_order_are_put_in_the_order_of_time(bring: Import, tmp_path: Path) -> None:
    bring(write(tmp_path / "log.csv", reversed(case("Case 1", ASSIGN, TAKE, RESOLVE))))
    assert of("Case 1").state == "closed"
    assert told(of("Case 1"))[0] == "problem_report.filed"


def test_a_history_says_in_words_what_the_log_called_it(bring: Import, log: Path) -> None:
    bring(log)
    inside = [item.words for item in history(of("Case 1"), inside=True)]
    assert inside[2] == "classified it as no longer relevant (in the log: Resolve ticket)"
    outside = [item.words for item in history(of("Case 1"), inside=False)]
    assert outside == [
        "filed the report",
        "took it in charge",
        "classified it as no longer relevant",
    ]


def test_people_of_a_log_cannot_sign_in_and_hold_no_role(bring: Import, log: Path) -> None:
    bring(log)
    people = Person.objects.filter(username__startswith="helpdesk-agent")
    assert sorted(str(p) for p in people) == ["Agent 1", "Agent 2"]
    assert not any(p.is_active or p.has_usable_password() for p in people)
    assert not Membership.objects.filter(person__in=people).exists()


def test_a_colleague_with_the_name_of_a_logged_person_is_somebody_else(
    bring: Import, log: Path
) -> None:
    colleague = Person.objects.create_user("agent-1", first_name="Agent", last_name="1")
    bring(log)
    assert not Event.objects.filter(by=colleague).exists()


def test_a_row_without_a_person_is_the_importers(bring: Import, tmp_path: Path) -> None:
    bring(write(tmp_path / "log.csv", [row("Case 1", ASSIGN, resource="")]))
    assert Event.objects.get().by.username == "the-importer"


def test_names_that_differ_only_in_signs_are_two_people_two_areas_and_two_customers(
    bring: Import, tmp_path: Path
) -> None:
    names = ["Zoë 1", "Zoé 1", "Zo 1", "Zo-1", "日本"]
    rows = [
        row(f"Case {n}", ASSIGN, resource=name, product=name, customer=name)
        for n, name in enumerate(names)
    ]
    bring(write(tmp_path / "log.csv", rows))
    assert Event.objects.values("by").distinct().count() == len(names)
    assert ProductArea.objects.count() == Customer.objects.count() == len(names)


def test_names_that_differ_only_in_case_are_one(bring: Import, tmp_path: Path) -> None:
    rows = [
        row(name, ASSIGN, resource=name, product=name, customer=name) for name in ("ANNA", "Anna")
    ]
    bring(write(tmp_path / "log.csv", rows))
    assert ImportedFrom.objects.values("report").distinct().count() == 2
    assert Event.objects.values("by").distinct().count() == 1
    assert ProductArea.objects.count() == Customer.objects.count() == 1


def test_customers_and_areas_that_are_here_are_used(bring: Import, log: Path) -> None:
    team = a_team(slug="helpdesk")
    area = ProductArea.objects.create(team=team, slug="ours", name="product 3")
    customer = Customer.objects.create(name="CUSTOMER 7")
    bring(log)
    assert Team.objects.count() == ProductArea.objects.count() == Customer.objects.count() == 1
    assert set(ProblemReport.objects.values_list("product_area", flat=True)) == {area.pk}
    assert set(Affected.objects.values_list("customer", flat=True)) == {customer.pk}


def test_an_area_slug_that_another_team_has_is_left_to_it(bring: Import, log: Path) -> None:
    ProductArea.objects.create(team=a_team(slug="other"), slug="helpdesk-product-3", name="Theirs")
    bring(log)
    assert of("Case 1").product_area.team.slug == "helpdesk"


def test_a_support_team_is_no_place_for_reports_to_investigate(bring: Import, log: Path) -> None:
    a_team(slug="helpdesk", kind=TeamKind.SUPPORT)
    with pytest.raises(CommandError, match="Our team files reports"):
        bring(log)
    assert not ProblemReport.objects.exists()


def test_a_team_that_never_works_can_promise_nothing(bring: Import, log: Path) -> None:
    calendar = a_team(slug="helpdesk").calendar
    CalendarVersion.objects.create(
        calendar=calendar, number=2, zone=calendar.zone, published_at=clock.now()
    )
    BusinessCalendar.objects.update(version=2)
    with pytest.raises(CommandError, match="Our team: The calendar is never open"):
        bring(log)
    assert not ProblemReport.objects.exists()


def test_nobody_is_told_and_no_timer_runs_for_the_past(bring: Import, log: Path) -> None:
    bring(log)
    assert not Pending.objects.exists()
    assert not Notice.objects.exists()
    assert not Timer.objects.exists()
    assert of("Case 4").due_at is None


def test_promises_that_still_lie_ahead_are_armed(bring: Import, tmp_path: Path) -> None:
    moment = (clock.now() - timedelta(minutes=5)).isoformat()
    bring(write(tmp_path / "log.csv", [row("Case 1", ASSIGN, timestamp=moment)]))
    armed = Timer.objects.filter(state=TimerState.ARMED)
    assert sorted(armed.values_list("kind", flat=True)) == ["classification", "first_response"]
    first = armed.get(kind=TimerKind.FIRST_RESPONSE)
    assert of("Case 1").due_at == first.due_at > clock.now()


# --- Again, longer, touched ------------------------------------------------------------------------


def test_running_again_gives_the_same_rows(bring: Import, log: Path) -> None:
    bring(log)
    before = everything()
    out = bring(log)
    assert everything() == before
    assert "0 new reports, 0 that go on, 4 that are here already" in out


def test_a_dry_run_prints_what_would_come_and_leaves_nothing(bring: Import, log: Path) -> None:
    before = everything()
    out = bring(log, dry_run=True)
    assert everything() == before
    assert "Would import the log “helpdesk” into Help desk" in out
    assert "4 new reports" in out
    assert "14 events" in out
    assert "2 closed, 1 to be investigated, 1 waiting" in out
    assert "Customer 7 needs help with Product 3 (Case 1)" in out
    assert out.endswith("this was a dry run.\n")


def test_until_leaves_out_what_happened_on_that_day_and_later(bring: Import, log: Path) -> None:
    out = bring(log, until="2012-03-07")
    assert Event.objects.count() == 7
    assert of("Case 1").state == "to_be_investigated"
    assert "7 later events left out" in out


def test_a_day_begins_where_the_team_works(bring: Import, tmp_path: Path) -> None:
    # 23:30 in Greenwich is half past midnight in Rome: the next day.
    log = write(
        tmp_path / "log.csv",
        [row("Case 1", ASSIGN), row("Case 1", TAKE, timestamp="2012-03-06T23:30:00+00:00")],
    )
    bring(log, until="2012-03-07")
    assert Event.objects.count() == 1


def test_a_longer_log_adds_its_new_events_and_folds_again(bring: Import, log: Path) -> None:
    bring(log, until="2012-03-07")
    number = of("Case 1").pk
    out = bring(log)
    assert "0 new reports, 3 that go on, 1 that are here already" in out
    assert "7 events" in out
    report = of("Case 1")
    assert (report.pk, report.state, report.version) == (number, "closed", 2)
    assert Event.objects.count() == len(LOG)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_log_in_two_parts_comes_to_what_it_does_in_one(
    bring: Import, tmp_path: Path, seed: int
) -> None:
    log = write(tmp_path / "log.csv", many(60, seed))
    with transaction.atomic():
        bring(log)
        at_once = gist()
        transaction.set_rollback(True)
    for day in ("2012-05-01", "2012-08-01"):
        bring(log, until=day)
    bring(log)
    assert gist() == at_once
    assert len(at_once) == 60


def test_a_bug_that_is_resolved_in_the_longer_log_is_fixed(bring: Import, tmp_path: Path) -> None:
    rows = case("Case 1", ASSIGN, CREATE, FIXED, "VERIFIED")
    log = tmp_path / "log.csv"
    bring(write(log, rows[:2]))
    bring(write(log, rows))
    bug = Bug.objects.get()
    assert (bug.state, bug.verified_at) == ("verified", START + timedelta(days=3))


def test_an_armed_promise_ends_when_the_longer_log_closes_its_report(
    bring: Import, tmp_path: Path
) -> None:
    ago = [(clock.now() - timedelta(minutes=m)).isoformat() for m in (9, 5)]
    rows = [row("Case 1", ASSIGN, timestamp=ago[0]), row("Case 1", RESOLVE, timestamp=ago[1])]
    log = tmp_path / "log.csv"
    bring(write(log, rows[:1]))
    bring(write(log, rows))
    assert not Timer.objects.filter(state=TimerState.ARMED).exists()
    assert of("Case 1").due_at is None


@pytest.fixture
def rhea(log: Path, bring: Import) -> Person:
    """A developer of the log's team, after the first part of the log."""
    bring(log, until="2012-03-08")
    person = Person.objects.create_user("rhea")
    team = Team.objects.get(slug="helpdesk")
    Membership.objects.create(person=person, team=team, role=Role.DEVELOPER)
    return person


def test_a_report_that_a_person_touched_is_skipped_and_listed(
    bring: Import, log: Path, rhea: Person
) -> None:
    report = of("Case 1")
    reports.note(report.pk, message="Mine now", by=rhea, at=clock.now())
    before = ImportedFrom.objects.filter(report=report).count()
    out = bring(log)
    assert ImportedFrom.objects.filter(report=report).count() == before
    assert f"{report.reference} (Case 1): people have worked on it since" in out
    assert ImportedFrom.objects.filter(report=of("Case 2")).count() == 6


def test_a_report_whose_bug_a_person_touched_is_skipped_and_listed(
    bring: Import, log: Path, rhea: Person
) -> None:
    bug = Bug.objects.get()
    bugs.estimate(bug.pk, points=Decimal(3), by=rhea, at=clock.now())
    out = bring(log)
    assert f"{of('Case 2').reference} (Case 2): people have worked on it since" in out
    assert ImportedFrom.objects.filter(report=of("Case 2")).count() == 3


def test_a_log_that_tells_another_past_is_skipped_and_listed(
    bring: Import, log: Path, tmp_path: Path
) -> None:
    bring(log)
    before = everything()
    rows = [row("Case 1", ASSIGN, -9), *LOG]
    out = bring(write(tmp_path / "other.csv", rows))
    assert everything() == before
    assert "(Case 1): the log tells its past otherwise than before" in out


def test_a_mapping_that_reads_the_past_otherwise_is_skipped_and_listed(
    bring: Import, log: Path, tmp_path: Path
) -> None:
    bring(log, until="2012-03-08")
    mapping = tmp_path / "own.toml"
    shipped = Path("problem_reports/event_log/mappings/helpdesk.toml").read_text()
    mapping.write_text(shipped.replace('outcome = "no_longer_relevant"', 'outcome = "how_to"'))
    out = bring(log, mapping)
    assert "(Case 1): the mapping reads its past otherwise than before" in out
    assert Classification.objects.filter(outcome="how_to").count() == 0


def test_the_same_case_of_another_log_is_another_report(
    bring: Import, log: Path, tmp_path: Path
) -> None:
    bring(log)
    mapping = tmp_path / "own.toml"
    shipped = Path("problem_reports/event_log/mappings/helpdesk.toml").read_text()
    mapping.write_text(shipped.replace('log = "helpdesk"', 'log = "elsewhere"'))
    bring(log, mapping)
    assert ProblemReport.objects.count() == 8


# --- All or nothing --------------------------------------------------------------------------------


def test_a_stopped_import_leaves_nothing(bring: Import, log: Path) -> None:
    before = everything()
    mapping = load("helpdesk")
    now = clock.now()
    whole = read(log, mapping, now=now, until=None, told=lambda *_: None)

    def stop(*_: object) -> None:
        assert Event.objects.exists()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_log(whole, at=now, told=stop)
    assert everything() == before


def test_ctrl_c_ends_with_a_sentence(
    bring: Import, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    command = "problem_reports.management.commands.import_event_log.import_log"
    monkeypatch.setattr(command, stop)
    with pytest.raises(CommandError, match="Stopped; nothing was imported") as stopped:
        bring(log)
    assert stopped.value.returncode == 130


@pytest.fixture
def elsewhere(db: None) -> Iterator[Any]:
    """A second connection to the same database, as another process has."""
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    yield other.cursor()
    other.rollback()
    other.close()


def test_one_import_of_a_log_at_a_time(bring: Import, log: Path, elsewhere: Any) -> None:
    elsewhere.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('import_event_log helpdesk', 0))"
    )
    with pytest.raises(CommandError, match="is being imported right now"):
        bring(log)
    assert not ProblemReport.objects.exists()


def test_a_team_that_nobody_belongs_to_is_pointed_out(
    bring: Import, log: Path, rhea: Person
) -> None:
    hint = "Nobody belongs to Help desk yet"
    assert hint not in bring(log)
    Membership.objects.all().delete()
    assert hint in bring(log)


def test_progress_is_shown_beside_the_account(log: Path, db: None) -> None:
    out, progress = StringIO(), StringIO()
    call_command("import_event_log", str(log), mapping="helpdesk", stdout=out, stderr=progress)
    assert "Reading: 14 events" in progress.getvalue()
    assert "Importing: 14 events" in progress.getvalue()
    assert "Importing:" not in out.getvalue()


def test_an_activity_that_names_every_verb_is_what_the_database_accepts(
    bring: Import, tmp_path: Path
) -> None:
    """States that the shipped mappings never reach: held, returned, disputed."""
    mapping = tmp_path / "own.toml"
    shipped = Path("problem_reports/event_log/mappings/helpdesk.toml").read_text()
    head = shipped[: shipped.index("[activities]")]
    verbs = {
        "Insert ticket": '["file", "take"]',
        ASSIGN: '["take", "resubmit"]',
        TAKE: '["start", "dispute + take"]',
        WAIT: '["ask", "reopen + ask"]',
        RESOLVE: '{ verbs = ["classify"], outcome = "how_to", cause = "knowledge" }',
        CREATE: '{ verbs = ["classify"], outcome = "bug" }',
        FIXED: '["bug.fix", "bug.reopen"]',
        "Require upgrade": '["return", "hand_back"]',
        "INVALID": '"bug.decline"',
        "VERIFIED": '"bug.verify"',
        "RESOLVED": '["answer", "respond"]',
        "DUPLICATE": '["hand_back", "prioritise"]',
        CLOSED: '"note"',
    }
    mapping.write_text(
        head + "[activities]\n" + "\n".join(f'"{a}" = {v}' for a, v in verbs.items())
    )
    bring(write(tmp_path / "log.csv", many(120, seed=7)), mapping)
    states = set(ProblemReport.objects.values_list("state", flat=True))
    assert states >= {"assigned", "investigating", "waiting", "returned", "closed"}
    held = ProblemReport.objects.filter(state="assigned").first()
    assert held is not None
    assert held.assignee is not None


def test_the_moment_of_an_event_survives_the_change_of_the_clocks(
    bring: Import, tmp_path: Path
) -> None:
    told_at = "2012-10-28T02:30:00+01:00"  # the second half past two of that night
    bring(write(tmp_path / "log.csv", [row("Case 1", ASSIGN, timestamp=told_at)]))
    assert Event.objects.get().at == datetime(2012, 10, 28, 1, 30, tzinfo=UTC)
