"""Prepared rows of the settings, built from loaded objects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from foundation.moments import on_day
from oncall.models import Duty
from teams.lifecycle import TeamKind
from teams.models import CalendarVersion, ProductArea, Team
from teams.public_holidays import country_name, subdivision_name
from teams.rules import WEEKDAYS

SECTIONS = {
    "areas": "Areas and experts",
    "calendars": "Calendars",
    "policy": "Promises",
    "p1-policy": "P1 policy",
    "post-mortems": "Post-mortems",
    "escalation": "Paging",
    "planning": "Planning",
    "duties": "Duties",
}
#: A support team files: it has no areas of its own, promises nothing, and has no duties.
OF_SUPPORT = ("calendars",)


@dataclass(frozen=True)
class SettingRow:
    """As `teams/_settings_table.html` wants it; the first cell leads to `url`."""

    cells: tuple[str, ...]
    url: str = ""
    current: bool = False


def sections(team: Team, chosen: str) -> list[dict[str, object]]:
    return [
        {"name": name, "url": f"/settings/{team.slug}/{key}/", "current": key == chosen}
        for key, name in SECTIONS.items()
        if team.kind == TeamKind.DELIVERY or key in OF_SUPPORT
    ]


def team_links(teams: Iterable[Team], team: Team) -> list[dict[str, object]]:
    return [
        {
            "name": one.name,
            "url": f"/settings/{one.slug}/calendars/",
            "current": one.pk == team.pk,
        }
        for one in teams
    ]


def area_rows(areas: Iterable[ProductArea], team: Team, chosen: int | None) -> list[SettingRow]:
    return [
        SettingRow(
            cells=(area.name, ", ".join(str(p) for p in area.experts.all()) or "nobody yet"),
            url=f"/settings/{team.slug}/areas/{area.slug}/",
            current=area.pk == chosen,
        )
        for area in areas
    ]


def calendar_rows(
    versions: Iterable[CalendarVersion], team: Team, chosen: int | None
) -> list[SettingRow]:
    return [
        SettingRow(
            cells=(
                version.calendar.name,
                version.zone,
                week(version),
                holidays_of(version),
                ", ".join(sorted(t.name for t in version.calendar.teams.all())) or "no team",
            ),
            url=f"/settings/{team.slug}/calendars/{version.calendar_id}/",
            current=version.calendar_id == chosen,
        )
        for version in versions
    ]


def holidays_of(version: CalendarVersion) -> str:
    country = country_name(version.country)
    part = subdivision_name(version.country, version.subdivision)
    return ", ".join(filter(None, (country, part))) or "none"


def holiday_years(days: Mapping[date, str], today: date) -> list[dict[str, object]]:
    """The public holidays of this year and the next, as `teams/_holidays.html` wants them."""
    return [
        {
            "year": year,
            "days": [{"day": d, "name": days[d]} for d in sorted(days) if d.year == year],
        }
        for year in (today.year, today.year + 1)
    ]


def week(version: CalendarVersion) -> str:
    """The open hours in one line: days with the same hours together."""
    hours: dict[int, list[str]] = {}
    for shift in sorted(version.shifts.all(), key=lambda s: (s.weekday, s.starts)):
        hours.setdefault(shift.weekday, []).append(f"{shift.starts:%H:%M}–{shift.ends:%H:%M}")
    runs: list[tuple[list[int], list[str]]] = []
    for day in sorted(hours):
        if runs and runs[-1][0][-1] == day - 1 and runs[-1][1] == hours[day]:
            runs[-1][0].append(day)
        else:
            runs.append(([day], hours[day]))
    return "; ".join(f"{_days(days)} {', '.join(shifts)}" for days, shifts in runs)


def _days(days: list[int]) -> str:
    first, last = WEEKDAYS[days[0]][:3], WEEKDAYS[days[-1]][:3]
    return first if len(days) == 1 else f"{first} to {last}"


def duty_rows(
    duties: Iterable[Duty], team: Team, at: datetime, chosen: int | None
) -> list[SettingRow]:
    return [
        SettingRow(
            cells=(
                duty.get_duty_display() + (" · now" if _holds(duty, at) else ""),
                str(duty.person),
                _moment(duty.during.lower, at),
                _moment(duty.during.upper, at),
            ),
            url=f"/settings/{team.slug}/duties/{duty.pk}/",
            current=duty.pk == chosen,
        )
        for duty in duties
    ]


def _holds(duty: Duty, at: datetime) -> bool:
    held: bool = duty.during.lower <= at < duty.during.upper
    return held


def _moment(moment: datetime, at: datetime) -> str:
    zone = timezone.get_current_timezone()
    local = moment.astimezone(zone)
    return f"{local:%a} {on_day(local.date(), at.astimezone(zone).date())} {local:%H:%M}"
