"""Run it: `make bench-rotations`. A year of ten rotations, resolved, beside a plain expansion with dateutil.

- ours: `oncall.rules.resolver.resolve`, all of it: layers, hours, overrides, absences, gaps, reasons.
- plain: the starts of the same turns and the hours of the same days by `dateutil.rrule`, each made a moment
  of its zone. No priority, no turn that is skipped, no override, no reason: the least that expanding needs.

Medians of rounds in turn; the first round (zones read, patterns counted) is printed apart as *cold*.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from dateutil import rrule

from oncall.rules.resolver import resolve
from oncall.rules.rota import Absence, Layer, Override, Rota, Version
from teams.rules import Hours

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
OFFICE = frozenset(Hours(day, wall_time(9), wall_time(17)) for day in range(5))
ALL_DAYS = frozenset(Hours(day, wall_time(8), wall_time(16)) for day in range(7))
ROUNDS = 30
EVERY = {"hour": rrule.HOURLY, "day": rrule.DAILY, "week": rrule.WEEKLY, "month": rrule.MONTHLY}


def layer(
    zone: str,
    unit: str,
    length: int = 1,
    hours: frozenset[Hours] = frozenset(),
    name: str = "turns",
) -> Layer:
    starts, handoff = date(2025, 12, 1), wall_time(9)
    return Layer(name, ZoneInfo(zone), starts, handoff, unit, length, (1, 2, 3, 4, 5), hours)


def ten() -> list[Rota]:
    """Weekly as most are, daily, twelve hours, monthly, working hours with nights below, around the world."""
    zones = ("Asia/Kathmandu", "Europe/Brussels", "America/New_York")
    sun = tuple(layer(zone, "week", hours=ALL_DAYS, name=zone) for zone in zones)
    nights = (
        layer("Europe/Brussels", "day", hours=OFFICE),
        layer("Europe/Brussels", "week", name="nights"),
    )
    layers = [
        *((layer(zone, "week"),) for zone in (*zones, "Australia/Lord_Howe")),
        (layer("Europe/Brussels", "week", 2),),
        (layer("America/New_York", "day"),),
        (layer("Africa/Cairo", "hour", 12),),
        (layer("Europe/Brussels", "month"),),
        nights,
        sun,
    ]
    day = timedelta(days=1)
    overrides = tuple(
        Override(n, SINCE + 9 * n * day, SINCE + (9 * n + 2) * day, 1) for n in range(40)
    )
    absences = tuple(
        Absence(n % 5 + 1, SINCE + 12 * n * day, SINCE + (12 * n + 5) * day) for n in range(30)
    )
    return [Rota((Version(SINCE, each),), overrides, absences) for each in layers]


def ours(rotations: list[Rota]) -> int:
    return sum(len(resolve(rota, SINCE, UNTIL)) for rota in rotations)


def plain(rotations: list[Rota]) -> int:
    return sum(_expanded(layer) for rota in rotations for layer in rota.versions[0].layers)


def _expanded(layer: Layer) -> int:
    until = UNTIL.replace(tzinfo=None)
    starts = rrule.rrule(
        EVERY[layer.unit], dtstart=layer.anchor, interval=layer.length, until=until
    )
    moments = [_moment(start, layer.zone) for start in starts]
    for hours in layer.hours:
        first = datetime.combine(date(2026, 1, 1), hours.starts)
        days = rrule.rrule(rrule.WEEKLY, dtstart=first, byweekday=hours.weekday, until=until)
        for opens in days:
            moments.append(_moment(opens, layer.zone))
            moments.append(_moment(datetime.combine(opens.date(), hours.ends), layer.zone))
    return len(moments)


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def timed(job: Callable[[list[Rota]], int]) -> tuple[float, int]:
    rotations = ten()
    start = time.process_time()
    count = job(rotations)
    return (time.process_time() - start) * 1000, count


def main() -> None:
    cold = timed(ours)[0]
    rounds = [(timed(plain), timed(ours)) for _ in range(ROUNDS)]
    for name, which in (("plain", 0), ("ours", 1)):
        took = [each[which][0] for each in rounds]
        count = rounds[0][which][1]
        print(
            f"{name:6} {statistics.median(took):6.1f} ms  ({min(took):.1f}..{max(took):.1f})  {count:,} pieces"
        )
    ratio = statistics.median(p[0] / o[0] for p, o in rounds)
    print(f"plain / ours {ratio:.2f}; ours cold {cold:.1f} ms")


if __name__ == "__main__":
    main()
