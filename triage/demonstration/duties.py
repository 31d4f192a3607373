"""Who was release manager and who was on call: a year of weeks, and the eight to come."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from oncall import services as oncall
from triage.demonstration.company import DUTIES, Company

WEEKS_PAST, WEEKS_AHEAD = 52, 8
HANDOFF = time(9)  # Monday morning, by the team's clock
PLANNED_AHEAD = 13  # a quarter is given out at once


Shift = tuple[datetime, datetime]
Rota = dict[tuple[str, str], list[tuple[datetime, str]]]


def give_out(company: Company, now: datetime) -> Rota:
    """Give out each duty week by week, without a gap; a quarter at a time, by the admin.

    Returns for each team and duty who took over at which moment, oldest first.
    """
    by = company.people["adam"]
    rota: Rota = {}
    for team, duties in DUTIES.items():
        weeks = list(_mondays(company, team, now))
        for duty, (turns, holder_now) in duties.items():
            for nth, (start, end) in enumerate(_shifts(weeks, holder_now)):
                name = _holder(nth, turns, holder_now)
                rota.setdefault((team, duty), []).append((start, name))
                first = weeks[nth - nth % PLANNED_AHEAD][0]
                oncall.set_up(
                    company.teams[team],
                    duty,
                    company.people[name],
                    start=start,
                    end=end,
                    by=by,
                    at=min(company.hours[team].before(first, 12), now - timedelta(days=3)),
                    source="demo",
                )
    return rota


def _shifts(weeks: list[Shift], holder_now: str | None) -> list[Shift]:
    """Week by week; who has the duty now and for all the weeks to come has them in one."""
    if holder_now is None:
        return weeks
    return [*weeks[:WEEKS_PAST], (weeks[WEEKS_PAST][0], weeks[-1][1])]


def _holder(nth: int, turns: tuple[str, ...], holder_now: str | None) -> str:
    if holder_now and nth >= WEEKS_PAST:
        return holder_now
    # Counted back from the present week, so that nobody has the same duty twice in a row.
    behind = WEEKS_PAST - nth
    start = turns.index(holder_now) if holder_now else 0
    return turns[(start - behind) % len(turns)]


def _mondays(company: Company, team: str, now: datetime) -> Iterator[Shift]:
    """Each week of the year as [start, end) from handoff to handoff, the clock changes included."""
    zone = company.zone(team)
    today = now.astimezone(zone)
    monday = today.date() - timedelta(days=today.weekday())
    if today < datetime.combine(monday, HANDOFF, zone):
        monday -= timedelta(weeks=1)
    for week in range(-WEEKS_PAST, WEEKS_AHEAD + 1):
        day = monday + timedelta(weeks=week)
        yield (
            datetime.combine(day, HANDOFF, zone),
            datetime.combine(day + timedelta(weeks=1), HANDOFF, zone),
        )
