"""When a week of open hours can keep a promise. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from teams.public_holidays import country_name, is_country, is_subdivision

YEARS_BEFORE, YEARS_AFTER = 2, 10
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, order=True)
class Hours:
    """Open from `starts` to `ends` on a weekday (0 is Monday); an end at or before the start is on the next day."""

    weekday: int
    starts: time
    ends: time


def is_zone(name: str) -> bool:
    """Whether the time zone database knows it; a folder of it ("Europe") or a path out of it is no zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def wrong_with(
    zone: str, hours: Iterable[Hours], country: str = "", subdivision: str = ""
) -> dict[str, list[str]]:
    """What keeps a calendar from being used, by field; empty when nothing does."""
    hours = list(hours)
    wrong: dict[str, list[str]] = {}
    if not is_zone(zone):
        wrong["zone"] = [f"There is no time zone called “{zone}”. One is “Europe/Brussels”."]
    if country and not is_country(country):
        wrong["country"] = [f"There is no country with the code “{country}”. One is “BE”."]
    elif subdivision and not country:
        wrong["subdivision"] = ["Choose the country that this is a part of."]
    elif subdivision and not is_subdivision(country, subdivision):
        wrong["subdivision"] = [f"{country_name(country)} has no part called “{subdivision}”."]
    if not hours:
        wrong["shifts"] = ["The calendar is never open: give at least one day its hours."]
    begins = [(h.weekday, h.starts) for h in hours]
    for weekday, starts in sorted({b for b in begins if begins.count(b) > 1}):
        wrong.setdefault("shifts", []).append(
            f"{WEEKDAYS[weekday]} has two shifts that start at {starts:%H:%M}."
        )
    if any(h.weekday not in range(7) or h.starts.tzinfo or h.ends.tzinfo for h in hours):
        wrong.setdefault("shifts", []).append("A shift is on Monday to Sunday, by the wall clock.")
    return wrong


def years_around(year: int) -> range:
    """The years whose public holidays a version published in this one knows: what it explains, and promises."""
    return range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)


#: What a new team's definition of done begins with: what incidents of others ask for again and again (PM-7).
THE_FOUR = (
    "It ran in an environment like production before it was released.",
    "It can be observed: what shows that it works, and what shows that it does not, is there before it ships.",
    "Every call to something outside handles that it fails, is slow, or answers nonsense.",
    "A test fails without the change, so that the defect does not come back unseen.",
)
#: A working agreement is reviewed after so many uses (PM-10).
USES_BEFORE_REVIEW = 2
#: Of so many uses, and below this share, nobody follows a clause: it is changed or retired.
ENOUGH_USES, FOLLOWED_SHARE = 5, 0.25


def nobody_follows(followed: int, left_open: int) -> bool:
    uses = followed + left_open
    return uses >= ENOUGH_USES and followed <= FOLLOWED_SHARE * uses
