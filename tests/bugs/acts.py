"""Every verb on a bug, with what it needs and somebody who may."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bugs import services
from bugs.lifecycle import LIFECYCLE
from bugs.models import Bug
from foundation import clock
from journal.models import Event, Text
from sprints.models import ReserveEntry, Sprint
from teams.models import Person
from tests.cast import Cast
from tests.factories import a_running_sprint, a_sprint

ACTORS = {
    "prioritise": "rhea",
    "estimate": "ines",
    "inject": "rhea",
    "schedule": "rhea",
    "postpone": "rhea",
    "decline": "rhea",
    "start": "ines",
    "fix": "ines",
    "verify": "otto",
    "reopen": "ines",
    "mark": "pia",
    "log_work": "otto",
    "propose_plan": "ines",
    "agree_plan": "pia",
    "object_to_plan": "pia",
    "override_plan": "pia",
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
        "postpone": {"until": clock.now().date() + timedelta(days=30), "reason": "Rare"},
        "decline": {"reason": "By design"},
        "fix": {"links": ["https://git.example.org/billing/pull/9"]},
        "reopen": {"reason": "Seen again"},
        "mark": {"swappable": True, "serves_goal": False},
        "log_work": {"hours": Decimal("1.5"), "on": clock.now().date()},
        "propose_plan": PLAN,
        "agree_plan": {"revision": 1},
        "object_to_plan": {"revision": 1, "reason": "Too late"},
        "override_plan": {"revision": 1, "reason": "Customers leave"},
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
    done: Bug = getattr(services, verb)(bug.pk, by=who, at=at or clock.now(), **told)
    return done


def prepare(verb: str, cast: Cast, bug: Bug) -> None:
    """A plan to agree to, and for who overrides an objection on the record; where a bug may have one."""
    if not verb.endswith("_plan") or verb == "propose_plan" or bug.plan_state:
        return
    if LIFECYCLE.permits(bug.state, "propose_plan"):
        # A tool proposes and agrees to nothing: everybody may still say their word.
        services.propose_plan(bug.pk, **PLAN, by=cast.robot, at=clock.now())
        if verb == "override_plan":
            told = {"revision": 1, "reason": "It hides the cause"}
            services.object_to_plan(bug.pk, **told, by=cast.otto, at=clock.now())


def everything() -> dict[str, Any]:
    """All rows that a verb on a bug may touch, to compare before and after."""
    return {
        "bugs": list(Bug.objects.order_by("pk").values()),
        "sprints": list(Sprint.objects.order_by("pk").values()),
        "ledger": list(ReserveEntry.objects.order_by("pk").values()),
        "events": Event.objects.count(),
        "texts": Text.objects.count(),
    }
