"""Every verb on a bug as an address: the service it calls, and what its body means."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bugs import services
from bugs.api import shapes
from bugs.models import Bug
from bugs.querysets import visible_to
from channels.rest.fields import as_day
from channels.rest.views import Act
from foundation.errors import Invalid
from foundation.references import parse
from sprints.querysets import items_visible_to, running
from sprints.querysets import visible_to as sprints_visible_to


def _inject(door: Any, bug: Bug, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sprint_id": _sprint(door, typed["sprint"]) if "sprint" in typed else _running(bug),
        "points": typed.get("points"),
        "reason": typed["reason"],
        "leaves": [_leaving(door, name, n) for n, name in enumerate(typed.get("leaves", ()))],
        "ask_to_accept": typed.get("ask_to_accept", False),
        "pair": typed.get("pair", ""),
    }


def _schedule(door: Any, bug: Bug, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"sprint_id": _sprint(door, typed["sprint"])}


def _postpone(door: Any, bug: Bug, typed: Mapping[str, Any]) -> dict[str, Any]:
    zone = ZoneInfo(bug.team.calendar.zone)
    return {"until": as_day(typed["until"], zone), "reason": typed["reason"]}


def _sprint(door: Any, named: str, field: str = "sprint") -> int:
    key = parse(named, "SP")
    if key is None or not sprints_visible_to(door.who).filter(pk=key).exists():
        raise Invalid({field: [f"There is no sprint {named}."]})
    return key


def _running(bug: Bug) -> int | None:
    """None while no sprint runs: the entry waits for the next one."""
    sprint = running(bug.team_id)
    return sprint.pk if sprint else None


def _leaving(door: Any, named: str, n: int) -> str:
    """BUG-7 or BI-3, as the caller may see it; whether it is planned there, the verb says."""
    bug, item = parse(named, "BUG"), parse(named, "BI")
    seen = (bug and visible_to(door.who).filter(pk=bug).exists()) or (
        item and items_visible_to(door.who).filter(pk=item).exists()
    )
    if not seen:
        raise Invalid({f"leaves.{n}": [f"There is no planned work called {named}."]})
    return named.upper()


def _log_work(door: Any, bug: Bug, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"hours": typed["hours"], "on": typed.get("on"), "note": typed.get("note", "")}


def _mitigate(door: Any, bug: Bug, typed: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(typed)
    for name in ("fix_sprint", "cleanup_sprint"):
        if name in told:
            told[name] = _sprint(door, told[name], name)
    return told


ACTS = (
    Act(
        "prioritise",
        services.prioritise,
        "Decide the priority",
        shapes.PrioritiseBug,
        example={"priority": "P1", "reason": "It blocks the month's invoices."},
    ),
    Act(
        "estimate",
        services.estimate,
        "Say what the fix takes, in the team's unit",
        shapes.Estimate,
        example={"points": "3"},
    ),
    Act(
        "inject",
        services.inject,
        "Bring a P0 or P1 into the running sprint",
        shapes.Inject,
        _inject,
        {"sprint": "SP-14", "points": "3", "reason": "Invoices go out on Monday.", "leaves": []},
    ),
    Act(
        "schedule",
        services.schedule,
        "Promise the fix in a later sprint",
        shapes.Schedule,
        _schedule,
        {"sprint": "SP-15"},
    ),
    Act(
        "postpone",
        services.postpone,
        "Not now: look again on a date",
        shapes.Postpone,
        _postpone,
        {"until": "2027-01-11", "reason": "Rare, and there is a way around."},
    ),
    Act(
        "decline",
        services.decline,
        "It will not be fixed",
        shapes.BugReason,
        example={"reason": "The export goes away in version 6."},
    ),
    Act(
        "refute",
        services.refute,
        "It is no defect: its reports are investigated again",
        shapes.BugReason,
        example={"reason": "The total is rounded as the contract says."},
    ),
    Act("start", services.start, "Start to fix it", shapes.StartFix, example={"pair": "otto"}),
    Act(
        "pair",
        services.pair,
        "Name who works on it too",
        shapes.PairUp,
        example={"person": "otto"},
    ),
    Act(
        "fix",
        services.fix,
        "It is repaired in code; name where",
        shapes.Fix,
        example={"links": ["https://git.example.org/billing/pull/9"]},
    ),
    Act("verify", services.verify, "Somebody else has seen that it is fixed"),
    Act(
        "release",
        services.release,
        "Say which version has the fix: planned for a day ahead, or out",
        shapes.PutInVersion,
        lambda door, bug, typed: {"named": typed["version"], "on": typed["on"]},
        {"version": "5.2", "on": "2026-12-14"},
    ),
    Act(
        "reopen",
        services.reopen,
        "It is back, or the decision was wrong",
        shapes.BugReason,
        example={"reason": "Seen again in 5.1."},
    ),
    Act(
        "mark",
        services.mark,
        "Planned work: may it leave for an injection without a question, does it serve the goal",
        shapes.Mark,
        example={"swappable": True, "serves_goal": False},
    ),
    Act(
        "log-work",
        services.log_work,
        "Log hours of a day; of an injected bug they draw on the reserve",
        shapes.LogWork,
        _log_work,
        {"hours": "1.5", "on": "2026-11-24", "note": "Read the logs with Otto."},
    ),
    Act(
        "propose-plan",
        services.propose_plan,
        "Propose the plan of the fix, or its next revision; who agreed to the last one is asked",
        shapes.ProposePlan,
        example={
            "approach": "Send from one queue only.",
            "estimate": "5",
            "outcome": "Each customer gets one email.",
            "customer_date": "2026-12-04",
            "reason": "",
        },
    ),
    Act(
        "agree-plan",
        services.agree_plan,
        "Agree to the last revision",
        shapes.AgreePlan,
        example={"revision": 2},
    ),
    Act(
        "object-to-plan",
        services.object_to_plan,
        "Say on the record what is wrong with the last revision",
        shapes.AnswerPlan,
        example={"revision": 2, "reason": "It changes the flow between the systems twice."},
    ),
    Act(
        "override-plan",
        services.override_plan,
        "The product owner decides against the objections on the record",
        shapes.AnswerPlan,
        example={"revision": 2, "reason": "Customers leave over this before the fix is there."},
    ),
    Act(
        "mitigate",
        services.mitigate,
        "Customers are kept from it, and it is still to be fixed",
        shapes.Mitigate,
        _mitigate,
        {
            "kind": "code_workaround",
            "what": "Totals are rounded in the export too.",
            "why": "Invoices go out tonight.",
            "behaviour": "The export is a minute slower.",
            "agreed": ["pia"],
            "due_on": "2026-12-18",
            "fix_sprint": "SP-15",
            "fix_points": "3",
            "cleanup_because": "The proper fix replaces the very lines.",
        },
    ),
    Act(
        "page",
        services.page,
        "Call for help at once: who is on call is told, then whom the team's policy names",
        shapes.BugReason,
        example={"reason": "It is back, for everybody."},
    ),
    Act(
        "repay",
        services.repay,
        "The paybacks are finished: nothing is owed any more",
        shapes.NameLoan,
        example={"loan": 4},
    ),
    Act(
        "extend",
        services.extend,
        "Pay back later; how often is counted",
        shapes.ExtendLoan,
        example={"loan": 4, "due_on": "2027-01-15", "reason": "The sprint was full."},
    ),
    Act(
        "write-off",
        services.write_off,
        "Say yes to writing a loan off: the product owner and an engineer, two people",
        shapes.WriteOffLoan,
        example={"loan": 4, "reason": "The export goes away in version 6."},
    ),
)
