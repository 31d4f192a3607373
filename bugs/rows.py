"""Prepared rows for templates: promises, as every floor above shows them, and what bug pages show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from bugs.promises import KEPT, LATE, MISSED, RUNNING, Promise
from foundation.moments import in_words, on_day

#: Wording by kind and state; what is not here is said by the promise's own words.
SAID = {
    "first_response": {
        RUNNING: "First answer due",
        KEPT: "First answer given",
        LATE: "First answer given late,",
        MISSED: "First answer was due",
    },
    "classification": {
        RUNNING: "Investigated by",
        KEPT: "Investigated",
        LATE: "Investigated late,",
        MISSED: "Investigation was due",
    },
}
BECAUSE = {
    "prioritise": "it got another priority",
    "route": "it went to another team",
    "disputed": "the answer was disputed",
    "reopened": "it was opened again",
}
#: From this share of its time on, a promise is drawn as soon due.
SOON_PERCENT = 75


@dataclass(frozen=True)
class PromiseRow:
    """As `_parts/_promise.html` wants it; `state` is how it is drawn."""

    kind: str
    label: str
    state: str
    at: datetime | None
    words: str
    percent: int = 0
    slips: tuple[str, ...] = ()
    explain_url: str = ""
    #: How it was reckoned, in sentences.
    why: tuple[str, ...] = ()


def promise_row(promise: Promise, now: datetime) -> PromiseRow:
    if promise.kind == "fix":
        return _fix_row(promise, now)
    at = promise.kept_at if promise.state in (KEPT, LATE) else promise.due_at
    percent = 100 if promise.state == MISSED else _percent(promise, now)
    soon = promise.state == RUNNING and percent >= SOON_PERCENT
    zone = timezone.get_current_timezone()
    return PromiseRow(
        kind=promise.kind,
        label=SAID[promise.kind][promise.state],
        state="soon" if soon else "kept" if promise.state == LATE else promise.state,
        at=at,
        words=in_words(at, now, zone) if at else "",
        percent=percent,
        slips=tuple(_slips(promise, now)),
    )


def _fix_row(promise: Promise, now: datetime) -> PromiseRow:
    """A fix has a date, not a clock: it is drawn without a line until it is kept."""
    zone = timezone.get_current_timezone()
    words = promise.words
    if promise.due_on:
        ends = ", ends" if promise.words.startswith("Fixed in") else " on"
        words = f"{words}{ends} {on_day(promise.due_on, now.astimezone(zone).date())}"
    kept = promise.state == KEPT
    return PromiseRow(
        kind=promise.kind,
        label=words if kept else "",
        state=KEPT if kept else "planned",
        at=promise.kept_at if kept else None,
        words=in_words(promise.kept_at, now, zone) if kept and promise.kept_at else words,
    )


def _percent(promise: Promise, now: datetime) -> int:
    """The share of its time that is used, in whole percent of the time on the wall."""
    if not promise.started_at or not promise.due_at or promise.due_at <= promise.started_at:
        return 100
    used = (now - promise.started_at) / (promise.due_at - promise.started_at)
    return max(0, min(100, round(used * 100)))


def _slips(promise: Promise, now: datetime) -> Iterable[str]:
    zone = timezone.get_current_timezone()
    for slip in promise.slips:
        if slip.due_at == promise.due_at:
            continue  # a new epoch with the same due moment is no slip to a reader
        was = slip.due_at.astimezone(zone)
        because = BECAUSE.get(slip.because, slip.because)
        yield f"was {was:%a} {on_day(was.date(), now.date())} {was:%H:%M}, until {because}"
