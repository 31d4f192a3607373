"""One line of what happened, in the words of the API."""

from typing import Any

from channels.rest.plain import hyphens, moment
from foundation.references import reference
from journal.timeline import Item

PREFIXES = {"problem_report": "PR", "bug": "BUG", "sprint": "SP", "backlog_item": "BI"}
#: The verb of each event, as `allowed` and addresses spell it (PRODUCT §2).
VERBS = {
    "filed": "file",
    "edited": "edit",
    "file_attached": "attach",
    "assigned": "assign",
    "taken": "take",
    "started": "start",
    "handed_back": "hand-back",
    "responded": "respond",
    "noted": "note",
    "work_logged": "log-work",
    "asked": "ask",
    "answered": "answer",
    "snoozed": "snooze",
    "woken": "wake",
    "returned": "return",
    "resubmitted": "resubmit",
    "routed": "route",
    "prioritised": "prioritise",
    "classified": "classify",
    "confirmed": "confirm",
    "cause_told": "tell-cause",
    "disputed": "dispute",
    "reopened": "reopen",
    "joined": "join",
    "watched": "watch",
    "opened": "open",
    "estimated": "estimate",
    "injected": "inject",
    "swapped_out": "swap-out",
    "scheduled": "schedule",
    "postponed": "postpone",
    "declined": "decline",
    "entered_sprint": "enter-sprint",
    "pulled_forward": "pull-forward",
    "carried_back": "carry-back",
    "fixed": "fix",
    "verified": "verify",
    "added": "add",
    "ordered": "order",
    "accepted": "accept",
    "taken_out": "take-out",
    "marked": "mark",
    "finished": "finish",
}


def history_item(item: Item) -> dict[str, Any]:
    """One line of a history; `about` names whose event it is, the report's or its bug's."""
    kind, number = item.about
    return {
        "id": item.id,
        "at": moment(item.at),
        "recorded_at": moment(item.recorded_at),
        "verb": VERBS.get(item.verb, hyphens(item.verb)),
        "event": item.name,
        "by": item.by,
        "source": item.source,
        "text": item.text,
        "data": dict(item.data),
        "about": reference(PREFIXES[kind], number),
        "words": item.words,
        "redacted": item.redacted,
        "internal": item.internal,
    }
