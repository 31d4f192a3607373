"""Duties as pages show them: days with who is on duty, shifts as one line, what a change would move."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from oncall.lifecycle import TurnUnit, Why
from oncall.models import Duty, SwapOffer
from oncall.rules.changes import Moved, layers_at
from oncall.rules.gaps import NEAR, QUIET, Gap
from oncall.rules.hours import written
from oncall.rules.rota import Layer, Version
from oncall.services import Preview
from teams.models import Person

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Stretch:
    """Who is on duty on a part of a day; `since` only where it begins on that day. Nobody is a gap."""

    name: str
    since: str = ""
    mine: bool = False
    why: str = ""
    past: bool = False


@dataclass
class Day:
    on: date
    today: bool
    outside: bool = False  # of the month that is shown
    stretches: list[Stretch] = field(default_factory=list)


def days(
    duties: Sequence[Duty], first: date, count: int, *, at: datetime, zone: tzinfo, me: int
) -> list[list[Day]]:
    """Weeks of days by the reader's wall clock, with gaps said as such; `duties` in order, of one duty."""
    found = []
    for day, starts, ends in _days(first, count, at, zone):
        last = starts
        for duty in duties:
            start, end = duty.during.lower, duty.during.upper
            if end <= starts or start >= ends:
                continue
            if last < start:
                day.stretches.append(_gap(last, starts, start <= at, zone))
            day.stretches.append(
                Stretch(
                    str(duty.person),
                    f"{start.astimezone(zone):%H:%M}" if start > starts else "",
                    duty.person_id == me,
                    because(duty) if duty.why != Why.GIVEN else "",
                    end <= at,
                )
            )
            last = end
        if last < ends:
            day.stretches.append(_gap(last, starts, ends <= at, zone))
        found.append(day)
    return _weeks(found)


def my_days(
    duties: Sequence[Duty], first: date, count: int, *, at: datetime, zone: tzinfo
) -> list[list[Day]]:
    """Weeks of days with what one is on duty for, of every team; a day without is empty."""
    found = []
    for day, starts, ends in _days(first, count, at, zone):
        for duty in duties:
            start, end = duty.during.lower, duty.during.upper
            if end <= starts or start >= ends:
                continue
            since = f"{start.astimezone(zone):%H:%M}" if start > starts else ""
            until = f"until {end.astimezone(zone):%H:%M}" if end < ends else ""
            name = f"{duty.get_duty_display()}, {duty.team.name}"
            said = f"{since} {until}".strip()
            day.stretches.append(Stretch(name, said, True, because(duty), end <= at))
        found.append(day)
    return _weeks(found)


def _days(
    first: date, count: int, at: datetime, zone: tzinfo
) -> Iterator[tuple[Day, datetime, datetime]]:
    today = at.astimezone(zone).date()
    for n in range(count):
        on = first + n * DAY
        starts, ends = (datetime.combine(d, time(), zone) for d in (on, on + DAY))
        yield Day(on, on == today), starts, ends


def _weeks(days: list[Day]) -> list[list[Day]]:
    return [days[n : n + 7] for n in range(0, len(days), 7)]


def _gap(since: datetime, starts: datetime, past: bool, zone: tzinfo) -> Stretch:
    return Stretch("", f"{since.astimezone(zone):%H:%M}" if since > starts else "", past=past)


def because(duty: Duty) -> str:
    """Why it is theirs, in a few words."""
    if duty.why == Why.SWAP and duty.instead_of:
        return f"swapped with {duty.instead_of}"
    if duty.why == Why.SWAP:
        return "swapped"
    return {Why.TURN: "", Why.OVERRIDE: "override", Why.GIVEN: "by hand"}[Why(duty.why)]


