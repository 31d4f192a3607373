"""The page of the recommended reserve: what it says, to whom, and the file beside it."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from psycopg2.extras import DateTimeTZRange

from foundation import clock
from oncall.models import Duty
from problem_reports.models import ProblemReport
from teams.models import Team
from tests import budgets
from tests.cast import Cast
from tests.event_log import lookalike
from tests.factories import a_bug, a_sprint
from tests.insights.played import a_past, past_sprint

PAGE = "/insights/reserve/"


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def pia(cast: Cast) -> Client:
    return browser(cast.pia)


def test_a_team_without_a_closed_sprint_is_told_what_to_do(pia: Client) -> None:
    page = pia.get(PAGE)
    assert "No sprint is closed yet" in text(page)
    assert 'href="/sprints/plan/"' in page.content.decode()


def test_a_team_with_one_reserve_is_told_its_own_number_and_that_it_is_a_guess(
    cast: Cast, pia: Client
) -> None:
    a_sprint(cast, reserve=10)
    assert "Keep 10 points, the team's own number. With no closed sprint it is a guess." in text(
        pia.get(PAGE)
    )


def test_six_sprints_come_with_what_six_sprints_deliver(cast: Cast, pia: Client) -> None:
    a_past(cast, 6, 9, 7, 4, 8, 11)
    a_bug(cast, "scheduled")
    said = text(pia.get(PAGE))
    assert re.search(
        r"Set aside [\d.]+ points for the next sprint, to be enough in about four", said
    )
    assert "With 6 sprints, 80% asked is about 78% delivered by this method" in said
    assert "a plain percentile would deliver about 73%" in said
    assert "Unplanned work took 4.2 to 11.2 points in each of 6 sprints" in said
    assert "a forecast needs at least eight closed sprints" in said
    assert "of a sprint of 14 days" in said or "a sprint of 14 days" in said


def test_it_says_as_of_n_method_band_and_share_of_capacity(cast: Cast, pia: Client) -> None:
    a_past(cast, 6, 9, 7)
    said = text(pia.get(PAGE))
    for words in (
        "As of",
        "3 sprints that are over",
        "A gamma distribution",
        "Could be",
        "Of the capacity",
    ):
        assert words in said


def test_the_chart_has_a_column_and_the_teams_choice_for_each_sprint(
    cast: Cast, pia: Client
) -> None:
    a_past(cast, *[4, 6, 5] * 3, 7)
    page = pia.get(PAGE).content.decode()
    svg = page.split('<svg class="chart"')[1].split("</svg>")[0]
    assert svg.count('class="chart__bar"') == 10
    assert svg.count('class="chart__mark"') == 10
    # Eight sprints make the first forecast: two are drawn, side by side.
    (line,) = re.findall(r'class="chart__line" points="([^"]+)"', svg)
    assert len(line.split()) == 4
    table = page.split('class="scroll-x chart__table"')[1].split("</table>")[0]
    assert table.count("<tr>") == 11
    assert "Only 2 sprints can be tried so far" in page


def test_a_rise_is_told_with_what_it_means(cast: Cast, pia: Client) -> None:
    for n in range(16):
        past_sprint(cast, n, [2 + n % 2] if n < 11 else [12 + n % 2], of=16)
    said = text(pia.get(PAGE))
    assert re.search(r"Unplanned work has risen by \d+% since Past 12", said)
    assert "likely to be short" in said


def test_costs_change_what_is_asked(cast: Cast, pia: Client) -> None:
    a_past(cast, 6, 9, 7)
    assert "Now 67 % is asked: enough in two of three sprints" in text(pia.get(PAGE))
    assert "Now 50 % is asked" in text(pia.get(f"{PAGE}?recovered=0&disruption=0"))
    assert "Now 81 % is asked" in text(pia.get(f"{PAGE}?recovered=70&disruption=25"))
    assert "Now 67 % is asked" in text(pia.get(f"{PAGE}?recovered=lots"))


def test_a_team_that_is_closed_off_shows_its_figures_to_nobody_else(cast: Cast) -> None:
    assert browser(cast.sami).get(f"{PAGE}?team=billing").status_code == 404
    assert browser(cast.ines).get(f"{PAGE}?team=platform").status_code == 200
    assert browser(cast.ines).get(f"{PAGE}?team=services").status_code == 404
    assert browser(cast.lena).get(PAGE).status_code == 403


def test_the_team_whose_desk_was_open_is_shown(cast: Cast) -> None:
    adam = browser(cast.adam)
    adam.get("/desk/?team=platform")
    assert "Insights · Platform" in text(adam.get(PAGE))


def test_the_file_says_of_each_line_where_it_comes_from(cast: Cast, pia: Client) -> None:
    a_past(cast, *[4] * 9)
    answer = pia.get(f"{PAGE}sprints.csv?team=billing")
    assert answer["Content-Type"].startswith("text/csv")
    lines = list(csv.DictReader(StringIO(answer.content.decode())))
    assert len(lines) == 9
    assert lines[0]["recommended_before"] == ""
    last = lines[-1]
    assert (last["sprint"], last["unit"], last["set_aside"]) == ("Past 9", "points", "30")
    assert (last["recommended_before"], last["enough"]) == ("4.17", "yes")
    assert last["as_of"].startswith(str(clock.now().year))


def test_a_name_that_a_spreadsheet_would_run_stays_a_name(cast: Cast, pia: Client) -> None:
    sprint = a_past(cast, 4)[0]
    type(sprint).objects.filter(pk=sprint.pk).update(name="=1+1")
    assert "'=1+1," in pia.get(f"{PAGE}sprints.csv").content.decode()


def test_the_line_for_a_planning_form(cast: Cast, pia: Client) -> None:
    line = f"{PAGE}suggestion/?team=billing"
    assert text(pia.get(line)) == ""
    a_past(cast, 6, 9, 7)
    said = text(pia.get(f"{line}&starts_on=2026-03-02&ends_on=2026-03-15&capacity=40"))
    assert "points" in said
    assert "It could be" in said
    week = text(pia.get(f"{line}&starts_on=2026-03-02&ends_on=2026-03-08"))
    assert week != said
    assert pia.get(f"{line}&starts_on=never&capacity=-1").status_code == 200


def test_figures_never_name_a_person(cast: Cast, pia: Client) -> None:
    a_past(cast, *[4, 6, 5] * 3)
    main = pia.get(PAGE).content.decode().split("<main")[1].split("</main>")[0]
    for who in cast.everybody.values():
        assert str(who) not in main


def test_queries_do_not_grow_with_the_record(cast: Cast, pia: Client) -> None:
    numbers = iter(range(1000))
    years = DateTimeTZRange(cast.now - timedelta(days=1000), cast.now + timedelta(days=9), "[)")
    Duty.objects.filter(team=cast.billing).update(during=years)
    budgets.holds(
        "recommended reserve",
        lambda: pia.get(PAGE),
        grow=lambda: past_sprint(cast, next(numbers), [2], of=41, reserve=20),
    )


# An imported log


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Forty fortnights whose demand steps up in the middle."""
    rows = [
        lookalike.row(f"Case {sprint}-{n}", lookalike.ASSIGN, 14 * sprint + n / 4)
        for sprint in range(40)
        for n in range(5 + sprint % 3 if sprint < 20 else 14 + sprint % 4)
    ]
    return lookalike.write(tmp_path / "log.csv", rows)


