"""Prepared rows of the page of the recommended reserve: no query happens here."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from foundation.moments import on_day
from insights import charts, words
from insights.reserve.advice import Advice
from insights.words import plain
from sprints.recommending.backtest import Backtest, Score
from sprints.recommending.history import Past
from sprints.recommending.recommendation import Recommendation

#: A chart shows this many sprints at most, the last ones; the table and the file hold all.
DRAWN = 110
COLUMNS = (
    "sprint",
    "starts_on",
    "days",
    "unplanned",
    "recommended_before",
    "set_aside",
    "enough",
    "unit",
    "q",
    "method",
    "as_of",
)


@dataclass(frozen=True)
class SprintLine:
    name: str
    began: str
    days: int
    unplanned: str
    recommended: str
    chosen: str
    enough: str


@dataclass(frozen=True)
class MethodLine:
    """One method of a back-test; shares are of mean demand."""

    words: str
    enough: str
    coverage: str
    interval: str
    reserve: str
    idle: str
    overflow: str
    loss: str
    skill: str
    ours: bool


@dataclass(frozen=True)
class Tried:
    """One back-test: what it means, its picture and its table."""

    title: str
    paragraphs: list[str]
    method: str
    n: int
    asked_at: str
    reaches: list[charts.Reach]
    lines: list[MethodLine]


def most_forecasts(advice: Advice) -> Backtest | None:
    return max(advice.backtests, key=lambda found: (found.n, found.window), default=None)


def said_before(advice: Advice) -> dict[str, float]:
    """What was, or would have been, recommended before each sprint."""
    found = most_forecasts(advice)
    return {f.name: f.said for f in found.of("ladder").forecasts} if found else {}


def facts(found: Recommendation, unit: str, at: str) -> list[dict[str, str]]:
    told = [("As of", at), ("n", _sprints(found.n)), ("Method", words.HOW[found.rung])]
    if found.band is not None:
        span = f"{plain(found.band.low)} to {plain(found.band.high)} {unit}"
        told.append(("Could be", f"{span}, with 80 % (sprints drawn anew 500 times, in blocks)"))
    told.append(("For", f"a sprint of {found.days} days of the calendar"))
    if found.share_of_capacity is not None:
        told.append(("Of the capacity", f"{found.share_of_capacity:.0%}"))
    if found.own is not None:
        told.append(("The team's own number", words.amount_words(found.own, unit)))
    if found.share_of_largest >= 0.01:
        told.append(
            ("Largest piece of work", f"{found.share_of_largest:.0%} of all that was unplanned")
        )
    return [{"name": name, "value": value} for name, value in told]


def _forecasts(n: int) -> str:
    return "1 forecast" if n == 1 else f"{n} forecasts"


def _sprints(n: int) -> str:
    return "1 sprint that is over" if n == 1 else f"{n} sprints that are over"


def sprint_lines(advice: Advice, today: date) -> list[SprintLine]:
    """The sprints, the newest first."""
    before = said_before(advice)
    return [_sprint_line(past, before.get(past.name), today) for past in reversed(advice.history)]


def _sprint_line(past: Past, said: float | None, today: date) -> SprintLine:
    return SprintLine(
        name=past.name,
        began=on_day(past.starts_on, today),
        days=past.days,
        unplanned=plain(past.amount),
        recommended="–" if said is None else plain(said),
        chosen="–" if past.chosen is None else plain(past.chosen),
        enough="–" if said is None else "yes" if past.amount <= said else "no",
    )


def picture(advice: Advice, unit: str) -> charts.Columns:
    before = said_before(advice)
    drawn = advice.history[-DRAWN:]
    return charts.columns(
        [
            charts.Column(
                name=_short(past),
                amount=past.amount,
                line=before.get(past.name),
                mark=past.chosen,
                title=_title(past, before.get(past.name), unit),
            )
            for past in drawn
        ]
    )


def _short(past: Past) -> str:
    """A sprint by its name, a stretch of a log by its month."""
    is_date = past.name == past.starts_on.isoformat()
    return f"{past.starts_on:%b %y}" if is_date else past.name


def _title(past: Past, said: float | None, unit: str) -> str:
    told = f"{past.name}: {words.amount_words(past.amount, unit)} unplanned"
    if said is not None:
        told += f", {plain(said)} recommended"
    return told if past.chosen is None else f"{told}, {plain(past.chosen)} set aside"


def tried(found: Backtest, advice: Advice, unit: str) -> Tried:
    return Tried(
        title=f"From the last {found.window} sprints",
        paragraphs=words.verdict(found, advice.history, unit),
        method=(
            f"{_forecasts(found.n)}, each from at most {found.window} sprints as they were known when the "
            f"next began; {len(found.scores)} methods tried. Intervals are Wilson's, 95 %. Loss weighs a missing "
            f"{words.unit_words(unit, 1)} {found.q / (1 - found.q):.1f} times an idle one; it, reserve, idle "
            f"and overrun are shares of the mean demand, {plain(found.demand)} {unit}."
        ),
        n=found.n,
        asked_at=f"{100 * found.q:.0f}",
        # A picture of very few forecasts would only look like one.
        reaches=[_reach(score) for score in found.scores]
        if found.n >= words.SOME_FORECASTS
        else [],
        lines=[_method_line(score, found.n) for score in found.scores],
    )


def _reach(score: Score) -> charts.Reach:
    return charts.reach(
        words.method_words(score.method.key).capitalize(),
        f"{score.coverage:.0%}",
        score.coverage,
        score.interval.low,
        score.interval.high,
        strong=score.method.key == "ladder",
    )


def _method_line(score: Score, n: int) -> MethodLine:
    return MethodLine(
        words=words.method_words(score.method.key).capitalize(),
        enough=f"{score.enough} of {n}",
        coverage=f"{100 * score.coverage:.1f} %",
        interval=f"{100 * score.interval.low:.0f} to {100 * score.interval.high:.0f} %",
        reserve=f"{score.reserve:.2f}",
        idle=f"{score.idle:.2f}",
        overflow=f"{score.overflow:.3f}",
        loss=f"{score.loss:.3f}",
        skill="–" if score.method.key == "mean" else _signed(score.skill),
        ours=score.method.key == "ladder",
    )


def _signed(share: float) -> str:
    return f"{'+' if share >= 0 else '−'}{abs(share):.0%}"


def as_csv(advice: Advice, unit: str, at: datetime) -> str:
    """The series with its provenance in every line, so that a copied line still says what it is."""
    out = StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    lines.writerows(_cells(advice, unit, at))
    return out.getvalue()


def _cells(advice: Advice, unit: str, at: datetime) -> Iterator[list[Any]]:
    before = said_before(advice)
    found = most_forecasts(advice)
    method = f"ladder, window {found.window}" if found else "no forecast yet"
    for past in advice.history:
        said = before.get(past.name)
        yield [
            _text(past.name),
            past.starts_on.isoformat(),
            past.days,
            f"{past.amount:g}",
            "" if said is None else f"{said:.2f}",
            "" if past.chosen is None else f"{past.chosen:g}",
            "" if said is None else "yes" if past.amount <= said else "no",
            unit,
            f"{advice.recommendation.q:.2f}",
            method,
            at.isoformat(),
        ]


def _text(name: str) -> str:
    """A name that a spreadsheet would run as a formula is kept as text."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name
