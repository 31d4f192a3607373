"""Every verb on a report, with what it needs and somebody who may: tables of tests call them all."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from foundation import clock
from problem_reports import services
from problem_reports.clocks.models import Timer
from problem_reports.models import ProblemReport
from teams.models import Person
from tests.cast import Cast

#: Who does it in these tests: one of those who may.
ACTORS = {
    "assign": "rhea",
    "take": "otto",
    "start": "ines",
    "classify": "rhea",
    "confirm": "rhea",
    "tell_cause": "rhea",
    "respond": "rhea",
    "ask": "rhea",
    "answer": "lena",
    "return": "rhea",
    "resubmit": "lena",
    "hand_back": "rhea",
    "snooze": "rhea",
    "wake": "rhea",
    "prioritise": "rhea",
    "route": "rhea",
    "note": "otto",
    "log_work": "otto",
    "page": "otto",
    "dispute": "lena",
    "reopen": "otto",
    "join": "lena",
    "watch": "lena",
    "edit": "lena",
    "attach": "lena",
}


def needs(verb: str, cast: Cast) -> dict[str, Any]:
    """What the verb is told beside who and when."""
    told: dict[str, dict[str, Any]] = {
        "assign": {"assignee": cast.ines},
        "classify": {
            "outcome": "how_to",
            "message": "Use the rounded column.",
            "cause": "knowledge",
            "hours": Decimal("0.5"),
        },
        "respond": {"message": "We look at it."},
        "ask": {"message": "Which invoice?"},
        "answer": {"message": "Invoice 7."},
        "return": {"reason": "Which invoice?"},
        "snooze": {"reason": "Release first", "until": clock.now() + timedelta(days=3)},
        "prioritise": {"priority": "P1", "reason": "A whole region"},
        "route": {"product_area": cast.payments},
        "note": {"message": "Smells of rounding."},
        "log_work": {"hours": Decimal("0.5")},
        "page": {"reason": "Nobody can pay."},
        "tell_cause": {"cause": "code", "hours": Decimal("1.5")},
        "dispute": {"message": "It still differs."},
        "reopen": {"reason": "Seen again"},
        "join": {"customer": "Acme"},
        "edit": {"changes": {"title": "Totals differ by a cent"}},
        "attach": {"name": "seen.txt", "content": b"41.02 is not 41.20"},
    }
    return told.get(verb, {})


def perform(
    verb: str,
    cast: Cast,
    report: ProblemReport,
    *,
    by: Person | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Any:
    service = getattr(services, "return_" if verb == "return" else verb)
    told = {**needs(verb, cast), **changes}
    who = by or getattr(cast, ACTORS[verb])
    return service(report.pk, by=who, at=at or clock.now(), **told)


def everything_about(report: ProblemReport) -> dict[str, Any]:
    """All rows that a verb on a report may touch, to compare before and after."""
    from bugs.models import Bug
    from journal.models import Event, Text

    return {
        "report": ProblemReport.objects.values().get(pk=report.pk),
        "timers": list(Timer.objects.filter(report_id=report.pk).order_by("pk").values()),
        "classifications": report.classifications.count(),
        "customers": report.affected.count(),
        "watches": report.watches.count(),
        "files": report.attachments.count(),
        "events": Event.objects.count(),
        "texts": Text.objects.count(),
        "bugs": Bug.objects.count(),
    }
