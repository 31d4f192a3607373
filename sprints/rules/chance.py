"""The chance that a sprint still reaches its goal, by simulation from the team's own sprints (SPR-4). Pure.

Research/flow.md §4: draws of `what is done in the rest − what comes in unplanned in the rest` against what is left to
do for the goal. Each draw takes what some closed sprint finished from this day on, and what came into another one
from this day on: both are the team's record, so no ratio of estimate to effort is guessed. The team is taken to do
first what serves the goal, and after what is promised to injected bugs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

#: So many closed sprints say something about this one.
ENOUGH = 8
DRAWS = 2000


@dataclass(frozen=True)
class Rest:
    """The rest of one closed sprint, from the same day on: what was finished, and what came in unplanned."""

    done: Decimal
    came: Decimal


def chance(past: Sequence[Rest], *, goal: Decimal, promised: Decimal, seed: int) -> float | None:
    """The share of draws in which `goal` is done beside what is `promised`; None when the record is too short.

    All in the team's unit. The same seed draws the same rests: more to do never raises the chance.
    """
    if len(past) < ENOUGH:
        return None
    die = Random(seed)  # noqa: S311  # a simulation, and no secret
    finished = die.choices([rest.done for rest in past], k=DRAWS)
    came = die.choices([rest.came for rest in past], k=DRAWS)
    need = goal + promised
    return sum(done - more >= need for done, more in zip(finished, came, strict=True)) / DRAWS


def in_words(share: float) -> str:
    """In whole percent; a dozen sprints cannot tell a certainty from what is nearly one."""
    percent = round(share * 100)
    if percent < 5:
        return "below 5 %"
    return "above 95 %" if percent > 95 else f"{percent} %"
