"""The plan of a fix: propose, agree, object, override (BUG-3, source 002).

No plan holds anything up for a P0 or P1: nothing here is asked before *inject*, *start*, *mitigate* or *fix*.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from bugs.events import BugPlanAgreed, BugPlanObjected, BugPlanOverridden, BugPlanProposed
from bugs.lifecycle import PlanState, Said
from bugs.models import Agreement, Bug, Plan
from bugs.querysets import asked_about, last_plan, verdict_on
from bugs.services._act import begin, finish
from foundation.amounts import unit_of
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, need
from journal import services as journal
from journal.facts import Fact
from oncall.querysets import standing
from oncall.rules import Standing
from sprints import services as sprints
from sprints.querysets import next_working_day
from sprints.rules.reserve import CENT, out_of_range
from teams.lifecycle import Role
from teams.models import Person

#: What developers alone say, and what the product owner alone changes.
DEVELOPERS_SAY = (
    "approach", "estimate", "workaround", "workaround_effort", "workaround_date", "behaviour",
    "consequences",
)  # fmt: skip
OWNER_SAYS = ("outcome", "customer_date")


@transaction.atomic
def propose_plan(
    bug_id: int,
    *,
    approach: str,
    estimate: Decimal,
    outcome: str = "",
    customer_date: date | None = None,
    workaround: str = "",
    workaround_effort: Decimal | None = None,
    workaround_date: date | None = None,
    behaviour: str = "",
    consequences: str = "",
    by_workaround: bool = False,
    reason: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Write the next revision: everybody who agreed to an earlier one is told, and it waits for them.

    Who proposes agrees. A second revision says why the plan changes.
    """
    need(approach=approach)
    _check_amounts(estimate=estimate, workaround_effort=workaround_effort)
    bug = begin(bug_id, "propose_plan", by=by, at=at, version=version)
    last = last_plan(bug)
    if last is not None:
        need(reason=reason)
    plan = Plan(
        bug=bug, revision=last.revision + 1 if last else 1, approach=approach, estimate=estimate,
        outcome=outcome, customer_date=customer_date, workaround=workaround,
        workaround_effort=workaround_effort, workaround_date=workaround_date, behaviour=behaviour,
        consequences=consequences, by_workaround=by_workaround, proposed_by=by, proposed_at=at,
    )  # fmt: skip
    _check_workaround(plan)
    who = standing(by, at)
    _check_whose(plan, last, who, bug)
    plan.save()
    if who.human:
        Agreement.objects.create(plan=plan, person=by, said=Said.AGREED, at=at)
    asked = asked_about(plan)
    bug.plan_state = _stands(bug, plan)
    fact = BugPlanProposed(
        revision=plan.revision,
        way="first the workaround" if by_workaround else "the proper fix",
        estimate=estimate,
        unit=unit_of(estimate, bug.team.unit),
        customer_date=customer_date,
        asked=tuple(p.username for p in asked if p != by),
        waits=bug.plan_state == PlanState.WAITING,
    )
    fields = ["plan_state", *_settle(bug, plan, at)]
    return finish(bug, fact, fields, by=by, at=at, source=source, text=reason)


