"""A history as a page shows it: one prepared row per event, texts made safe, references made links."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from foundation.moments import in_words
from foundation.references import PATTERN
from journal.timeline import Item

PAGES = {"PR": "problem-reports", "BUG": "bugs", "SP": "sprints"}


@dataclass(frozen=True)
class TimelineRow:
    """As `_parts/_timeline_item.html` wants it. `kind`: message, note, state or clock."""

    id: int
    kind: str
    by: str
    initials: str
    verb: str
    text: SafeString
    at: datetime
    words: str
    source: str
    state: str = ""
    readers: str = ""


def timeline_rows(
    items: Iterable[Item], *, now: datetime, states: Mapping[str, str], readers: str = ""
) -> list[TimelineRow]:
    """`states` maps an event's name to the state that it leads to; `readers` is said of messages."""
    zone = timezone.get_current_timezone()
    return [
        TimelineRow(
            id=item.id,
            kind=_kind(item),
            by=item.by_name,
            initials=initials(item.by_name),
            verb=item.words,
            text=as_html("(taken away)" if item.redacted else item.text),
            at=item.at,
            words=in_words(item.at, now, zone),
            source=item.source,
            state=states.get(item.name, ""),
            readers="" if item.internal else readers,
        )
        for item in items
    ]


def _kind(item: Item) -> str:
    if item.internal and item.text:
        return "note"
    return "message" if item.text or item.redacted else "state"


def initials(name: str) -> str:
    """Two letters that stand for a person."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def as_html(text: str) -> SafeString:
    """What a person wrote, as paragraphs: escaped, with every reference a link."""
    return mark_safe(PATTERN.sub(_link, linebreaks(text, autoescape=True)))  # noqa: S308 - escaped


def _link(found: re.Match[str]) -> str:
    name = f"{found[1].upper()}-{found[2]}"
    return f'<a class="ref" href="/{PAGES[found[1].upper()]}/{name}/">{escape(found[0])}</a>'
