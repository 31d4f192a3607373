"""The plan of a fix as its bug's page shows it: prepared rows."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString

from bugs import rules
from bugs.lifecycle import PlanState, Said
from bugs.models import Agreement, Bug, Plan
from bugs.querysets import agreement_due, asked_about, plans_of, verdict_on
from foundation.amounts import with_unit
from foundation.moments import in_words, on_day
from journal.rows import as_html

WORDS = {Said.AGREED: "agreed", Said.OBJECTED: "objected", Said.OVERRODE: "overrode the objections"}


@dataclass(frozen=True)
class AnswerRow:
    person: str
    said: str
    words: str
    reason: str
    at: datetime
    when: str


@dataclass(frozen=True)
class RevisionRow:
    """One revision; `points_out` says what is odd about its dates."""

    title: str
    approach: SafeString
    outcome: SafeString | str
    facts: list[tuple[str, str]]
    workaround: SafeString | str
    workaround_facts: list[tuple[str, str]]
    points_out: str
    answers: list[AnswerRow]


@dataclass(frozen=True)
class PlanView:
    """The last revision in full, how it stands, and the earlier ones behind it."""

    state: str
    stands: str
    last: RevisionRow
    earlier: list[RevisionRow]


def plan_view(bug: Bug, at: datetime) -> PlanView | None:
    plans = plans_of(bug)
    if not plans:
        return None
    last, *earlier = [_revision(plan, bug, at) for plan in plans]
    stands = f"{_stands(bug, plans[0])}{_due(plans[0], at)}"
    return PlanView(bug.plan_state, stands, last, earlier)


def _due(plan: Plan, at: datetime) -> str:
    """Until when the word on the plan of a P0 or P1 is asked for; the work does not wait for it."""
    due_at = agreement_due(plan)
    if due_at is None:
        return ""
    when = in_words(due_at, at, timezone.get_current_timezone())
    due = "was due" if due_at < at else "is due"
    return f" The agreement {due} {when}; the work does not wait for it."


def _stands(bug: Bug, plan: Plan) -> str:
    """Agreed, overridden, or whom it waits for."""
    if bug.plan_state == PlanState.OVERRIDDEN:
        return "The product owner decided against the objections on the record."
    if bug.plan_state == PlanState.AGREED:
        return "Agreed."
    found = verdict_on(plan)
    names = [str(p) for p in asked_about(plan) if p.pk in found.waits_for]
    names += [f"the {side}" if side == "product owner" else "a developer" for side in found.sides]
    if not names:
        return "Waiting: somebody who objected has not agreed yet."
    waits = f"Waiting for {_and(names)} to agree"
    return (
        f"{waits}; the revision before it counts until then." if plan.revision > 1 else f"{waits}."
    )


def _revision(plan: Plan, bug: Bug, at: datetime) -> RevisionRow:
    zone = timezone.get_current_timezone()
    today, unit = at.astimezone(zone).date(), bug.team.unit
    when = on_day(plan.customer_date, today) if plan.customer_date else "not said yet"
    facts = [
        ("Way", "first the workaround, then the fix" if plan.by_workaround else "the proper fix"),
        ("Takes", with_unit(plan.estimate, unit)),
        ("Customers have it", when),
    ]
    beside = []
    if plan.workaround_date:
        beside = [
            ("Takes", with_unit(plan.workaround_effort, unit)),
            ("Customers have it", on_day(plan.workaround_date, today)),
            ("Changes for them", plan.behaviour),
            ("What follows", plan.consequences),
        ]
    told = in_words(plan.proposed_at, at, zone)
    return RevisionRow(
        title=f"Revision {plan.revision}, proposed by {plan.proposed_by} {told}",
        approach=as_html(plan.approach),
        outcome=as_html(plan.outcome) if plan.outcome else "",
        facts=facts,
        workaround=as_html(plan.workaround) if plan.workaround else "",
        workaround_facts=beside,
        points_out=rules.not_sooner(plan.customer_date, plan.workaround_date),
        answers=[_answer(said, at) for said in plan.agreements.all()],
    )


def _answer(said: Agreement, at: datetime) -> AnswerRow:
    return AnswerRow(
        person=str(said.person),
        said=said.said,
        words=WORDS[Said(said.said)],
        reason=said.reason.body if said.reason else "",
        at=said.at,
        when=in_words(said.at, at, timezone.get_current_timezone()),
    )


def _and(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