@pytest.fixture
def helpdesk(cast: Cast, log: Path) -> Team:
    call_command(
        "import_event_log", str(log), mapping="helpdesk", stdout=StringIO(), stderr=StringIO()
    )
    return Team.objects.get(slug="helpdesk")


def test_an_imported_log_has_the_same_page_in_two_week_sprints(cast: Cast, helpdesk: Team) -> None:
    page = browser(cast.ines).get(f"{PAGE}?team=helpdesk")
    said = text(page)
    assert "Its imported log, in two weeks" in said
    # 39 are complete: half a year is seen by 26 forecasts, a year by 13.
    assert (
        "Of 26 sprints, a reserve of this size, in which recent sprints count more, would" in said
    )
    assert "From the last 13 sprints" in said
    assert "From the last 26 sprints" in said
    assert "demand did not stay where it was: it went from 6 reports a sprint to 15.4" in said
    assert "The adaptive rule" in said
    assert "in each of 39 sprints" in said


def backtest(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command("backtest_reserve", *args, stdout=out, **options)
    return out.getvalue()


def test_the_command_says_the_same_of_a_log_before_and_after_its_import(
    log: Path, helpdesk: Team
) -> None:
    before = backtest(log=log, window=13)
    assert before == backtest("helpdesk", imported=True, window=13)
    assert before.startswith(
        "26 forecasts, each from at most 13 sprints; asked to be enough in 80%"
    )
    assert re.search(r"recent sprints count more\s+\d+\s+\d+\.\d%", before)
    assert ProblemReport.objects.filter(team=helpdesk).count() > 300


def test_the_command_scores_the_teams_own_choice(cast: Cast) -> None:
    a_past(cast, *[4, 6, 5] * 4)
    said = backtest("billing")
    assert "what the team set aside" in said
    assert said.startswith("4 forecasts")


@pytest.mark.parametrize(
    ("args", "options", "words"),
    [
        ((), {}, "Name a team"),
        (("nobody",), {}, "no team called nobody"),
        (("billing",), {}, "Too few sprints"),
        (("billing",), {"q": 1.0}, "between 0 and 1"),
        (("billing",), {"window": 1}, "three sprints"),
        ((), {"log": Path("nowhere.csv")}, "There is no file"),
        (("billing",), {"log": Path("nowhere.csv"), "mapping": "none"}, "no mapping"),
    ],
)
def test_the_command_refuses_in_words(
    cast: Cast, args: tuple[str, ...], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        backtest(*args, **options)


def test_a_day_after_the_last_complete_fortnight_is_not_a_sprint(helpdesk: Team) -> None:
    last = ProblemReport.objects.filter(team=helpdesk).latest("filed_at").filed_at
    assert last > lookalike.START + timedelta(days=14 * 39)
