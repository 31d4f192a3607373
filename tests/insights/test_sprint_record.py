"""Planned against unplanned over closed sprints: the arithmetic by properties, the rest by what a reader sees."""

import csv
import re
from datetime import date
from decimal import Decimal
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bugs import services as bugs
from foundation import clock
from insights.sprint_record.reading import closed_sprints
from insights.sprint_record.rules import (
    CAUSES,
    Closed,
    Entry,
    Ledger,
    Some,
    added_up,
    planned_done,
    summary,
)
from insights.sprint_record.shown import lead
from problem_reports import services as reports
from sprints import services as sprints
from sprints.lifecycle import EntryKind
from sprints.models import Sprint
from sprints.rules.burnup import Line
from sprints.services import backlog
from tests import budgets
from tests.bugs.test_inject import inject
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint, an_item, closed
from tests.insights.played import past_sprint

PAGE = "/sprints/record/"
AMOUNTS = st.decimals(0, 1000, places=2)
ENTRIES = st.builds(
    Entry,
    kind=st.sampled_from([k for k in EntryKind.values if k != "open"]),
    amount=AMOUNTS,
    count=st.integers(1, 5),
    priority=st.sampled_from(["", "P0", "P1", "P2"]),
    work=st.sampled_from(["", "bug", "report", "shadow", "page"]),
)
DAY = date(2026, 11, 2)
LINES = st.lists(
    st.builds(
        Line,
        day=st.dates(DAY, date(2026, 11, 15)),
        kind=st.sampled_from(["entered", "left", "done", "undone", "resized"]),
        track=st.just("planned"),
        thing=st.sampled_from(["BI-1", "BI-2", "BUG-3"]),
        amount=AMOUNTS,
    )
)


@given(st.lists(ENTRIES))
def test_the_causes_add_up_to_what_the_reserve_spent(entries: list[Entry]) -> None:
    spent = sum((e.amount for e in entries if e.kind == "debit"), Decimal(0))
    back = sum((e.amount for e in entries if e.kind == "credit"), Decimal(0))
    found = added_up(entries)
    assert found.unplanned == spent - back
    assert set(found.used) == set(CAUSES)
    assert found.injected.n == sum(e.count for e in entries if e.kind == "hold")


@given(st.lists(ENTRIES), st.randoms())
def test_the_order_of_the_ledger_moves_nothing(entries: list[Entry], shuffling: Any) -> None:
    other = list(entries)
    shuffling.shuffle(other)
    assert added_up(other) == added_up(entries)


@given(LINES)
def test_what_is_done_is_never_more_than_what_entered(lines: list[Line]) -> None:
    told = sorted(lines, key=lambda line: line.day)
    most = sum(
        max((x.amount for x in told if x.thing == thing), default=Decimal(0))
        for thing in ("BI-1", "BI-2", "BUG-3")
    )
    assert 0 <= planned_done(told) <= most
    if not any(line.kind == "done" for line in told):
        assert planned_done(told) == 0


def one(unplanned: int, planned: int, overdrafts: int, met: bool | None) -> Closed:
    used = {**dict.fromkeys(CAUSES, Decimal(0)), "p1": Decimal(unplanned)}
    return Closed(
        "SP-1", "Sprint 1", DAY, DAY, Decimal(40), None, Decimal(planned), Ledger(used, Some(), Some()),
        Decimal(10), Decimal(0), Some(overdrafts, Decimal(overdrafts)), Some(), met,
    )  # fmt: skip


@given(
    st.lists(
        st.builds(
            one,
            st.integers(0, 50),
            st.integers(0, 50),
            st.integers(0, 3),
            st.sampled_from([True, False, None]),
        )
    )
)
def test_a_summary_stays_within_what_it_sums(found: list[Closed]) -> None:
    told = summary(found)
    assert (told.share is None) == (told.planned + told.unplanned == 0)
    assert told.share is None or 0 <= told.share <= 1
    assert 0 <= told.enough <= told.n == len(found)
    assert 0 <= told.met <= told.goals <= told.n


