"""The plan of a fix as the API shows it: every revision, the last one first."""

from typing import Any

from bugs import rules
from bugs.lifecycle import PlanState
from bugs.models import Bug, Plan
from bugs.querysets import asked_about, plans_of
from channels.rest.plain import amount, day, moment


def plans(bug: Bug) -> list[dict[str, Any]]:
    found = plans_of(bug)
    waits = _waits_for(bug, found[0]) if found else []
    return [_plan(plan, waits if n == 0 else []) for n, plan in enumerate(found)]


def _waits_for(bug: Bug, plan: Plan) -> list[str]:
    if bug.plan_state != PlanState.WAITING:
        return []
    last = {a.person_id: a.said for a in plan.agreements.all()}
    return [p.username for p in asked_about(plan) if last.get(p.pk) != rules.AGREED]


def _plan(plan: Plan, waits: list[str]) -> dict[str, Any]:
    return {
        "revision": plan.revision,
        "approach": plan.approach,
        "estimate": amount(plan.estimate),
        "outcome": plan.outcome,
        "customer_date": day(plan.customer_date),
        "workaround": plan.workaround,
        "workaround_effort": amount(plan.workaround_effort),
        "workaround_date": day(plan.workaround_date),
        "behaviour": plan.behaviour,
        "consequences": plan.consequences,
        "by_workaround": plan.by_workaround,
        "points_out": rules.not_sooner(plan.customer_date, plan.workaround_date),
        "proposed_by": plan.proposed_by.username,
        "proposed_at": moment(plan.proposed_at),
        "answers": [
            {
                "person": said.person.username,
                "said": said.said,
                "reason": said.reason.body if said.reason else None,
                "at": moment(said.at),
            }
            for said in plan.agreements.all()
        ],
        "waits_for": waits,
    }
