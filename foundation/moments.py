"""Moments and stretches as people say them: "in 42 min", "yesterday 16:10". Pure.

The browser keeps these words true while a page is open (static/js/firebreak.js, `inWords`): the
two must say the same.
"""

from datetime import date, datetime, timedelta, tzinfo

NEAR = timedelta(hours=10)
THIS_WEEK = timedelta(days=6)
THIS_YEAR = timedelta(days=300)
#: What people plan and remember lies in these years; far beyond them calendars, and sums with days, end.
REACH = range(1980, 2200)
OUT_OF_REACH = f"Name a day between {REACH.start} and {REACH.stop - 1}."


def within_reach(day: date) -> bool:
    return day.year in REACH


def in_words(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A moment as seen from `now`, by the reader's wall clock."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    apart = abs(at - now)
    if apart < timedelta(minutes=1):
        return "now"
    if apart < NEAR:
        return f"in {span(apart)}" if at > now else f"{span(apart)} ago"
    days = (there.date() - here.date()).days
    if days in (-1, 0, 1):
        return f"{('yesterday', 'today', 'tomorrow')[days + 1]} {there:%H:%M}"
    if apart < THIS_WEEK:
        return f"{there:%a %H:%M}"
    return on_day(there.date(), here.date())


def on_day(day: date, today: date) -> str:
    """A date, with its year only when that is in doubt."""
    return f"{day:%-d %b}" if abs(day - today) < THIS_YEAR else f"{day:%-d %b %Y}"


def span(stretch: timedelta) -> str:
    """A stretch of less than a day, to the minute: "42 min", "3 h 05"."""
    hours, minutes = divmod(int(stretch.total_seconds()) // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"
