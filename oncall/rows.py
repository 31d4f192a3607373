"""Duties as pages show them: days with who is on duty, shifts as one line, what a change would move."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from oncall.lifecycle import TurnUnit, Why
from oncall.models import Duty
from oncall.rules.changes import Moved
from oncall.rules.rota import Layer
from teams.models import Person
from teams.rules import WEEKDAYS

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
    stretches: list[Stretch] = field(default_factory=list)


def days(
    duties: Sequence[Duty], first: date, count: int, *, at: datetime, zone: tzinfo, me: int
) -> list[list[Day]]:
    """Weeks of days by the reader's wall clock, with gaps said as such; `duties` in order, of one duty."""
    today = at.astimezone(zone).date()
    found = []
    for n in range(count):
        on = first + n * DAY
        starts, ends = (datetime.combine(d, time(), zone) for d in (on, on + DAY))
        day = Day(on, on == today)
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
    return [found[n : n + 7] for n in range(0, count, 7)]


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
class LayerLine:
    name: str
    people: list[str]
    words: str


def layer_line(layer: Layer, names: Mapping[int, str]) -> LayerLine:
    unit = TurnUnit(layer.unit)
    every = f"Turns of {layer.length} {unit.label}" if layer.length > 1 else f"A {unit} each"
    words = f"{every}, handed over at {layer.handoff:%H:%M} ({layer.zone.key})"
    if layer.hours:
        hours = sorted(layer.hours)
        said = [f"{WEEKDAYS[h.weekday][:3]} {h.starts:%H:%M} to {h.ends:%H:%M}" for h in hours]
        if len({(h.starts, h.ends) for h in hours}) == 1:
            on = ", ".join(WEEKDAYS[h.weekday][:3] for h in hours)
            said = [f"{on} {hours[0].starts:%H:%M} to {hours[0].ends:%H:%M}"]
        words += f"; only {', '.join(said)}"
    return LayerLine(layer.name, [names.get(p, "?") for p in layer.participants], words)


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


def _hours(length: timedelta) -> str:
    return f"{round(length / HOUR):,} h"


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())
