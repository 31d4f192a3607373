"""What people can do in a sprint, before duties, and what their duties take of it (SPR-1, SPR-2). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from sprints.rules.reserve import CENT, ZERO

WHOLE = Decimal(100)


@dataclass(frozen=True)
class Presence:
    """One person in a sprint: working days of the calendar, of them off; part time and focus in percent;
    on how many of the days they hold a duty; the hours in which they let trainees go along, and those of rest
    after pages at night."""

    days: Decimal
    days_off: Decimal = ZERO
    share_percent: int = 100
    focus_percent: int = 70
    release_manager_days: Decimal = ZERO
    on_call_days: Decimal = ZERO
    mentor_hours: Decimal = ZERO
    rest_hours: Decimal = ZERO

    @property
    def present(self) -> Decimal:
        return max(self.days - self.days_off, ZERO)


@dataclass(frozen=True)
class Reckoned:
    """In the team's unit; the duties are a part of the capacity, together never more than all of it."""

    capacity: Decimal
    release_manager_duty: Decimal
    on_call_duty: Decimal


def worth(person: Presence, *, hours_per_day: Decimal, hours_per_unit: Decimal) -> Decimal:
    """present days × hours of a day × share × focus, less hours as a mentor and of rest, in the team's unit.

    Not rounded.
    """
    share = Decimal(person.share_percent * person.focus_percent) / (WHOLE * WHOLE)
    hours = person.present * hours_per_day * share - person.mentor_hours - person.rest_hours
    return max(hours, ZERO) / hours_per_unit


def reckon(
    people: Iterable[Presence],
    *,
    hours_per_day: Decimal,
    hours_per_unit: Decimal,
    release_manager_percent: int,
    on_call_percent: int,
) -> Reckoned:
    """Add people up. A duty takes its percentage of what its holder is worth on the days of the duty.

    Who holds both duties is not taken twice: the second duty takes at most what the first one leaves.
    """
    total, managing, calling = ZERO, ZERO, ZERO
    for person in people:
        whole = worth(person, hours_per_day=hours_per_day, hours_per_unit=hours_per_unit)
        first = _taken(whole, person, person.release_manager_days, release_manager_percent)
        second = _taken(whole, person, person.on_call_days, on_call_percent)
        total += whole
        managing += first
        calling += min(second, whole - first)
    # Rounded down, so that the parts never are more than the whole.
    return Reckoned(
        capacity=total.quantize(CENT, ROUND_HALF_UP),
        release_manager_duty=managing.quantize(CENT, ROUND_DOWN),
        on_call_duty=calling.quantize(CENT, ROUND_DOWN),
    )


def _taken(whole: Decimal, person: Presence, days: Decimal, percent: int) -> Decimal:
    if not person.present:
        return ZERO
    return whole * min(days, person.present) / person.present * Decimal(percent) / WHOLE
