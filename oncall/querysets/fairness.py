"""Who served how much of a duty, and what of it was their share (ONC-5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from psycopg2.extras import DateTimeTZRange

from oncall.models import Duty, FairnessWeights, Page, Rotation
from oncall.querysets.rotas import absences_of, versions_of
from oncall.rules import ON_CALL
from oncall.rules.fairness import (
    CLASSES,
    DRAWS,
    HOURS,
    NIGHT,
    NIGHT_PAGE,
    PAGE,
    Judged,
    Shift,
    class_at,
    hours_by_class,
    judge,
    shares_between,
    to_ask_next,
)
from oncall.rules.resolver import in_force
from oncall.rules.rota import Version
from oncall.rules.walls import wall_at
from teams.models import CalendarDayOff, Person, Team

Span = tuple[datetime, datetime, int]
#: How far back and ahead burden counts when somebody is to be asked.
LOOK = timedelta(weeks=13)


@dataclass(frozen=True)
class Balance:
    """One duty of one team in a span: how it is shared, and each person's hours and pages by class."""

    duty: str
    judged: Judged
    hours: Mapping[int, Mapping[str, float]] = field(default_factory=dict)


def weights_of(team: Team) -> FairnessWeights:
    """What the team counts with; a team without a row has the defaults."""
    return FairnessWeights.objects.filter(team=team).first() or FairnessWeights(team=team)


def balance_of(team: Team, duty: str, since: datetime, until: datetime) -> Balance:
    """What was served of a duty in [since, until). `team` comes with its calendar."""
    members = _members(team, duty, since, until)
    return _balance(team, duty, since, until, members, draws=DRAWS)


def _balance(
    team: Team, duty: str, since: datetime, until: datetime, members: list[Span], *, draws: int
) -> Balance:
    weights = weights_of(team)
    points = {name: float(getattr(weights, name)) for name in CLASSES}
    zone, free = ZoneInfo(team.calendar.zone), days_off(team, since, until)
    rows = Duty.objects.filter(
        team=team, duty=duty, during__overlap=DateTimeTZRange(since, until)
    ).order_by("during", "pk")
    held = [
        (max(r.during.lower, since), min(r.during.upper, until), r.person_id, r.slot or f"{r.pk}")
        for r in rows
    ]
    there = shares_between(members, since, until)
    everybody = tuple(sorted({who for _, _, who, _ in held}))
    pages = _pages(team, duty, since, until)
    shifts: list[Shift] = []
    hours: dict[int, dict[str, float]] = {}
    for start, end, who, slot in held:
        for first, last, eligible in there:
            if start >= last or first >= end:
                continue
            found = hours_by_class(max(start, first), min(end, last), zone, free)
            worth = sum(points[name] * n for name, n in found.items())
            for moment in pages:
                if max(start, first) <= moment < min(end, last):
                    at_night = class_at(wall_at(moment, zone), free) == NIGHT
                    worth += points[NIGHT_PAGE if at_night else PAGE]
            shifts.append(Shift(who, slot, worth, eligible or everybody))
            mine = hours.setdefault(who, dict.fromkeys(HOURS, 0.0))
            for name, n in found.items():
                mine[name] += n
    return Balance(duty, judge(shifts, draws), hours)


def days_off(team: Team, since: datetime, until: datetime) -> frozenset[date]:
    """The days of the team's calendar, as it is now, on which nobody works."""
    found = CalendarDayOff.objects.filter(
        version__calendar=team.calendar_id,
        version__number=team.calendar.version,
        day__range=(since.date() - timedelta(days=1), until.date() + timedelta(days=1)),
    )
    return frozenset(found.values_list("day", flat=True))


def _pages(team: Team, duty: str, since: datetime, until: datetime) -> list[datetime]:
    """When the holder of this duty was paged: a page comes to who is on call."""
    if duty != ON_CALL:
        return []
    rows = Page.objects.filter(team=team, at__gte=since, at__lt=until).order_by("at", "pk")
    return list(rows.values_list("at", flat=True))


def _members(team: Team, duty: str, since: datetime, until: datetime) -> list[Span]:
    """From when until when each person took turns and was not away; empty without a rotation."""
    rotation = Rotation.objects.filter(team=team, duty=duty).first()
    if rotation is None:
        return []
    return _there(versions_of(rotation, since), since, until)


def _there(versions: Sequence[Version], since: datetime, until: datetime) -> list[Span]:
    turns = [
        (start, end, who)
        for version, start, end in in_force(versions, since, until)
        for who in {p for layer in version.layers for p in layer.participants}
    ]
    people = {who for _, _, who in turns}
    away = [(a.start, a.end, a.who) for a in absences_of(people, since, until)]
    return list(_without(turns, away))


def _without(spans: Iterable[Span], away: list[Span]) -> Iterable[Span]:
    for start, end, who in spans:
        for leaves, returns, _ in sorted(a for a in away if a[2] == who):
            if start < min(leaves, end):
                yield start, min(leaves, end), who
            start = max(start, returns)
        if start < end:
            yield start, end, who


def whom_to_ask_next(
    team: Team,
    duty: str,
    start: datetime,
    end: datetime,
    at: datetime,
    versions: Sequence[Version] | None = None,
) -> list[Person]:
    """Who could take [start, end): those furthest behind their share first, counting what is planned ahead.

    Who is away then, or holds a duty of the team then, is not asked. For a swap or an override. `versions` are
    the rotation's from `at - LOOK` on, when they were read before.
    """
    since, until = at - LOOK, max(at + LOOK, end)
    read = versions is None
    members = _members(team, duty, since, until) if read else _there(versions, since, until)
    balance = _balance(team, duty, since, until, members, draws=0)
    if members:
        able = set.intersection(*(set(p) for _, _, p in shares_between(members, start, end)))
    else:
        able = set(balance.judged.positions)
        able -= {a.who for a in absences_of(able, start, end)}
    busy = Duty.objects.filter(team=team, during__overlap=DateTimeTZRange(start, end))
    able -= set(busy.values_list("person_id", flat=True))
    people = Person.objects.filter(is_active=True).in_bulk(able)
    order = to_ask_next(balance.judged.positions, able)
    return [people[who] for who in order if who in people]
