"""The command on a database that is empty, or in use; and a load that is interrupted."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from foundation import clock
from journal.models import Event
from problem_reports.models import ProblemReport
from teams.models import Team
from teams.services.calendars import Week, lay_out
from tests.teams.made import HOURS
from triage.demonstration import load
from triage.demonstration.bank import tellings
from triage.demonstration.summary import LOGINS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four reports: it is the command that is tried, not what it loads."""
    monkeypatch.setattr(load, "tellings", lambda: list(tellings())[-4:])


def said(*words: str) -> str:
    out = StringIO()
    call_command("load_demo", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_database_that_somebody_uses_is_left_alone():
    office = lay_out("Office", Week("Europe/Brussels", HOURS), at=clock.now())
    Team.objects.create(slug="billing", name="Billing", kind="delivery", calendar=office)
    said("--once")
    assert Team.objects.count() == 1
    with pytest.raises(CommandError):
        said()


def test_a_load_that_is_interrupted_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch):
    def interrupted(now: datetime) -> None:
        assert ProblemReport.objects.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(load, "_deliver", interrupted)
    with pytest.raises(KeyboardInterrupt):
        said("--once")
    assert load.is_empty()
    assert not Event.objects.exists()


def test_an_empty_database_is_filled_and_the_logins_are_printed():
    text = said("--once")
    assert "demo" in text
    assert all(name in text for name in LOGINS)
    assert ProblemReport.objects.count() == 4
