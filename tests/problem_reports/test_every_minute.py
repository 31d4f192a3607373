"""Business time against an oracle that looks at the clock on the wall every minute.

A thousand random weeks, stretches, targets and pauses in each zone; BUSINESS_TIME_CASES=100000 tries more.
"""

import os
from datetime import date, datetime, time
from random import Random

import pytest

from problem_reports.clocks.rules import (
    Calendar,
    Pause,
    PauseKind,
    Shift,
    between,
    due,
    elapsed,
    steps,
)
from tests.problem_reports.business_time import (
    DAY,
    MINUTE,
    REACH,
    ZONES,
    moment_near,
    open_minutes,
)

CASES = int(os.environ.get("BUSINESS_TIME_CASES", "400"))
#: Days each way that a case may lie from the day on which clocks change; the oracle sees eight.
DAYS = 4
#: A day on which nothing happens, beside those on which clocks change.
ORDINARY = date(2027, 6, 16)


def a_week(dice: Random, zone: str, day: date) -> Calendar:
    def hour() -> time:
        return time(
            dice.choice([0, 1, 2, 3, 23, dice.randrange(24)]), dice.choice([0, 1, 15, 30, 59])
        )

    shifts = (Shift(dice.randrange(7), hour(), hour()) for _ in range(dice.randint(1, 10)))
    days_off = {day + n * DAY: "" for n in dice.sample(range(-DAYS, DAYS + 1), dice.randrange(3))}
    return Calendar(zone, tuple(shifts), days_off)


def some_minutes(dice: Random, how_many: int) -> list[int]:
    """Minutes from the day's midnight in UTC, in order; odd ones and those of whole hours."""
    return sorted(
        dice.choice([dice.randint(-DAYS * 1440, DAYS * 1440), dice.randint(-50, 50) * 60])
        for _ in range(how_many)
    )


def some_pauses(dice: Random) -> list[tuple[int, int | None, PauseKind]]:
    spans = (some_minutes(dice, 2) for _ in range(dice.randrange(4)))
    known = [(begins, ends, dice.choice([*PauseKind])) for begins, ends in spans]
    begun = [
        (begins, None, PauseKind.SNOOZED) for begins in some_minutes(dice, dice.randrange(5) // 4)
    ]
    return dice.sample(known + begun, len(known + begun))


@pytest.mark.parametrize("zone", ZONES)
def test_it_is_what_looking_at_the_clock_every_minute_gives(zone: str) -> None:
    dice = Random(f"{zone} {CASES}")
    for case in range(CASES):
        day = dice.choice([*ZONES[zone], ORDINARY])
        calendar, (first, last) = a_week(dice, zone, day), some_minutes(dice, 2)
        paused = some_pauses(dice)

        is_open = open_minutes(calendar, day)
        counts = bytearray(is_open)
        for begins, ends, _ in paused:
            until = len(counts) if ends is None else REACH + ends
            counts[REACH + begins : until] = bytes(until - REACH - begins)
        worked = counts.count(1, REACH + first, REACH + last)
        target = dice.randint(0, worked)
        # The minute after the one that made it enough; at once, when nothing was asked for.
        enough = first
        for _ in range(target):
            enough = counts.index(1, REACH + enough) - REACH + 1

        def moment(minute: int, day: date = day) -> datetime:
            return moment_near(day, minute * 60)

        a, b = moment(first), moment(last)
        held = [Pause(moment(p), None if q is None else moment(q), kind) for p, q, kind in paused]
        told = (case, calendar, a, b, held)
        assert between(calendar, a, b) == is_open.count(1, REACH + first, REACH + last) * MINUTE, (
            told
        )
        assert elapsed(calendar, a, b, held) == worked * MINUTE, told
        assert due(calendar, a, target * MINUTE, held) == moment(enough), told
        counted = bytearray(len(counts))
        for step in steps(calendar, a, b, held):
            x, y = ((edge - moment(-REACH)) // MINUTE for edge in (step.begins, step.ends))
            counted[x:y] = bytes([step.counted]) * (y - x)
        assert counted[REACH + first : REACH + last] == counts[REACH + first : REACH + last], told
