"""It may be loaded on any day: the desk is as full on a Sunday night as on a Tuesday."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.demonstration import checks
from tests.demonstration.conftest import Loaded

#: Without it a run of this file alone would be given no database of its own.
pytestmark = pytest.mark.django_db

GHENT = ZoneInfo("Europe/Brussels")


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2024, 3, 31, 23, 40, tzinfo=GHENT), id="a Sunday night, Easter, clocks just changed"),
        pytest.param(datetime(2024, 1, 1, 0, 5, tzinfo=GHENT), id="New Year, five past midnight, a Monday"),
    ],
)  # fmt: skip
def test_it_stands_on_its_feet_when_loaded_on(loaded: Loaded, now: datetime):
    with loaded(now, every=60):
        checks.nothing_is_told_of_the_future(now)
        checks.every_ledger_adds_up()
        checks.each_team_has_a_running_and_two_coming_sprints(now)
        checks.duties_are_held_for_a_year_but_for_three_days_ahead(now)
        checks.what_comes_between_turns_is_there(now)
        checks.rhea_and_otto_have_their_duties(now)
        checks.the_first_queue_is_a_morning_s_work(now)
        checks.the_second_queue_waits_for_decisions()
        checks.ines_holds_one_investigation()
        checks.every_state_and_outcome_is_there()
