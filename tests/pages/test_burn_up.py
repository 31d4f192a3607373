"""The burn-up on a sprint's page, as a file and over the API (SPR-5)."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from bugs import services as bugs
from foundation import clock
from sprints import services as sprints
from sprints.models import Sprint
from sprints.querysets import burn_up
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, closed
from tests.pages.conftest import SignIn
from tests.pages.test_sprint_page import plain, url


@pytest.fixture
def pia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.pia)


def days(page: str) -> list[str]:
    """The table under the picture, without the days."""
    table = page.split('aria-label="The burn-up as a table"')[1].split("</table>")[0]
    return [plain(row.split("</th>", 1)[1]) for row in table.split("<tbody>")[1].split("<tr>")[1:]]


def planned(cast: Cast) -> Sprint:
    """A sprint about to start, with a bug of 6 points in it."""
    sprint = a_sprint(cast, starts_on=cast.today)
    bug = bugs.estimate(a_bug(cast).pk, points=Decimal(6), by=cast.ines, at=clock.now())
    bugs.schedule(bug.pk, sprint_id=sprint.pk, by=cast.rhea, at=clock.now())
    return sprint


def test_a_sprint_that_has_not_started_has_no_burn_up(cast: Cast, pia: Client) -> None:
    sprint = planned(cast)
    assert "Burn-up" not in pia.get(url(sprint)).text
    file = pia.get(f"{url(sprint)}burn-up.csv").text
    assert file.splitlines() == [file.splitlines()[0]]


def test_the_plan_is_no_change_and_an_injection_is_marked(cast: Cast, pia: Client) -> None:
    sprint = planned(cast)
    sprints.start(sprint.pk, by=cast.pia, at=clock.now())
    injected = a_bug(cast, "in_sprint", points=3)
    page = pia.get(url(sprint)).text
    assert days(page) == [f"9 6 3 0 {injected.reference} injected +3"]
    assert "0 of 9 points are done: 6 planned and 3 unplanned." in plain(page)
    assert "Since the start, 1 injection added 3." in plain(page)
    assert "chart__point--injected" in page


def test_what_is_fixed_is_done(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast)
    a_bug(cast, "fixed", points=3)
    assert days(pia.get(url(sprint)).text)[0].startswith("3 0 3 3 BUG-")


def test_the_file_has_a_line_a_day_with_its_changes(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast)
    bug = a_bug(cast, "in_sprint", points=3)
    answer = pia.get(f"{url(sprint)}burn-up.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    (day,) = csv.DictReader(StringIO(answer.text))
    assert (day["sprint"], day["scope"], day["unplanned"], day["done"], day["unit"]) == (
        sprint.reference, "3", "3", "0", "points",
    )  # fmt: skip
    assert day["changes"] == f"{bug.reference} injected +3"


def test_over_the_api_days_come_as_they_were(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    bug = a_bug(cast, "in_sprint", points=3)
    told: dict[str, Any] = Caller(cast.pia).get(f"sprints/{sprint.reference}/burn-up/").json()
    assert (told["sprint"], told["unit"]) == (sprint.reference, "points")
    (day,) = told["days"]
    assert day["changes"] == [{"kind": "injected", "reference": bug.reference, "change": "3"}]
    assert (day["scope"], day["planned"], day["done"]) == ("3", "0", "0")


def test_the_days_of_a_sprint_that_is_over_end_with_it(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    a_bug(cast, "in_sprint", points=3)
    now = clock.now()
    ahead = burn_up(sprint, now + timedelta(days=3))
    assert [d.figures.scope for d in ahead] == [3, 3, 3, 3]
    over = closed(cast, sprint)
    assert burn_up(over, now + timedelta(days=3)) == ahead[:1]
    assert not ahead[0].figures.done