def span(start: datetime, end: datetime, zone: tzinfo) -> str:
    """Mon 7 Dec 09:00 to Mon 14 Dec 09:00."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    ends = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%a %-d %b %H:%M}"
    return f"{first:%a %-d %b %H:%M} to {ends}"


def shift_words(slot: str, pieces: Sequence[Duty], zone: tzinfo) -> tuple[str, str]:
    """A shift as a choice: its name, and whose it is when."""
    first, last = pieces[0], pieces[-1]
    return slot, f"{first.person}, {span(first.during.lower, last.during.upper, zone)}"


@dataclass(frozen=True)
class ShiftLine:
    """A stretch of the schedule; without a name it is a gap between two."""

    when: str
    name: str = ""
    mine: bool = False
    why: str = ""


def shift_lines(duties: Sequence[Duty], zone: tzinfo, *, me: int) -> list[ShiftLine]:
    found: list[ShiftLine] = []
    last: datetime | None = None
    for d in duties:
        start, end = d.during.lower, d.during.upper
        if last is not None and last < start:
            found.append(ShiftLine(span(last, start, zone)))
        mine = d.person_id == me
        found.append(ShiftLine(span(start, end, zone), str(d.person), mine, because(d)))
        last = end
    return found


@dataclass(frozen=True)
class GapLine:
    """A gap that matters: when it is, and how much of the support hours it leaves to nobody."""

    near: bool
    words: str


def gap_lines(gaps: Iterable[Gap], at: datetime, zone: tzinfo, most: int = 4) -> list[GapLine]:
    """The gaps that matter, the nearest first; the rest only counted. Quiet ones the calendar hatches."""
    matter = [gap for gap in gaps if gap.severity != QUIET]
    found = [
        GapLine(
            gap.severity == NEAR,
            f"{span(gap.start, gap.end, zone)}: {_hours(gap.promised)} of support hours, {when(gap, at, zone)}",
        )
        for gap in matter[:most]
    ]
    if more := len(matter) - most:
        found += [GapLine(False, f"and {more} more within four weeks")] if more > 0 else []
    return found


def when(gap: Gap, at: datetime, zone: tzinfo) -> str:
    if gap.start <= at:
        return "now"
    days = (gap.start.astimezone(zone).date() - at.astimezone(zone).date()).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


@dataclass(frozen=True)
class LayerLine:
    name: str
    people: list[str]
    words: str


def layer_line(layer: Layer, names: Mapping[int, str]) -> LayerLine:
    unit = TurnUnit(layer.unit)
    every = f"Turns of {layer.length} {unit.label}" if layer.length > 1 else f"A {unit} each"
    words = f"{every}, handed over at {layer.handoff:%H:%M} ({layer.zone.key})"
    if layer.hours:
        words += f"; only {written(layer.hours)}".replace("\n", "; ")
    return LayerLine(layer.name, [names.get(p, "?") for p in layer.participants], words)


@dataclass(frozen=True)
class Order:
    """The layers from a moment on; `since` is empty for what holds now."""

    since: str
    layers: list[LayerLine]


def orders(
    versions: Sequence[Version], at: datetime, names: Mapping[int, str], zone: tzinfo
) -> list[Order]:
    """What holds at this moment, and what begins later."""
    found = [Order("", [layer_line(layer, names) for layer in layers_at(versions, at)])]
    for version in versions:
        if version.since > at:
            since = f"{version.since.astimezone(zone):%a %-d %b %Y %H:%M}"
            found.append(Order(since, [layer_line(layer, names) for layer in version.layers]))
    return found


@dataclass(frozen=True)
class MovedLine:
    """What a change would move for one person: how long they are on duty before and after, and the first spans."""

    name: str
    before: str
    after: str
    loses: list[str]
    gets: list[str]
    more: int


def moved_lines(
    moved: Mapping[int | None, Moved], people: Iterable[Person], zone: tzinfo, most: int = 3
) -> list[MovedLine]:
    names = {p.pk: str(p) for p in people}
    found = []
    for who, change in moved.items():
        spans = [[span(*s, zone) for s in side[:most]] for side in (change.loses, change.gets)]
        more = max(len(change.loses) - most, 0) + max(len(change.gets) - most, 0)
        found.append(
            MovedLine(
                names.get(who, "Somebody") if who else "Nobody (a gap)",
                _hours(change.before),
                _hours(change.after),
                *spans,
                more,
            )
        )
    return sorted(found, key=lambda line: (line.name.startswith("Nobody"), line.name))


@dataclass(frozen=True)
class PreviewLines:
    """What a change would do, in words: whom it moves, and what else it touches."""

    moved: list[MovedLine]
    touches: list[str]


def previewed(found: Preview, people: Iterable[Person], zone: tzinfo) -> PreviewLines:
    touches = [_lapse(swap) for swap in found.lapses]
    touches += [
        f"{o.person} stays on duty {span(o.during.lower, o.during.upper, zone)}: an override counts over every layer."
        for o in found.overrides
    ]
    touches += [
        f"What was to begin on {since.astimezone(zone):%a %-d %b %Y %H:%M} is put aside."
        for since in found.put_aside
    ]
    return PreviewLines(moved_lines(found.moved, people, zone), touches)


def _lapse(swap: SwapOffer) -> str:
    shifts = " and ".join(filter(None, [swap.slot, swap.in_return]))
    if swap.taken_by is None:
        return f"{swap.offered_by}’s offer of {shifts} no longer applies: it is no shift any more. They are told."
    return f"The swap of {swap.offered_by} and {swap.taken_by} ({shifts}) no longer applies. Both are told."


def _hours(length: timedelta) -> str:
    return f"{round(length / HOUR):,} h"


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())
