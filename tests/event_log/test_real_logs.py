"""The two real logs whole, where `REAL_LOGS` names their folder (.ci/run); they are never copied here."""

import os
from pathlib import Path

import pytest
from django.db.models import Count

from bugs.models import Bug
from bugs.querysets import awaiting_schedule
from journal.models import Event, Pending
from problem_reports.models import ImportedFrom, ProblemReport
from problem_reports.querysets import to_be_investigated
from teams.models import Team
from tests.event_log.conftest import Import
from tests.event_log.test_import_event_log import everything

pytestmark = pytest.mark.real_logs


@pytest.fixture
def logs() -> Path:
    return Path(os.environ["REAL_LOGS"])


def test_the_help_desk_log_comes_whole_and_twice_gives_the_same_rows(
    bring: Import, logs: Path
) -> None:
    bring(logs / "helpdesk_events.csv.gz")
    assert ProblemReport.objects.count() == 4580
    assert Event.objects.count() == ImportedFrom.objects.count() == 21348
    assert Bug.objects.count() == 58
    anomalies = Event.objects.filter(data__activity="Create SW anomaly")
    assert anomalies.count() == 67
    assert anomalies.filter(data__has_key="bug").count() == 67
    assert ProblemReport.objects.values("title").distinct().count() == 4580
    assert not Pending.objects.exists()
    before = everything()
    bring(logs / "helpdesk_events.csv.gz")
    assert everything() == before


def test_until_september_2012_the_desk_shows_the_open_ones(bring: Import, logs: Path) -> None:
    bring(logs / "helpdesk_events.csv.gz", until="2012-09-01")
    team = Team.objects.get(slug="helpdesk")
    queue = list(to_be_investigated(team.pk))
    assert len(queue) == 13
    assert ProblemReport.objects.filter(state="waiting").count() == 1
    assert awaiting_schedule(team.pk).count() == 32
    bring(logs / "helpdesk_events.csv.gz")
    assert Event.objects.count() == 21348
    assert Bug.objects.count() == 58


def test_the_problems_log_comes_whole(bring: Import, logs: Path) -> None:
    bring(logs / "problems_events.csv.gz", "problems")
    assert ProblemReport.objects.count() == 1487
    assert Event.objects.count() == 6660
    states = ProblemReport.objects.values_list("state").annotate(n=Count("pk"))
    assert dict(states) == {"closed": 1487}
    before = everything()
    bring(logs / "problems_events.csv.gz", "problems")
    assert everything() == before