def test_its_sentence_says_one_point_and_one_sprint() -> None:
    assert lead(summary([one(1, 0, 0, None)]), "points") == (
        "In the one closed sprint 1 of 1 point done was unplanned (100%). "
        "The reserve was enough in 1 of 1."
    )
    assert lead(summary([one(0, 0, 1, None)]), "points").endswith("nothing was done by the record.")


def a_full_sprint(cast: Cast) -> Sprint:
    """Reserve 10, an item done of two, a P1 of 3 fixed, a P0 of 8 carried, an hour on a report and on a request."""
    sprint = a_sprint(cast, reserve=10, starts_on=cast.today)
    done, left = (an_item(cast, "scheduled", sprint=sprint, points=n) for n in (5, 4))
    act: dict[str, Any] = {"at": clock.now()}
    sprints.commit(sprint.pk, by=cast.pia, **act)
    sprints.start(sprint.pk, by=cast.pia, **act)
    backlog.start(done.pk, by=cast.ines, **act)
    backlog.finish(done.pk, by=cast.ines, **act)
    a_bug(cast, "fixed", points=3)
    report = a_report(cast, "investigating")
    reports.log_work(report.pk, hours=Decimal(6), by=cast.ines, **act)
    sprints.log_work(
        cast.billing,
        kind="shadow",
        hours=Decimal(3),
        source_team=cast.services,
        by=cast.ines,
        **act,
    )
    inject(cast, a_bug(cast, priority="P0"), sprint, 8)
    assert left.pk
    return closed(cast, Sprint.objects.get(pk=sprint.pk), goal_met=False)


def test_a_closed_sprint_is_read_with_every_part(cast: Cast) -> None:
    sprint = a_full_sprint(cast)
    (found,) = closed_sprints(cast.billing)
    assert (found.capacity, found.committed, found.planned_done) == (40, 9, 5)
    assert {k: v for k, v in found.ledger.used.items() if v} == {
        "p1": 3, "reports": 1, "requests": Decimal("0.5"),
    }  # fmt: skip
    assert found.unplanned == Sprint.objects.get(pk=sprint.pk).spent == Decimal("4.5")
    assert (found.reserve_set, found.injected) == (10, Some(2, Decimal(11)))
    assert found.overdrafts == Some(1, Decimal("2.5"))
    assert found.carried == Some(2, Decimal(12))
    assert found.goal_met is False
    assert closed_sprints(cast.platform) == []


def test_what_left_for_an_injection_is_told_and_is_no_part_of_the_reserve_that_was_set(
    cast: Cast,
) -> None:
    sprint = a_sprint(cast, reserve=2, starts_on=cast.today)
    item = an_item(cast, "scheduled", sprint=sprint, points=5)
    backlog.mark(item.pk, swappable=True, serves_goal=False, by=cast.pia, at=clock.now())
    inject(cast, a_bug(cast), a_running(cast, sprint), 4, leaves=[item.reference])
    closed(cast, Sprint.objects.get(pk=sprint.pk))
    (found,) = closed_sprints(cast.billing)
    assert (found.reserve_set, found.swapped_out) == (2, Some(1, Decimal(5)))
    assert found.planned_done == 0


def a_running(cast: Cast, sprint: Sprint) -> Sprint:
    return sprints.start(sprint.pk, by=cast.pia, at=clock.now())


