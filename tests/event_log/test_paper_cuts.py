"""The paper cuts of the real help-desk log, whole (PM-9): an import knows no hours, so they are estimated."""

import os
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from foundation import clock
from journal.models import Event
from postmortems import services
from postmortems.querysets.paper_cuts import clusters, span_of
from postmortems.rules.paper_cuts import LEAST, ranked, total
from problem_reports.clocks import policies
from problem_reports.clocks.rules import between
from problem_reports.models import ProblemReport
from teams.lifecycle import Role
from teams.models import Membership, Person, Team
from tests.event_log.conftest import Import

pytestmark = pytest.mark.real_logs

TAKEN_UP = ("first_sign", "taken", "started", "answered", "reopened")


@pytest.fixture
def team(bring: Import) -> Team:
    bring(Path(os.environ["REAL_LOGS"]) / "helpdesk_events.csv.gz")
    return Team.objects.select_related("calendar").get(slug="helpdesk")


def one_by_one(team: Team, since: date, until: date) -> dict[tuple[int, str], list[float]]:
    """(area, cause) -> the hours of each small report, found the slow way."""
    week = policies.calendar(team.calendar_id, team.calendar.version)
    span = span_of(team, clock.now(), since, until)
    first, after = span.moments
    found = defaultdict(list)
    reports = ProblemReport.objects.filter(team=team, closed_at__gte=first, closed_at__lt=after)
    for report in reports.select_related("living__bug"):
        bug = report.living.bug
        if report.priority in ("P0", "P1") or (bug and bug.priority in ("P0", "P1")):
            continue
        told = Event.objects.filter(
            kind="problem_report", subject=report.pk, at__lte=report.closed_at,
            name__in=[f"problem_report.{verb}" for verb in TAKEN_UP],
        )  # fmt: skip
        taken_up = max((event.at for event in told), default=report.filed_at)
        stay = between(week, taken_up, report.closed_at)
        hours = min(max(stay, timedelta(minutes=15)), timedelta(hours=8)) / timedelta(hours=1)
        found[report.product_area_id, report.living.cause].append(hours)
    return found


def test_clusters_are_ranked_by_hours_and_each_is_what_its_reports_come_to_one_by_one(
    team: Team,
) -> None:
    span = span_of(team, clock.now(), date(2010, 1, 1), date(2014, 12, 31))
    found = ranked(clusters(team, span))
    names = dict(team.areas.values_list("pk", "name"))
    told = [(names[c.area], c.cause, c.n, round(c.hours)) for c in found]
    assert told[:4] == [
        ("Product 1", "unknown", 1575, 8915),
        ("Product 3", "unknown", 1557, 4749),
        ("Product 2", "unknown", 580, 2932),
        ("Product 4", "unknown", 198, 1071),
    ]
    few = [c for c in found if not c.comparable]
    assert found[-len(few) :] == few
    assert [c.n for c in few] == [5, 3, 2, 2, 1]
    assert all(c.n < LEAST and c.band is None for c in few)
    all_together = total(found)
    assert (all_together.n, all_together.unknown, all_together.half) == (4367, 4312, 2)
    assert all_together.estimated == all_together.hours

    since, until = date(2013, 1, 1), date(2013, 3, 31)
    found = clusters(team, span_of(team, clock.now(), since, until))
    slowly = one_by_one(team, since, until)
    assert {(c.area, c.cause): c.n for c in found} == {key: len(h) for key, h in slowly.items()}
    assert sum(c.n for c in found) == 217
    for c in found:
        hours = slowly[c.area, c.cause]
        assert c.hours == pytest.approx(sum(hours), abs=1e-3)
        assert c.squares == pytest.approx(sum(h * h for h in hours), abs=1e-2)


def test_the_page_shows_them_and_an_aggregate_review_begins_with_its_months(
    team: Team, client: Client
) -> None:
    reader = Person.objects.create(username="reader")
    Membership.objects.create(person=reader, team=team, role=Role.DEVELOPER)
    client.force_login(reader)
    empty = client.get("/post-mortems/paper-cuts/?team=helpdesk").content.decode()
    assert "No small report was classified in these days" in empty
    assert "The last one is from 23 December 2013." in empty
    page = client.get(
        "/post-mortems/paper-cuts/?team=helpdesk&since=2013-01-01&until=2013-03-31"
    ).content.decode()
    assert "217 small reports took ≈ 1,430 hours" in page
    assert "≈ 1,062" in page
    assert "952 to 1,185" in page
    assert "too few to compare" in page
    area = team.areas.get(name="Product 1")
    made = services.propose_review(
        area.pk, cause="unknown", since=date(2013, 1, 1), until=date(2013, 3, 31), reason="Half of our hours",
        by=reader, at=clock.now(),
    )  # fmt: skip
    services.open(made.pk, by=reader, at=clock.now())
    months = [moment.what for moment in made.moments.order_by("at")]
    assert [month.split(":")[0] for month in months] == [
        "January 2013",
        "February 2013",
        "March 2013",
    ]
    assert sum(int(month.split(": ")[1].split()[0]) for month in months) == 156
