"""What a recommended reserve and its back-test mean, in words for a product owner. Pure."""

from collections.abc import Sequence
from datetime import date
from statistics import fmean

from sprints.recommending.backtest import Backtest
from sprints.recommending.drift import change_points
from sprints.recommending.history import Past, brought
from sprints.recommending.ladder import Rung, steadied
from sprints.recommending.recommendation import Recommendation

FRACTIONS = {0.5: "one of two", 0.67: "two of three", 0.75: "three of four", 0.8: "four of five"}
FRACTIONS |= {0.9: "nine of ten"}
#: Forecasts from which a back-test says something, and from which it tells ten points apart (§3.5).
SOME_FORECASTS, ENOUGH_FORECASTS = 10, 137

METHODS = {
    "ladder": "this recommendation",
    "weighted": "recent sprints count more",
    "adaptive": "adaptive rule",
    "mean": "mean",
    "last_three": "mean of the last three",
    "fifth": "mean and a fifth",
    "largest": "largest so far",
    "own": "what the team set aside",
}

HOW = {
    Rung.GUESS: "The team's own number, because fewer than three sprints are closed: a guess.",
    Rung.SHRUNK: (
        "A gamma distribution fitted to few sprints, leaning on the company's other teams where they "
        "have a record. From eight sprints on the record speaks for itself."
    ),
    Rung.HARRELL_DAVIS: (
        "The Harrell-Davis quantile: a weighted mean of all sprints in order of size, because single ones "
        "of so few are fickle. From thirteen sprints on recent ones count more."
    ),
    Rung.WEIGHTED: (
        "A quantile in which recent sprints count more: six sprints ago counts half, twelve a quarter."
    ),
    Rung.ADAPTIVE: (
        "The adaptive rule, because the level moved: it follows the level (on the scale of square roots) and "
        "adds what it was off by so far."
    ),
}


def method_words(key: str) -> str:
    return METHODS[key]


def unit_words(unit: str, amount: float = 2) -> str:
    return unit.removesuffix("s") if amount == 1 else unit


def amount_words(amount: float, unit: str) -> str:
    return f"{plain(amount)} {unit_words(unit, amount)}"


def plain(amount: float) -> str:
    """One decimal below 20, none from there."""
    return f"{amount:.0f}" if amount >= 20 else f"{amount:.1f}".removesuffix(".0")


def chance(q: float) -> str:
    near = min(FRACTIONS, key=lambda known: abs(known - q))
    return FRACTIONS[near] if abs(near - q) < 0.005 else f"{100 * q:.0f} of 100"


def lead(found: Recommendation, unit: str) -> str:
    """The one sentence on top."""
    if found.amount is None:
        return "Nothing is known yet: neither a closed sprint nor a reserve that the team set."
    said = amount_words(found.amount, unit)
    if found.is_guess:
        closed = {0: "no closed sprint", 1: "one closed sprint"}.get(
            found.n, f"{found.n} closed sprints"
        )
        return f"Keep {said}, the team's own number. With {closed} it is a guess."
    often = f"enough in about {chance(found.q)} sprints"
    if found.keeps and found.figure is not None:
        return (
            f"Keep {said}. The record says {plain(found.figure)} to be {often}, and the difference is "
            "smaller than its own uncertainty."
        )
    return f"Set aside {said} for the next sprint, to be {often} like the last {found.n}."


def warnings(found: Recommendation) -> list[str]:
    """What a reader must know before they trust the amount, most important first."""
    told = []
    if found.drift is not None:
        told.append(_drift(found))
    if found.delivered is not None and not found.is_guess:
        few = found.delivered
        if found.n < 13:
            told.append(
                f"With {found.n} sprints, {few.asked:.0%} asked is about {few.ladder:.0%} delivered by this "
                f"method; a plain percentile would deliver about {few.percentile:.0%}, the mean "
                f"{few.mean:.0%}. That holds while the level does."
            )
    if found.one_off:
        told.append(
            f"One piece of work took {found.share_of_largest:.0%} of everything unplanned. It stays in the "
            "figure: the next one will be another piece of work."
        )
    if found.estimated > 0.3:
        told.append(
            f"{found.estimated:.0%} of the demand was never logged and counts as it was held. Logged hours "
            "make the figure better."
        )
    return told


