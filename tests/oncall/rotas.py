"""Rotations around changes of clocks, for the properties; and an answer by simpler means to hold the resolver to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from oncall.rules.rota import Absence, Layer, Override, Rota, Version
from oncall.rules.walls import DAY, HOUR, MONTH, SPAN, UNITS, WEEK, step
from teams.rules import Hours

QUARTER = timedelta(minutes=15)

#: A zone and a day near which its clocks change: gaps, overlaps, half an hour, no midnight, Ramadan, no day at all.
CHANGES = [
    ("Europe/Brussels", date(2026, 3, 29)),
    ("Europe/Brussels", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight does not exist
    ("America/Sao_Paulo", date(2018, 2, 18)),  # 23:00 to midnight comes twice
    ("Asia/Beirut", date(2026, 3, 29)),  # no midnight either
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Africa/Casablanca", date(2026, 2, 15)),  # back for Ramadan
    ("Asia/Kathmandu", date(2026, 1, 1)),  # three quarters of an hour, and never a change
    ("Pacific/Apia", date(2011, 12, 30)),  # this day does not exist
]
ZONES = sorted({zone for zone, _ in CHANGES})


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def wall(*parts: int) -> datetime:
    """What a clock on a wall shows: it knows no zone."""
    return utc(*parts).replace(tzinfo=None)


LONG_AGO = utc(1900, 1, 1)


def a_layer(
    zone: str = "Europe/Brussels",
    *,
    unit: str = WEEK,
    length: int = 1,
    people: tuple[int, ...] = (1, 2, 3),
    starts: date = date(2026, 1, 5),
    handoff: time = time(9),
    hours: frozenset[Hours] = frozenset(),
    name: str = "first",
) -> Layer:
    return Layer(name, ZoneInfo(zone), starts, handoff, unit, length, people, hours)


def rota(*layers: Layer, since: datetime = LONG_AGO, **told: object) -> Rota:
    return Rota((Version(since, layers),), **told)  # type: ignore[arg-type]


def working_hours(opens: int = 9, closes: int = 17, days: int = 5) -> frozenset[Hours]:
    return frozenset(Hours(day, time(opens), time(closes)) for day in range(days))


# Strategies. Everything lies on quarters of an hour, as every change of clocks does.

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
weekly = st.frozensets(st.builds(Hours, st.integers(0, 6), times, times), max_size=6)
people = st.lists(st.integers(1, 5), min_size=1, max_size=4, unique=True).map(tuple)
changes = st.sampled_from(CHANGES)


@st.composite
def layers(draw: st.DrawFn, name: str = "first", near: tuple[str, date] | None = None) -> Layer:
    zone, day = near or draw(changes)
    return Layer(
        name,
        ZoneInfo(zone),
        day + timedelta(days=draw(st.integers(-60, 60))),
        draw(times),
        draw(st.sampled_from(UNITS)),
        draw(st.integers(1, 5)),
        draw(people),
        draw(weekly),
    )


@st.composite
def spans(draw: st.DrawFn, day: date, days: int = 12) -> tuple[datetime, datetime]:
    """Some days around this one."""
    middle = datetime.combine(day, time(), UTC)
    quarters = st.integers(-days * 96, days * 96)
    first, last = sorted((draw(quarters), draw(quarters)))
    return middle + first * QUARTER, middle + (last + 1) * QUARTER


@st.composite
def stories(draw: st.DrawFn) -> tuple[Rota, datetime, datetime]:
    """A rotation with all that may happen to it, and a span around a change of clocks."""
    near = draw(changes)
    since, until = draw(spans(near[1]))
    parts = st.tuples(spans(near[1]), st.integers(1, 5))
    versions = [Version(LONG_AGO, _layers(draw, near))]
    if draw(st.booleans()):
        versions.append(Version(draw(spans(near[1]))[0], _layers(draw, near)))
    overrides = [Override(n, *span, who) for n, (span, who) in enumerate(draw(_some(parts)))]
    absences = [Absence(who, *span) for span, who in draw(_some(parts))]
    return Rota(tuple(versions), tuple(overrides), tuple(absences)), since, until


def _some(one: st.SearchStrategy) -> st.SearchStrategy:  # type: ignore[type-arg]
    return st.lists(one, max_size=4)


def _layers(draw: st.DrawFn, near: tuple[str, date]) -> tuple[Layer, ...]:
    names = ("first", "second", "third")[: draw(st.integers(1, 3))]
    return tuple(draw(layers(name, near if draw(st.booleans()) else None)) for name in names)


# By simpler means: look at the wall every quarter of an hour, and do calendar arithmetic on the latest time
# that it has shown so far. Slow, without a single moment worked out.


def latest_shown(zone: ZoneInfo, moment: datetime) -> datetime:
    """The latest time that the wall has shown by now (a day back suffices: no clock goes back further)."""
    looks = (moment - n * QUARTER for n in range(100))
    return max(look.astimezone(zone).replace(tzinfo=None, fold=0) for look in looks)


def _floor(wall: datetime) -> datetime:
    return wall.replace(minute=wall.minute // 15 * 15, second=0, microsecond=0)


def plainly(layer: Layer, moment: datetime) -> int | None:
    """Who is on duty by this layer, or None."""
    wall = _floor(latest_shown(layer.zone, moment))
    if layer.hours and not _open(layer, wall):
        return None
    turn = 0
    while _start(layer, turn) > wall:
        turn -= 1
    while _start(layer, turn + 1) <= wall:
        turn += 1
    between = range(turn) if turn >= 0 else range(turn, 0)
    real = sum(1 for n in between if _is_turn(layer, n))
    return layer.participants[(real if turn >= 0 else -real) % len(layer.participants)]


def _start(layer: Layer, turn: int) -> datetime:
    return step(datetime.combine(layer.starts, layer.handoff), layer.unit, turn * layer.length)


def _is_turn(layer: Layer, turn: int) -> bool:
    if not layer.hours or layer.unit in (WEEK, MONTH):
        return True
    quarters = SPAN[layer.unit] * layer.length // QUARTER
    assert layer.unit in (HOUR, DAY)
    return any(_open(layer, _start(layer, turn) + n * QUARTER) for n in range(min(quarters, 672)))


def _open(layer: Layer, wall: datetime) -> bool:
    return any(opens <= wall < closes for opens, closes in _hours_around(layer, wall))


def _hours_around(layer: Layer, wall: datetime) -> Iterator[tuple[datetime, datetime]]:
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        for h in layer.hours:
            if h.weekday == day.weekday():
                ends = day + timedelta(days=1) if h.ends <= h.starts else day
                yield datetime.combine(day, h.starts), datetime.combine(ends, h.ends)


def plainly_all(told: Rota, moment: datetime) -> int | None:
    """Who is on duty by everything: absences, overrides from the latest on, layers from the first on."""
    away = {a.who for a in told.absences if a.start <= moment < a.end}
    for override in sorted(told.overrides, reverse=True):
        if override.start <= moment < override.end and override.who not in away:
            return override.who
    version = max((v for v in told.versions if v.since <= moment), key=lambda v: v.since)
    for layer in version.layers:
        who = plainly(layer, moment)
        if who is not None and who not in away:
            return who
    return None


def turned(told: Rota, by: int) -> Rota:
    """The same rotation with everybody's place in every order moved on."""

    def on(layer: Layer) -> Layer:
        cut = by % len(layer.participants)
        return replace(layer, participants=layer.participants[cut:] + layer.participants[:cut])

    versions = (replace(v, layers=tuple(map(on, v.layers))) for v in told.versions)
    return replace(told, versions=tuple(versions))
