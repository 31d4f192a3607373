"""A feed as a calendar file (RFC 5545): what is on now, and what was told before and is no more (ONC-4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from icalendar import Calendar, Event

from oncall.models import Duty, DutyKind, Feed, FeedEntry

#: Programs forget what they had when a file no longer says it: what is over stays in it for a while.
KEPT = timedelta(days=60)
REFRESH = timedelta(hours=1)


def entries_of(feed: Feed, at: datetime) -> list[FeedEntry]:
    """What the feed tells, in order; each with its team and person."""
    found = FeedEntry.objects.filter(during__endswith__gt=at - KEPT)
    whose = Q(person=feed.person_id) if feed.team_id is None else Q(team=feed.team_id)
    return list(found.filter(whose).select_related("team", "person").order_by("during", "pk"))


def teams_behind(feed: Feed, at: datetime) -> set[int]:
    """The teams whose schedule the feed shows."""
    if feed.team_id is not None:
        return {feed.team_id}
    person = feed.person_id
    held = Duty.objects.filter(person=person, during__endswith__gt=at)
    known = FeedEntry.objects.filter(person=person, during__endswith__gt=at)
    return {
        *held.values_list("team_id", flat=True).distinct(),
        *known.values_list("team_id", flat=True).distinct(),
    }


def stamp(feed: Feed, entries: Iterable[FeedEntry]) -> str:
    """What the file depends on: equal stamps mean equal files."""
    said = [f"{e.pk}.{e.sequence}.{e.team.name}.{e.person}" for e in entries]
    return repr((feed.pk, name_of(feed), said))


def name_of(feed: Feed) -> str:
    return f"{feed.team.name}: who is on duty" if feed.team else f"My duties ({feed.person})"


def as_calendar(feed: Feed, entries: Sequence[FeedEntry], page: str) -> bytes:
    """The file; `page` is the address that each entry leads to."""
    calendar = Calendar()
    for name, value in (
        ("prodid", "-//Firebreak//On call//EN"),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("name", name_of(feed)),
        ("x-wr-calname", name_of(feed)),
    ):
        calendar.add(name, value)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, page, named=feed.team_id is not None))
    return bytes(calendar.to_ical())


def _event(entry: FeedEntry, page: str, *, named: bool) -> Any:
    duty = f"{DutyKind(entry.duty).label}, {entry.team.name}"
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.during.lower)
    event.add("dtend", entry.during.upper)
    event.add("summary", f"{entry.person}: {duty}" if named else duty)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    # A week on call does not fill a calendar: meetings still fit.
    event.add("transp", "TRANSPARENT")
    event.add("url", page)
    return event
