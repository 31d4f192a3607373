"""The timeline as the journal tells it: who did it is left out, what happened is not (PM-2)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from foundation.references import reference
from journal.models import Event
from postmortems.models import Moment, PostMortem
from postmortems.querysets import events_around
from postmortems.querysets.paper_cuts import cuts_of

#: Event -> what the timeline says of it. Everything else is the tool's own book-keeping.
TELLS: Mapping[str, str] = {
    "problem_report.filed": "{ref} was filed.",
    "problem_report.joined": "One more customer was added to {ref}.",
    "problem_report.prioritised": "{ref} was given {priority}.",
    "problem_report.started": "The investigation of {ref} began.",
    "problem_report.responded": "{ref} had a first answer or an update.",
    "problem_report.asked": "The reporter of {ref} was asked.",
    "problem_report.answered": "The reporter of {ref} answered.",
    "problem_report.warned": "A promise on {ref} was close to its end.",
    "problem_report.breached": "A promise on {ref} was not kept.",
    "problem_report.classified": "{ref} was classified.",
    "problem_report.confirmed": "{ref} was confirmed as a defect.",
    "problem_report.disputed": "The classification of {ref} was disputed.",
    "problem_report.reopened": "{ref} was reopened.",
    "bug.opened": "{ref} was opened as {priority}.",
    "bug.prioritised": "{ref} was given {priority}.",
    "bug.injected": "{ref} was injected into {sprint}.",
    "bug.scheduled": "{ref} was scheduled for {sprint}.",
    "bug.postponed": "{ref} was postponed until {until}.",
    "bug.started": "Work on the fix of {ref} began.",
    "bug.mitigated": "{ref} was mitigated: {way}.",
    "bug.fixed": "{ref} was fixed.",
    "bug.verified": "The fix of {ref} was verified.",
    "bug.released": "The fix of {ref} was out, in version {version}.",
    "bug.reopened": "{ref} was reopened.",
    "bug.repaid": "The {way} of {ref} was repaid.",
    "page.paged": "Help was called, as {priority}.",
    "page.acknowledged": "The call for help was answered.",
    "page.escalated": "Nobody had answered: more people were called.",
    "page.exhausted": "Nobody answered the call for help.",
}
_PREFIX = {"problem_report": "PR", "bug": "BUG"}
_UNSAID = "…"


def fill(thing: PostMortem) -> int:
    """One moment per event that tells something; an event that is there already is not told again.

    Of many small reports each month is one moment.
    """
    if thing.bug is None:
        return len(Moment.objects.bulk_create(_months(thing)))
    told = [(event, told_of(event)) for event in events_around(thing)]
    made = Moment.objects.bulk_create(
        [
            Moment(post_mortem=thing, at=event.at, what=what, event=event)
            for event, what in told
            if what
        ],
        ignore_conflicts=True,
    )
    return len(made)


def _months(thing: PostMortem) -> Iterator[Moment]:
    """At the last report of each month; the one that took longest is named."""
    zone = ZoneInfo(thing.team.calendar.zone)
    by_day = sorted(cuts_of(thing), key=lambda cut: (cut.at, cut.report))
    for month, theirs in groupby(by_day, key=lambda cut: f"{cut.at.astimezone(zone):%B %Y}"):
        some = list(theirs)
        longest = reference("PR", max(some, key=lambda cut: cut.hours).report)
        reports = "one small report" if len(some) == 1 else f"{len(some)} small reports"
        hours = f"{sum(cut.hours for cut in some):.1f} hours"
        what = f"{month}: {reports}, {hours}; {longest} took longest."
        yield Moment(post_mortem=thing, at=some[-1].at, what=what)


def told_of(event: Event) -> str:
    """The sentence about an event; empty for what a timeline does not tell."""
    pattern = TELLS.get(event.name)
    if pattern is None:
        return ""
    values: dict[str, Any] = defaultdict(lambda: _UNSAID)
    values |= {key: _said(value) for key, value in event.data.items()}
    if event.kind in _PREFIX:
        values["ref"] = reference(_PREFIX[event.kind], event.subject)
    said = pattern.format_map(values)
    # A part that was not known then is left out with the word before it.
    for word in (" into ", " until ", " for ", ": ", ", in version ", " as "):
        said = said.replace(f"{word}{_UNSAID}", "")
    return said.replace(_UNSAID, "").strip()


def _said(value: Any) -> str:
    try:
        return f"{date.fromisoformat(value):%-d %B %Y}"
    except (TypeError, ValueError):
        return str(value)
