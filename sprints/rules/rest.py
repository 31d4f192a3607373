"""Who was paged at night rests the day after (ONC-3). Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from oncall.rules.fairness import DAYTIME, NIGHT_FROM
from sprints.rules.reserve import CENT, ZERO


def morning_after(wall: datetime) -> date | None:
    """The day whose morning ends the night in which the wall clock shows this; None by day and in the evening.

    The same night as in the balance of duties: from 22:00 to 07:00, whatever the weekday.
    """
    if wall.time() >= NIGHT_FROM:
        return wall.date() + timedelta(days=1)
    return wall.date() if wall.time() < DAYTIME else None


@dataclass(frozen=True)
class Amounts:
    """What a sprint holds, in its unit. `reserve` is its size; `used` is what is held or spent of that."""

    capacity: Decimal
    release_manager_duty: Decimal
    on_call_duty: Decimal
    reserve: Decimal
    used: Decimal = ZERO
    #: The stock stream and the carried holds.
    aside: Decimal = ZERO


def rested(
    now: Amounts,
    asked: Decimal,
    *,
    release_manager_share: Decimal = ZERO,
    on_call_share: Decimal = ZERO,
) -> tuple[Decimal, Amounts]:
    """How much of `asked` a rest takes of a sprint, and what the sprint holds then, so that its parts add up.

    A share is what a duty takes of the working time of who rests: the duty has that much less too (SPR-1).
    First goes what is free to plan, then reserve that nobody was promised; never what is held or spent.
    """
    duties = now.release_manager_duty, now.on_call_duty
    kept = duties[0] + max(duties[1], now.used) + now.aside
    amount = max(min(asked, now.capacity - kept), ZERO)
    managing, calling = (
        duty - min(duty, (amount * share).quantize(CENT, ROUND_HALF_UP))
        for duty, share in zip(duties, (release_manager_share, on_call_share), strict=True)
    )
    capacity = now.capacity - amount
    missing = max(now.reserve + managing + now.aside - capacity, ZERO)
    reserve = now.reserve - min(missing, amount, now.reserve - now.used)
    return amount, Amounts(capacity, managing, calling, reserve, now.used, now.aside)
