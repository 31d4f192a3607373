"""Rows as the history tells them: the fact of the verb that happened, and what the log itself said.

Every event keeps `activity` as logged, `row` (the columns that the mapping keeps), `by_way_of` (the
verbs before the last, when one row stands for several) and `changed` (columns that came out other
than before). They come beside the payload of the verb, which is the same as from any other door.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bugs.events import BugDeclined, BugFixed, BugReopened, BugVerified
from journal.facts import Fact
from problem_reports.event_log.folding import Folded, Happening
from problem_reports.events import (
    Answered,
    Asked,
    BugLinked,
    FirstSign,
    InvestigationStarted,
    Noted,
    ReportClassified,
    ReportDisputed,
    ReportFiled,
    ReportHandedBack,
    ReportPrioritised,
    ReportReopened,
    ReportResubmitted,
    ReportReturned,
    ReportTaken,
    Responded,
    RowLogged,
)

#: A log knows no hours of work: the wait from *Resolve* to *Closed* is a timer, and a stay is no work.
NO_HOURS = Decimal(0)

PLAIN: Mapping[str, Fact] = {
    "": RowLogged(),
    "note": Noted(),
    "first_sign": FirstSign(),
    "take": ReportTaken(),
    "start": InvestigationStarted(),
    "ask": Asked(),
    "answer": Answered(),
    "return": ReportReturned(),
    "resubmit": ReportResubmitted(),
    "hand_back": ReportHandedBack(),
    "dispute": ReportDisputed(),
    "reopen": ReportReopened(),
    "bug.fix": BugFixed(links=()),
    "bug.verify": BugVerified(),
    "bug.decline": BugDeclined(),
    "bug.reopen": BugReopened(),
}


def fact(happening: Happening, report: Folded, *, areas: Mapping[str, str], bug: str) -> Fact:
    """The fact that a row comes to. `areas` are slugs by name; `bug` is the reference, or empty."""
    match happening.verb:
        case "file":
            return ReportFiled(
                priority=report.stated_priority, product_area=areas[report.first.area]
            )
        case "prioritise":
            return ReportPrioritised(
                priority=happening.priority, was=happening.was, stated=report.stated_priority
            )
        case "respond":
            return Responded(first_response=happening.first_response or None)
        case "link":
            return BugLinked(bug=bug)
        case "classify":
            return _classified(happening, bug)
        case verb:
            return PLAIN[verb]


def data(
    told: Fact, happening: Happening, kept: Mapping[str, str], areas: Mapping[str, str]
) -> dict[str, Any]:
    """The payload of the fact, and beside it what the log said."""
    changed = {
        "priority": happening.priority if happening.priority != happening.was else "",
        "product_area": areas[happening.area] if happening.area else "",
        "customer": happening.customer,
    }
    beside = {
        "activity": happening.row.activity,
        "by_way_of": list(happening.verbs[:-1]),
        "row": dict(kept),
        "changed": {name: value for name, value in changed.items() if value},
    }
    return told.as_data() | {name: value for name, value in beside.items() if value}


def _classified(happening: Happening, bug: str) -> ReportClassified:
    judgement = happening.judgement
    assert judgement is not None, "classify makes a judgement"
    return ReportClassified(
        outcome=judgement.outcome,
        cause=judgement.cause,
        hours=NO_HOURS,
        number=judgement.number,
        bug=bug if judgement.outcome == "bug" else None,
        first_response=happening.first_response or None,
    )
