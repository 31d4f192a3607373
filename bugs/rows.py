"""Prepared rows for templates: promises, as every floor above shows them, and what bug pages show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from bugs.promises import KEPT, LATE, MISSED, RUNNING, Promise
from foundation.moments import in_words, on_day

#: How a promise is drawn besides its states: soon due, while its clock stands still, by a date alone.
SOON, PAUSED, PLANNED = "soon", "paused", "planned"
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
        PAUSED: "Investigation",
        KEPT: "Investigated",
        LATE: "Investigated late,",
        MISSED: "Investigation was due",
    },
}
BECAUSE = {
    "prioritise": "it got another priority",
    "route": "it went to another team",
    "dispute": "the answer was disputed",
    "answer": "the answer came",
    "reopen": "it was opened again",
    "calendar": "the business calendar changed",
    "policy": "the team's policy changed",
}
#: From this share of its time on, a promise is drawn as soon due.
SOON_PERCENT = 75
#: How a promise is drawn; one that was kept late is not drawn as kept.
DRAWN = {RUNNING: RUNNING, KEPT: KEPT, LATE: MISSED, MISSED: MISSED}


@dataclass(frozen=True)
class PromiseRow:
    """As `_parts/_promise.html` wants it; `state` is how it is drawn."""

    kind: str
    label: str
    state: str
    at: datetime | None
    words: str
    percent: int = 0
    #: Why it is paused.
    reason: str = ""
    slips: tuple[str, ...] = ()
    #: How it was reckoned, in sentences.
    why: tuple[str, ...] = ()
    #: The page that tells it interval by interval.
    explain_url: str = ""


def promise_row(promise: Promise, now: datetime) -> PromiseRow:
    if promise.kind == "fix":
        return _fix_row(promise, now)
    at = promise.kept_at if promise.state in (KEPT, LATE) else promise.due_at
    drawn, percent = DRAWN[promise.state], 100
    paused = promise.state == RUNNING and bool(promise.paused_since)
    if promise.state == RUNNING and promise.started_at and promise.due_at:
        drawn, percent = running(promise.started_at, promise.due_at, promise.paused_since or now)
    zone = timezone.get_current_timezone()
    return PromiseRow(
        kind=promise.kind,
        label=SAID[promise.kind][PAUSED if paused else promise.state],
        state=PAUSED if paused else drawn,
        at=at,
        words=in_words(at, now, zone) if at else "",
        percent=percent,
        reason=promise.paused_why,
        slips=tuple(_slips(promise, now)),
    )


def _fix_row(promise: Promise, now: datetime) -> PromiseRow:
    """A fix has a date, not a clock: it is drawn without a line until it is kept."""
    zone = timezone.get_current_timezone()
    words = promise.words
    if promise.state == KEPT and promise.due_on:  # by a version that is out, since a day
        since = f"since {on_day(promise.due_on, now.astimezone(zone).date())}"
        return PromiseRow(promise.kind, words, KEPT, None, since)
    if promise.due_on:
        ends = ", ends" if promise.words.startswith("Fixed in") else " on"
        words = f"{words}{ends} {on_day(promise.due_on, now.astimezone(zone).date())}"
    kept = promise.state == KEPT
    return PromiseRow(
        kind=promise.kind,
        label=words if kept else "",
        state=KEPT if kept else PLANNED,
        at=promise.kept_at if kept else None,
        words=in_words(promise.kept_at, now, zone) if kept and promise.kept_at else words,
    )


def running(since: datetime, due: datetime, now: datetime) -> tuple[str, int]:
    """How a running promise is drawn, and the share of its time on the wall that is used, in percent."""
    if due < now:
        return MISSED, 100
    used = (now - since) / (due - since) if due > since else 1
    percent = max(0, min(100, round(used * 100)))
    return (SOON if percent >= SOON_PERCENT else RUNNING), percent


def _slips(promise: Promise, now: datetime) -> Iterable[str]:
    zone = timezone.get_current_timezone()
    for slip in promise.slips:
        if slip.due_at == promise.due_at:
            continue  # a new epoch with the same due moment is no slip to a reader
        was = slip.due_at.astimezone(zone)
        because = BECAUSE.get(slip.because, slip.because)
        yield f"was {was:%a} {on_day(was.date(), now.date())} {was:%H:%M}, until {because}"
