"""A history as a page shows it: one prepared row per event, texts made safe, references made links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from foundation import markdown
from foundation.moments import in_words
from foundation.references import PATTERN, address
from journal.timeline import Item


@dataclass(frozen=True)
class TimelineRow:
    """As `_parts/_timeline_item.html` wants it. `kind`: message, note, state or clock."""

    id: int
    kind: str
    by: str
    initials: str
    verb: SafeString
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
            verb=linked(item.words),
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
    """What a person wrote, as HTML: a little Markdown, every reference a link."""
    return mark_safe(markdown.as_html(text))  # noqa: S308 - nh3 cleaned it


def linked(line: str) -> SafeString:
    """Our own words about an event, escaped, every reference a link."""
    named = PATTERN.sub(
        lambda found: f'<a class="ref" href="{address(found[1], found[2])}">{found[0]}</a>',
        escape(line),
    )
    return mark_safe(named)  # noqa: S308 - escaped before the links came in