def _drift(found: Recommendation) -> str:
    assert found.drift is not None
    since = f"since {found.drift_since}"
    if found.drift.rising:
        by = f" by {found.drift.ratio - 1:.0%}" if found.drift.ratio < 20 else ""
        return (
            f"Unplanned work has risen{by} {since}. While it goes on rising, every reserve drawn from the past "
            "is likely to be short."
        )
    return f"Unplanned work has fallen by {1 - found.drift.ratio:.0%} {since}; the recommendation follows it."


def demand(history: Sequence[Past], unit: str) -> str:
    """The sentence over the chart of demand."""
    amounts = [past.amount for past in history]
    low, high = plain(min(amounts)), plain(max(amounts))
    usual = fmean(amounts)
    if len(amounts) == 1:
        return f"Unplanned work took {amount_words(amounts[0], unit)} in the one sprint that is closed."
    above = sum(amount > usual for amount in amounts)
    return (
        f"Unplanned work took {low} to {high} {unit} in each of {len(amounts)} sprints, {plain(usual)} on "
        f"average; in {above} of them it took more than that."
    )


def levels(history: Sequence[Past], unit: str) -> str:
    """How the level of demand moved, or nothing: "it went from 30 to 50 reports a sprint (October 2010)"."""
    xs = brought(history)
    cuts = change_points([steadied(x) for x in xs])
    if not cuts:
        return ""
    ends = [*cuts, len(xs)]
    means = [fmean(xs[begin:end]) for begin, end in zip([0, *cuts], ends, strict=True)]
    steps = [
        f"to {plain(mean)} ({_month(history[cut].starts_on)})"
        for cut, mean in zip(cuts, means[1:], strict=True)
    ]
    return f"from {plain(means[0])} {unit} a sprint {', '.join(steps)}"


def _month(day: date) -> str:
    return f"{day:%B %Y}"


def verdict(found: Backtest, history: Sequence[Past], unit: str) -> list[str]:
    """What the back-test means, a paragraph each."""
    if found.n < SOME_FORECASTS:
        sprints = "1 sprint" if found.n == 1 else f"{found.n} sprints"
        return [
            f"Only {sprints} can be tried so far, too few to judge a rule by. Each closed sprint adds one; "
            f"below about {ENOUGH_FORECASTS} no single team can prove ten points of difference."
        ]
    weighted, adaptive, ladder = (found.of(key) for key in ("weighted", "adaptive", "ladder"))
    enough = (
        f"Of {found.n} sprints, a reserve of this size, in which recent sprints count more, would have been "
        f"enough in {weighted.enough}; you asked for {found.asked}. The mean would have been enough in "
        f"{found.of('mean').enough}."
    )
    told = [enough]
    if weighted.enough < found.asked:
        moved = levels(history, unit)
        why = "so few sprints fall short by chance as often as not"
        if moved:
            why = (
                f"demand did not stay where it was: it went {moved}, and no sprint of the past knows the "
                "next rise"
            )
        by_chance = (
            f"Chance alone makes a gap this large in {weighted.fits.chance:.0%} of such records."
        )
        told.append(f"That is fewer than asked, because {why}. {by_chance}")
    if weighted.alone.chance < 0.05:
        told.append(
            "The sprints in which it was not enough came one after another more often than chance makes them: "
            "after one bad sprint, count on the next."
        )
    larger = adaptive.reserve / weighted.reserve - 1 if weighted.reserve else 0.0
    size = f"{abs(larger):.0%} {'larger' if larger >= 0 else 'smaller'}"
    told.append(
        f"The adaptive rule, which follows the level and adds its own past errors, would have been enough in "
        f"{adaptive.enough}, with a reserve that is {size} on average. This page turns to it when it finds "
        f"that the level moved; so led, it would have been enough in {ladder.enough}."
    )
    told.append(
        f"Such a reserve left {ladder.idle:.0%} of a usual sprint's unplanned work unused on average and fell "
        f"short by {ladder.overflow:.0%}. What is unused is worth little unless scheduled bugs are pulled "
        "forward into it."
    )
    return told
