"""What a back-test means in words, and what is not said of too little."""

from datetime import date, timedelta

from foundation.pictures import nice_step
from insights import charts, words
from sprints.recommending.backtest import backtest, origins
from sprints.recommending.history import Past


def sprints(*amounts: float) -> list[Past]:
    return [
        Past(f"Sprint {i + 1}", date(2026, 1, 5) + timedelta(days=14 * i), 14, amount)
        for i, amount in enumerate(amounts)
    ]


def verdict(*amounts: float, window: int = 8) -> str:
    history = sprints(*amounts)
    found = backtest(origins(history, window), 0.8, window)
    assert found is not None
    return " ".join(words.verdict(found, history, "points"))


def test_few_forecasts_are_no_verdict() -> None:
    said = verdict(*[5.0, 7, 6] * 4)
    assert said.startswith("Only 4 sprints can be tried so far, too few to judge a rule by.")
    assert "enough in" not in said


def test_a_rule_that_kept_its_promise_is_not_excused() -> None:
    said = verdict(*[5.0, 7, 6, 9] * 10)
    assert "Of 32 sprints, a reserve of this size" in said
    assert "fewer than asked" not in said


def test_demand_that_steps_is_why_and_bad_sprints_in_a_row_are_told() -> None:
    # Each step is the height of all that was known: sprint after sprint is short.
    steps = [
        base + wobble for base in (5, 15, 45, 120) for wobble in (0, 1, 2, 1, 0, 2, 1, 3, 2, 4)
    ]
    said = verdict(*map(float, steps), window=13)
    assert "That is fewer than asked, because demand did not stay where it was" in said
    assert "it went from 6.6 points a sprint" in said
    assert "The adaptive rule" in said


def test_amounts_are_said_as_people_say_them() -> None:
    assert words.amount_words(1, "points") == "1 point"
    assert words.amount_words(11.46, "points") == "11.5 points"
    assert words.amount_words(41.4, "hours") == "41 hours"
    assert [words.chance(q) for q in (0.8, 0.67, 2 / 3, 0.81)] == [
        *("four of five", "two of three", "two of three", "81 of 100")
    ]


def test_a_chart_reaches_its_largest_amount_with_round_figures() -> None:
    drawn = charts.columns([charts.Column("A", 7.0, 9.5, 4.0), charts.Column("B", 0.0)])
    assert [mark.words for mark in drawn.scale] == ["0", "5", "10"]
    first, second = drawn.bars
    assert (first.mark != "", second.mark, second.height) == (True, "", "0")
    assert len(drawn.lines) == 1
    assert charts.columns([]).bars == []
    assert [nice_step(top) for top in (0, 3, 9.5, 40, 134, 1000)] == [1, 1, 5, 10, 50, 500]


def test_a_line_with_a_gap_is_drawn_in_two() -> None:
    given = [charts.Column(str(n), 5, line) for n, line in enumerate((3, 4, None, 5))]
    assert [len(line.split()) for line in charts.columns(given).lines] == [4, 2]