@transaction.atomic
def agree_plan(
    bug_id: int,
    *,
    revision: int,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Agree to the last revision, named so that nobody agrees to one that they have not read."""
    bug, plan = _begin(bug_id, "agree_plan", revision, by=by, at=at, version=version)
    if _last_word(plan, by) == Said.AGREED:
        raise Conflict(f"You have agreed to revision {revision} already.")
    Agreement.objects.create(plan=plan, person=by, said=Said.AGREED, at=at)
    if bug.plan_state != PlanState.OVERRIDDEN:
        bug.plan_state = _stands(bug, plan)
    settled = bug.plan_state == PlanState.AGREED
    fact = BugPlanAgreed(revision=plan.revision, settled=settled)
    fields = ["plan_state", *_settle(bug, plan, at)]
    return finish(bug, fact, fields, by=by, at=at, source=source)


@transaction.atomic
def object_to_plan(
    bug_id: int,
    *,
    revision: int,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Say on the record what is wrong with the last revision; it waits until that is settled."""
    need(reason=reason)
    bug, plan = _begin(bug_id, "object_to_plan", revision, by=by, at=at, version=version)
    if bug.plan_state == PlanState.OVERRIDDEN:
        raise Conflict("The product owner has overridden the objections; propose a new revision.")
    _say(bug, BugPlanObjected(revision=plan.revision), plan, Said.OBJECTED, reason, by, at, source)
    bug.plan_state = _stands(bug, plan)
    bug.save(update_fields=["plan_state"])
    return bug


@transaction.atomic
def override_plan(
    bug_id: int,
    *,
    revision: int,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """The product owner decides against objections: only after they are on the record, and with a reason.

    Who was asked and says nothing is waited for one working day.
    """
    need(reason=reason)
    bug, plan = _begin(bug_id, "override_plan", revision, by=by, at=at, version=version)
    if bug.plan_state != PlanState.WAITING:
        raise Conflict(f"Revision {revision} is {bug.plan_state}: nothing is to be overridden.")
    found = verdict_on(plan)
    if not found.objected:
        raise RuleBroken("No objection is on the record: ask first, there is nothing to override.")
    silent = [p for p in asked_about(plan) if p.pk in set(found.waits_for) - set(found.objected)]
    until = next_working_day(bug.team, plan.proposed_at)
    if silent and at < until:
        names = ", ".join(map(str, silent))
        raise RuleBroken(
            f"{names} has not answered yet; without an answer you may override from {until:%a %-d %b %H:%M} on."
        )
    _say(
        bug, BugPlanOverridden(revision=plan.revision), plan, Said.OVERRODE, reason, by, at, source
    )
    bug.plan_state = PlanState.OVERRIDDEN
    bug.save(update_fields=["plan_state", *_settle(bug, plan, at)])
    return bug


def _begin(
    bug_id: int, verb: str, revision: int, *, by: Person, at: datetime, version: int | None
) -> tuple[Bug, Plan]:
    bug = begin(bug_id, verb, by=by, at=at, version=version)
    plan = last_plan(bug)
    if plan is None:
        raise Conflict(f"{bug.reference} has no plan yet; propose one.")
    if plan.revision != revision:
        raise Conflict(
            f"Revision {revision} is not the last one: read revision {plan.revision} first."
        )
    return bug, plan


def _say(
    bug: Bug, fact: Fact, plan: Plan, said: Said, reason: str, by: Person, at: datetime, source: str
) -> None:
    """Record the fact, and keep its very text as the reason."""
    bug.version += 1
    bug.save(update_fields=["version"])
    event = journal.record(fact, subject=bug.pk, by=by, at=at, source=source, text=reason)
    Agreement.objects.create(plan=plan, person=by, said=said, reason_id=event.text_id, at=at)


def _stands(bug: Bug, plan: Plan) -> PlanState:
    return PlanState(verdict_on(plan).state)


def _settle(bug: Bug, plan: Plan, at: datetime) -> list[str]:
    """An agreed estimate is the bug's estimate; returns the fields that it changed."""
    if bug.plan_state == PlanState.WAITING or bug.estimate == plan.estimate:
        return []
    bug.estimate = plan.estimate
    if bug.sprint is not None and not bug.was_injected:
        sprints.resized(bug.sprint, amount=plan.estimate, at=at, bug=bug.pk)
    return ["estimate"]


def _last_word(plan: Plan, person: Person) -> str | None:
    said = plan.agreements.filter(person=person).order_by("-pk")
    return said.values_list("said", flat=True).first()


def _check_whose(plan: Plan, last: Plan | None, who: Standing, bug: Bug) -> None:
    """Developers own approach and estimates, the product owner outcome and date (BUG-3)."""
    if not who.has_role(bug.team_id, Role.DEVELOPER) and _differ(plan, last, DEVELOPERS_SAY):
        raise NotAllowed(
            "Developers own the approach and estimate: leave them as they are, or ask one of them to propose it."
        )
    # The first revision may say what a developer thinks: it waits for the product owner all the same.
    owner = who.has_role(bug.team_id, Role.PRODUCT_OWNER)
    if last is not None and not owner and _differ(plan, last, OWNER_SAYS):
        raise NotAllowed(
            "The product owner owns the outcome and the date: leave them as they are, or ask for another."
        )


def _differ(plan: Plan, last: Plan | None, names: tuple[str, ...]) -> bool:
    return any(getattr(plan, n) != (getattr(last, n) if last else None) for n in names)


def _check_workaround(plan: Plan) -> None:
    """All of it or nothing: nobody agrees to half a workaround."""
    asked = {
        "workaround": plan.workaround.strip(),
        "workaround_effort": plan.workaround_effort,
        "workaround_date": plan.workaround_date,
        "behaviour": plan.behaviour.strip(),
        "consequences": plan.consequences.strip(),
    }
    if not any(asked.values()) and not plan.by_workaround:
        plan.workaround = plan.behaviour = plan.consequences = ""
        return
    missing = {
        name: ["A workaround is proposed whole: say this too."]
        for name, value in asked.items()
        if not value
    }
    if missing:
        raise Invalid(missing)


def _check_amounts(**amounts: Decimal | None) -> None:
    refused = {n: out_of_range(a, least=CENT) for n, a in amounts.items() if a is not None}
    if wrong := {n: [words] for n, words in refused.items() if words}:
        raise Invalid(wrong)