def test_hours_that_were_taken_back_are_not_counted(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    act: dict[str, Any] = {"by": cast.ines, "at": clock.now()}
    work = sprints.log_work(cast.billing, kind="page", hours=Decimal(6), **act)
    sprints.take_back_work(work.pk, **act)
    closed(cast, Sprint.objects.get(pk=sprint.pk))
    (found,) = closed_sprints(cast.billing)
    assert (found.unplanned, found.ledger.used["pages"]) == (0, 0)


def test_a_running_and_a_cancelled_sprint_are_no_part_of_it(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    assert closed_sprints(cast.billing) == []
    sprints.cancel(sprint.pk, reason="The product changed", by=cast.pia, at=clock.now())
    assert closed_sprints(cast.billing) == []


# --- The page, the file, the API -----------------------------------------------------------------


@pytest.fixture
def pia(cast: Cast, client: Client) -> Client:
    client.force_login(cast.pia)
    return client


def text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_without_a_closed_sprint_the_page_says_so_and_draws_nothing(pia: Client) -> None:
    page = pia.get(PAGE)
    assert "No sprint is closed yet" in text(page)
    assert "chart__bar" not in page.content.decode()


def test_the_page_says_in_a_sentence_a_picture_and_a_table_what_came_in(
    cast: Cast, pia: Client
) -> None:
    sprint = a_full_sprint(cast)
    page = pia.get(PAGE)
    said, drawn = text(page), page.content.decode()
    assert "4.5 of 9.5 points done were unplanned (47%). The reserve was enough in 0 of 1" in said
    assert "The goal was met in 0 of the 1 that had one." in said
    assert f"{sprint.name}: 5 points planned and done, 4.5 points unplanned" in said
    assert "chart__planned" in drawn
    assert "Other bugs" not in said, "a column of nothing is not drawn"
    assert "2: 11" in said
    main = drawn[drawn.index("<main") :]
    for person in (cast.ines, cast.rhea):
        assert str(person) not in main


def test_a_bug_that_has_another_priority_by_now_has_a_column_of_its_own(
    cast: Cast, pia: Client
) -> None:
    bug = a_bug(cast, "in_progress", points=3)
    bugs.prioritise(bug.pk, priority="P2", reason="A way around", by=cast.rhea, at=clock.now())
    bugs.fix(bug.pk, links=["https://git.example.org/b/pull/9"], by=cast.ines, at=clock.now())
    closed(cast, Sprint.objects.get(team=cast.billing, state="running"))
    assert "Other bugs" in text(pia.get(PAGE))


def test_the_file_has_a_line_a_sprint_and_runs_no_formula(cast: Cast, pia: Client) -> None:
    sprint = a_full_sprint(cast)
    Sprint.objects.filter(pk=sprint.pk).update(name="=1+1")
    answer = pia.get("/sprints/record/sprints.csv")
    assert 'filename="sprint-record-billing.csv"' in answer["Content-Disposition"]
    (row,) = csv.DictReader(StringIO(answer.content.decode()))
    assert row["name"] == "'=1+1"
    assert (row["planned_done"], row["unplanned_done"], row["p1"]) == ("5", "4.5", "3")
    assert (row["overdrafts"], row["overdrawn"], row["goal_met"]) == ("1", "2.5", "no")
    assert (row["carried"], row["injections"], row["unit"]) == ("2", "2", "points")


def test_the_list_of_sprints_leads_to_it_for_those_who_read_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.pia)
    assert f'href="{PAGE}"' in client.get("/sprints/").content.decode()
    client.force_login(cast.lena)
    assert f'href="{PAGE}"' not in client.get("/sprints/").content.decode()


def test_another_teams_record_is_the_companys_to_read_or_is_not_there(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.sami)
    assert client.get(PAGE, {"team": "billing"}).status_code == 404
    assert client.get(PAGE, {"team": "platform"}).status_code == 200
    client.force_login(cast.pia)
    said = client.get(PAGE, {"team": "billing"}).content.decode()
    assert f"{PAGE}?team=platform" in said


def test_as_many_queries_for_forty_sprints_as_for_twenty(cast: Cast, pia: Client) -> None:
    played = iter(range(40))

    def grow() -> None:
        n = next(played)
        past_sprint(cast, n, [2] if n >= 15 else [], of=40)

    budgets.holds("page sprint record", lambda: pia.get(PAGE), grow=grow)
