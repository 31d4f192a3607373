"""A week of working hours as people type it: "Mon-Fri 09:00-12:00, 13:00-17:00", a line per kind of day. Pure."""

import re
from collections.abc import Iterable
from datetime import time

from teams.rules import WEEKDAYS, Hours

DAYS = [day[:3].lower() for day in WEEKDAYS]
#: Two spans on each day, and some more.
MOST = 28
_DASH = re.compile(r"\s*(?:-|–|—|\bto\b)\s*", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?")


def typed(text: str) -> tuple[frozenset[Hours], list[str]]:
    """The hours that the text says, and what of it says none, in words."""
    found: set[Hours] = set()
    wrong: list[str] = []
    for line in filter(None, map(str.strip, re.split(r"[\n;]+", text))):
        days: list[int] = []
        spans: list[tuple[time, time]] = []
        for word in re.split(r"[\s,]+", _DASH.sub("-", line)):
            first, _, last = word.partition("-")
            if (named := _days(first, last)) and not spans:
                days += named
            elif span := _span(first, last):
                spans.append(span)
            elif word:
                wrong.append(f"“{word}” is neither a day (Mon) nor hours (09:00-17:00).")
        if not wrong and not (days and spans):
            wrong.append(f"“{line}”: say the days, then from when until when.")
        found |= {Hours(day, *span) for day in days for span in spans}
    if len(found) > MOST:
        wrong.append(f"At most {MOST} spans in a week.")
    return frozenset(found), wrong


def written(hours: Iterable[Hours]) -> str:
    """The same in text: days with the same spans stand together."""
    spans: dict[int, list[str]] = {}
    for h in sorted(hours):
        spans.setdefault(h.weekday, []).append(f"{h.starts:%H:%M}-{h.ends:%H:%M}")
    kinds: dict[str, list[int]] = {}
    for day, said in spans.items():
        kinds.setdefault(", ".join(said), []).append(day)
    return "\n".join(f"{_names(days)} {said}" for said, days in kinds.items())


def _names(days: list[int]) -> str:
    """Three and more in a row are a stretch: Mon-Fri, but Sat, Sun."""
    rows: list[list[int]] = []
    for day in days:
        if rows and rows[-1][-1] == day - 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    said = []
    for row in rows:
        names = [WEEKDAYS[day][:3] for day in row]
        said += [f"{names[0]}-{names[-1]}"] if len(row) > 2 else names
    return ", ".join(said)


def _days(first: str, last: str) -> list[int]:
    """Mon, or Fri-Mon over the weekend; a whole name too."""
    ends = [word[:3].lower() for word in (first, last or first)]
    if not all(
        end in DAYS and word.isalpha()
        for end, word in zip(ends, (first, last or first), strict=True)
    ):
        return []
    start, end = (DAYS.index(word) for word in ends)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _span(first: str, last: str) -> tuple[time, time] | None:
    """An end at or before the start is on the next day; 24:00 is midnight."""
    start, end = _time(first), _time(last)
    return (start, end) if start is not None and end is not None else None


def _time(said: str) -> time | None:
    found = _TIME.fullmatch(said)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour == 24 and not minute:
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
