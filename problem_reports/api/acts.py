"""Every verb on a report as an address: the service it calls, and what its body means."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bugs.querysets import visible_to as bugs_visible_to
from channels.rest.fields import as_moment
from channels.rest.views import Act
from foundation.errors import Invalid
from foundation.references import parse
from problem_reports import services
from problem_reports.api import shapes
from problem_reports.models import ProblemReport
from problem_reports.querysets import areas_visible_to, visible_to
from problem_reports.services.classification import NewBug
from sprints.querysets import items_visible_to
from teams.models import Person, ProductArea


def _assign(door: Any, report: ProblemReport, typed: Mapping[str, Any]) -> dict[str, Any]:
    name = typed["assignee"]
    assignee = Person.objects.filter(username=name, is_active=True).first()
    if assignee is None:
        raise Invalid({"assignee": [f"There is nobody called {name}."]})
    return {"assignee": assignee}


def _snooze(door: Any, report: ProblemReport, typed: Mapping[str, Any]) -> dict[str, Any]:
    zone = ZoneInfo(report.team.calendar.zone)
    return {"reason": typed["reason"], "until": as_moment(typed["until"], zone)}


def _route(door: Any, report: ProblemReport, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"product_area": _area(door, typed["product_area"], "product_area")}


def _classify(door: Any, report: ProblemReport, typed: Mapping[str, Any]) -> dict[str, Any]:
    meant = dict(typed)
    if "bug" in typed:
        bug = dict(typed["bug"])
        if slug := bug.pop("product_area", ""):
            bug["product_area"] = _area(door, slug, "bug.product_area")
        meant["bug"] = NewBug(**bug)
    if "existing_bug" in typed:
        named = typed["existing_bug"]
        meant["existing_bug"] = _seen(bugs_visible_to(door.who), named, "BUG", "existing_bug")
    if "duplicate_of" in typed:
        named = typed["duplicate_of"]
        meant["duplicate_of"] = _seen(visible_to(door.who), named, "PR", "duplicate_of")
    if "item" in typed:
        meant["item"] = _seen(items_visible_to(door.who), typed["item"], "BI", "item")
    return meant


def _confirm(door: Any, report: ProblemReport, typed: Mapping[str, Any]) -> dict[str, Any]:
    meant = dict(typed)
    if slug := typed.get("product_area"):
        meant["product_area"] = _area(door, slug, "product_area")
    return meant


def _area(door: Any, slug: str, field: str) -> ProductArea:
    area = areas_visible_to(door.who).filter(slug=slug).first()
    if area is None:
        raise Invalid({field: [f"There is no product area called {slug}."]})
    return area


def _seen(rows: Any, named: str, prefix: str, field: str) -> int:
    """The key of a reference to something that the caller sees."""
    key = parse(named, prefix)
    if key is None or not rows.filter(pk=key).exists():
        raise Invalid({field: [f"There is no {named}."]})
    return key


WHY = {"reason": "It waits for the release on Friday."}

ACTS = (
    Act(
        "assign",
        services.assign,
        "Give the investigation to a developer",
        shapes.Assign,
        _assign,
        {"assignee": "ines"},
    ),
    Act("take", services.take, "Take a prioritised report yourself"),
    Act("hand-back", services.hand_back, "Back to the queue, without anybody"),
    Act("start", services.start, "Start the investigation"),
    Act(
        "respond",
        services.respond,
        "Write to the reporter",
        shapes.Message,
        example={"message": "We look at it this afternoon."},
    ),
    Act(
        "note",
        services.note,
        "A note that only the delivery team reads",
        shapes.Message,
        example={"message": "The rounding table again?"},
    ),
    Act(
        "page",
        services.page,
        "Call for help at once: who is on call is told, then whom the team's policy names",
        shapes.Reason,
        example={"reason": "Nobody can pay."},
    ),
    Act(
        "log-work",
        services.log_work,
        "Log hours of a day; they draw on the reserve of the team's running sprint",
        shapes.LogReportWork,
        example={"hours": "0.5", "on": "2026-11-24", "note": "Read the logs with Otto."},
    ),
    Act(
        "ask",
        services.ask,
        "Ask the reporter, or a third party; it waits on them",
        shapes.Ask,
        example={"message": "Which invoice was it?"},
    ),
    Act(
        "answer",
        services.answer,
        "Answer the question; what was closed without an answer is open again",
        shapes.Message,
        example={"message": "Invoice 4711."},
    ),
    Act(
        "snooze",
        services.snooze,
        "Put it aside until a date",
        shapes.Snooze,
        _snooze,
        {**WHY, "until": "2027-01-11"},
    ),
    Act("wake", services.wake, "Back from being put aside"),
    Act(
        "return",
        services.return_,
        "Back to who filed it: incomplete, or not technical",
        shapes.Reason,
        example={"reason": "Please name the invoice."},
    ),
    Act("resubmit", services.resubmit, "File a returned report again"),
    Act(
        "route",
        services.route,
        "Move it to another product area",
        shapes.Route,
        _route,
        {"product_area": "payments"},
    ),
    Act(
        "prioritise",
        services.prioritise,
        "Decide the priority; a change needs a reason",
        shapes.Prioritise,
        example={"priority": "P1", "reason": "Every invoice of today."},
    ),
    Act(
        "classify",
        services.classify,
        "Say what it is, with the evidence that the outcome asks for",
        shapes.Classify,
        _classify,
        {
            "outcome": "bug",
            "message": "A rounding error; we will fix it.",
            "cause": "code",
            "hours": "1.5",
            "bug": {
                "title": "Totals are rounded twice",
                "priority": "P1",
                "confirmed_by_steps": "Export invoice 4711.",
            },
        },
    ),
    Act(
        "confirm",
        services.confirm,
        "A P0 is a defect: open its bug and inject it, in one act; on call too while no release manager is on duty",
        shapes.Confirm,
        _confirm,
        {"title": "Nobody can pay", "points": "3"},
    ),
    Act(
        "tell-cause",
        services.tell_cause,
        "Cause and hours of what was confirmed, within a working day",
        shapes.TellCause,
        example={"cause": "code", "hours": "1.5"},
    ),
    Act(
        "dispute",
        services.dispute,
        "The filing team does not agree, within 14 days",
        shapes.Message,
        example={"message": "It still happens in version 5.1."},
    ),
    Act(
        "reopen",
        services.reopen,
        "The delivery team found that the classification was wrong",
        shapes.Reason,
        example={"reason": "It is not the configuration after all."},
    ),
    Act(
        "join",
        services.join,
        "Me too: another customer has it",
        shapes.Join,
        example={"customer": "Acme"},
    ),
    Act("watch", services.watch, "Hear what becomes of it"),
)
