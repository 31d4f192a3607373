"""Every verb on a bug, with what it needs and somebody who may."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bugs import services
from bugs.lifecycle import LIFECYCLE
from bugs.models import Bug, Loan, Release
from foundation import clock
from journal.models import Event, Text
from sprints.models import ReserveEntry, Sprint
from sprints.services import backlog
from teams.models import Person
from tests.cast import Cast, today_there
from tests.factories import a_running_sprint, a_sprint

ACTORS = {
    "prioritise": "rhea",
    "estimate": "ines",
    "inject": "rhea",
    "schedule": "rhea",
    "postpone": "rhea",
    "decline": "rhea",
    "refute": "ines",
    "start": "ines",
    "pair": "ines",
    "fix": "ines",
    "verify": "otto",
    "reopen": "ines",
    "release": "ines",
    "mark": "pia",
    "log_work": "otto",
    "page": "otto",
    "propose_plan": "ines",
    "agree_plan": "pia",
    "object_to_plan": "pia",
    "override_plan": "pia",
    "mitigate": "ines",
    "repay": "ines",
    "extend": "pia",
    "write_off": "pia",
}
#: What the verbs on a loan are told beside which one.
OF_A_LOAN: dict[str, dict[str, Any]] = {
    "repay": {},
    "extend": {"due_on": date(2098, 1, 4), "reason": "The sprint was full"},
    "write_off": {"reason": "The export goes away"},
}
PLAN = {
    "approach": "Send from one queue only",
    "estimate": Decimal(3),
    "outcome": "One email",
}


def needs(verb: str, cast: Cast) -> dict[str, Any]:
    """What the verb is told beside who and when; sprints are planned or started only when asked for."""
    if verb == "inject":
        running = a_running_sprint(cast)
        return {"sprint_id": running.pk, "points": Decimal(2), "reason": "Bites"}
    if verb == "schedule":
        return {"sprint_id": a_sprint(cast).pk}
    told: dict[str, dict[str, Any]] = {
        "prioritise": {"priority": "P0", "reason": "A whole region"},
        "estimate": {"points": Decimal(5)},
        "postpone": {"until": today_there() + timedelta(days=30), "reason": "Rare"},
        "decline": {"reason": "By design"},
        "refute": {"reason": "It rounds as agreed"},
        "fix": {"links": ["https://git.example.org/billing/pull/9"]},
        "reopen": {"reason": "Seen again"},
        "release": {"named": "5.2", "on": today_there() + timedelta(days=30)},
        "pair": {"person": "otto"},
        "mark": {"swappable": True, "serves_goal": False},
        "log_work": {"hours": Decimal("1.5"), "on": today_there()},
        "page": {"reason": "Nobody can pay"},
        "propose_plan": PLAN,
        "agree_plan": {"revision": 1},
        "object_to_plan": {"revision": 1, "reason": "Too late"},
        "override_plan": {"revision": 1, "reason": "Customers leave"},
        "mitigate": {"kind": "customer_workaround", "what": "Use the preview."},
    }
    return told.get(verb, {})


def perform(
    verb: str,
    cast: Cast,
    bug: Bug,
    *,
    by: Person | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Bug:
    # A sprint that is named is none to be planned or started.
    told = changes if "sprint_id" in changes else {**needs(verb, cast), **changes}
    who = by or getattr(cast, ACTORS[verb])
    prepare(verb, cast, bug)
    if verb in OF_A_LOAN:
        owed = Loan.objects.filter(bug=bug).first()
        told = {"loan": owed.pk if owed else 1, **OF_A_LOAN[verb], **changes}
    done: Bug = getattr(services, verb)(bug.pk, by=who, at=at or clock.now(), **told)
    return done


def prepare(verb: str, cast: Cast, bug: Bug) -> None:
    """A plan to agree to, and for who overrides an objection on the record; where a bug may have one."""
    if verb in OF_A_LOAN and LIFECYCLE.permits(bug.state, verb) and not bug.loans.exists():
        a_loan(cast, bug, finished=verb == "repay")
    if not verb.endswith("_plan") or verb == "propose_plan" or bug.plan_state:
        return
    if LIFECYCLE.permits(bug.state, "propose_plan"):
        # A tool proposes and agrees to nothing: everybody may still say their word.
        services.propose_plan(bug.pk, **PLAN, by=cast.robot, at=clock.now())
        if verb == "override_plan":
            told = {"revision": 1, "reason": "It hides the cause"}
            services.object_to_plan(bug.pk, **told, by=cast.otto, at=clock.now())


def a_loan(cast: Cast, bug: Bug, *, finished: bool = False, **terms: Any) -> Loan:
    """A code workaround with nothing to clean up, its proper fix in the running sprint."""
    told = {
        "kind": "code_workaround",
        "what": "Totals are rounded in the export too",
        "why": "Invoices go out tonight",
        "behaviour": "The export is slower",
        "agreed": [cast.pia.username],
        "due_on": date(2098, 1, 2),
        "fix_sprint": a_running_sprint(cast).pk,
        "fix_points": Decimal(2),
        "cleanup_because": "The fix replaces the lines",
        "by": cast.ines,
        "at": clock.now(),
    } | terms
    services.mitigate(bug.pk, **told)
    loan = Loan.objects.filter(bug=bug).latest("pk")
    if finished:
        backlog.finish(loan.fix_item_id, by=cast.ines, at=clock.now())
    return loan


def a_release(cast: Cast, *bugs: Bug, named: str = "5.2", days: int = 30, **act: Any) -> Release:
    """A version of Billing: planned for a day ahead, or out since a day that has passed."""
    act = {
        "on": today_there() + timedelta(days=days),
        "by": cast.ines,
        "at": clock.now(),
        **act,
    }
    return services.release_many(cast.billing.pk, named=named, bugs=[b.pk for b in bugs], **act)


def everything() -> dict[str, Any]:
    """All rows that a verb on a bug may touch, to compare before and after."""
    return {
        "releases": list(Release.objects.order_by("pk").values()),
        "bugs": list(Bug.objects.order_by("pk").values()),
        "sprints": list(Sprint.objects.order_by("pk").values()),
        "ledger": list(ReserveEntry.objects.order_by("pk").values()),
        "events": Event.objects.count(),
        "texts": Text.objects.count(),
    }
