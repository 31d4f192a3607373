"""What the team hears: an injection with its price, at once (SPR-4); a plan, who has a part in it (BUG-3)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from bugs import rules
from bugs.models import Bug, Plan
from bugs.querysets import asked_about
from channels.lifecycle import Topic
from channels.registry import Letter, tells
from foundation.amounts import with_unit
from foundation.references import address, reference
from foundation.signed import sign
from journal.models import Event
from sprints.lifecycle import OverdraftState
from sprints.models import Overdraft, Sprint
from teams.lifecycle import PersonKind, Role
from teams.models import Person
from teams.querysets import members_of

#: What the signed links of an overdraft are for.
ANSWER = "answer an overdraft"
LET_GO = " You work on some of it: say on the sprint's page whether it may go."


@tells("bug.injected")
def injected(event: Event) -> Iterator[Letter]:
    """The whole team but who injected it; the product owner reads the price and answers what is asked."""
    bug = Bug.objects.select_related("team", "sprint").get(pk=event.subject)
    asked = Overdraft.objects.filter(bug=bug.pk, state=OverdraftState.OPEN).first()
    owners = set(product_owners(bug.team_id))
    works_on_it = set(asked.leaving.values_list("asked", flat=True)) if asked else set()
    for person in members_of(bug.team_id).exclude(pk=event.by_id):
        yield Letter(
            person_id=person.pk,
            subject=f"Injected: {bug.title}",
            body=_price(event, bug, asked) + (LET_GO if person.pk in works_on_it else ""),
            url=answer_url(asked, person) if asked and person in owners else address("BUG", bug.pk),
            topic=Topic.QUEUE,
            thread=bug.reference,
            quotes=True,
        )


@tells("bug.plan_proposed")
def plan_proposed(event: Event) -> Iterator[Letter]:
    """Everybody who agreed to an earlier revision, and the product owner; none of them hears it by the way."""
    bug = Bug.objects.get(pk=event.subject)
    asked = set(event.data.get("asked", ()))
    revision = event.data["revision"]
    owners = {person.pk for person in product_owners(bug.team_id)}
    for person in members_of(bug.team_id).exclude(pk=event.by_id):
        if person.username not in asked and person.pk not in owners:
            continue
        agreed = person.username in asked
        odd = rules.not_sooner(*dates(bug, revision))
        yield Letter(
            person_id=person.pk,
            subject=f"{'The plan changes' if agreed and revision > 1 else 'A plan to agree to'}: {bug.title}",
            body=" ".join(filter(None, [plan_words(event, bug, agreed=agreed), odd])),
            url=f"{address('BUG', bug.pk)}#plan",
            topic=Topic.QUEUE,
            thread=bug.reference,
            quotes=True,
        )


@tells("bug.plan_objected_to", "bug.plan_overridden")
def plan_disputed(event: Event) -> Iterator[Letter]:
    """Who has a part in the revision: who said something to it, who was asked, and the product owner."""
    bug = Bug.objects.get(pk=event.subject)
    plan = Plan.objects.select_related("bug").get(bug=bug, revision=event.data["revision"])
    part = {plan.proposed_by_id, *plan.agreements.values_list("person_id", flat=True)}
    part |= {p.pk for p in (*asked_about(plan), *product_owners(bug.team_id))}
    objected = event.verb == "plan_objected_to"
    for person in members_of(bug.team_id).filter(pk__in=part).exclude(pk=event.by_id):
        said = "objects to" if objected else "overrode the objections to"
        yield Letter(
            person_id=person.pk,
            subject=f"{'Objection' if objected else 'Decided'}: the plan of {bug.title}",
            body=f"{event.by} {said} revision {plan.revision} of the plan of {bug.reference}.",
            url=f"{address('BUG', bug.pk)}#plan",
            topic=Topic.QUEUE,
            thread=bug.reference,
            quotes=True,
        )


def dates(bug: Bug, revision: int) -> tuple[date | None, date | None]:
    """When customers have the fix and the workaround, as a revision says."""
    plan = Plan.objects.get(bug=bug, revision=revision)
    return plan.customer_date, plan.workaround_date


def plan_words(event: Event, bug: Bug, *, agreed: bool) -> str:
    data = event.data
    takes = f"{data['way']}, {data['estimate']} {data['unit']}"
    by = f", with customers by {data['customer_date']}" if "customer_date" in data else ""
    said = f"{event.by} proposes revision {data['revision']} of the plan of {bug.reference}: {takes}{by}."
    if agreed and data["revision"] > 1:
        return f"{said} You agreed to an earlier one; this one waits until you agree or object."
    return f"{said} Agree, or say what is wrong with it."


@tells("sprint.swap_proposed", "sprint.overdraft_nagged")
def asked_of_the_owner(event: Event) -> Iterator[Letter]:
    """A proposal, or one that nobody answered within a working day: who decides hears of it."""
    overdraft = Overdraft.objects.select_related("sprint__team").get(pk=event.data["overdraft"])
    sprint = overdraft.sprint
    late = event.verb == "overdraft_nagged"
    name = reference("BUG", overdraft.bug) if overdraft.bug else "logged work"
    for person in product_owners(sprint.team_id):
        if person.pk == event.by_id or overdraft.state != OverdraftState.OPEN:
            continue
        waits = "has waited a working day for your answer" if late else "waits for your answer"
        yield Letter(
            person_id=person.pk,
            subject=f"{sprint.name}: {name} {waits}",
            body=beyond_words(overdraft),
            url=answer_url(overdraft, person),
            topic=Topic.QUEUE,
            thread=sprint.reference,
        )


@tells("sprint.goal_risk_flagged")
def goal_at_risk(event: Event) -> Iterator[Letter]:
    """The product owner hears at once, in the words of who said so (SPR-7)."""
    sprint = Sprint.objects.get(pk=event.subject)
    for person in product_owners(sprint.team_id):
        if person.pk == event.by_id:
            continue
        yield Letter(
            person_id=person.pk,
            subject=f"{sprint.name}: its goal is at risk",
            body=f"{event.by} says that “{sprint.goal}” is at risk. Say on the sprint's page that you have seen it.",
            url=address("SP", sprint.pk),
            topic=Topic.QUEUE,
            thread=sprint.reference,
            quotes=True,
        )


@tells("sprint.pull_forward_proposed")
def unused_reserve(event: Event) -> Iterator[Letter]:
    """The whole team, once per sprint: what its unused reserve could be given to (SPR-8)."""
    sprint = Sprint.objects.select_related("team").get(pk=event.subject)
    fits = ", ".join(event.data["things"])
    unused = with_unit(Decimal(event.data["points"]), sprint.team.unit)
    for person in members_of(sprint.team_id):
        yield Letter(
            person_id=person.pk,
            subject=f"{sprint.name}: {unused} of its reserve not used",
            body=f"Until the sprint ends they can be given to {fits}. What nobody takes ends with it.",
            url=f"{address('SP', sprint.pk)}#pull-forward",
            topic=Topic.QUEUE,
            thread=sprint.reference,
        )


@tells("sprint.swap_proposed")
def asked_of_who_works_on_it(event: Event) -> Iterator[Letter]:
    """Who works on a started piece is asked before it leaves."""
    rows = Overdraft.objects.get(pk=event.data["overdraft"]).leaving.exclude(asked=None)
    sprint = Sprint.objects.get(pk=event.subject)
    for row in rows.filter(let_go_at=None).exclude(asked=event.by_id).order_by("pk"):
        assert row.asked_id is not None
        named = reference("BUG", row.bug) if row.bug else reference("BI", row.item_id)
        instead = event.data.get("bug", "unplanned work")
        yield Letter(
            person_id=row.asked_id,
            subject=f"May {named} leave {sprint.name}?",
            body=f"You work on it. {event.by} proposes that it makes room for {instead}.",
            url=f"{address('SP', sprint.pk)}#overdrafts",
            topic=Topic.QUEUE,
            thread=sprint.reference,
        )


def product_owners(team_id: int) -> list[Person]:
    return list(
        Person.objects.filter(
            memberships__team_id=team_id,
            memberships__role=Role.PRODUCT_OWNER,
            is_active=True,
            kind=PersonKind.PERSON,
        )
        .distinct()
        .order_by("pk")
    )


def answer_url(overdraft: Overdraft, person: Person, verb: str = "") -> str:
    """Where this person answers, without signing in: the proposal if there is one, else the risk."""
    verb = verb or ("swap_out" if overdraft.leaving.exists() else "accept_risk")
    said = {"overdraft": overdraft.pk, "person": person.pk, "verb": verb}
    return f"/answers/{sign(ANSWER, said)}/"


def _price(event: Event, bug: Bug, asked: Overdraft | None) -> str:
    unit = bug.team.unit
    price = with_unit(Decimal(event.data["points"]), unit)
    if bug.sprint is None:
        return f"{event.by} injected {bug.reference} ({bug.priority}) at {price}. No sprint runs: the next one pays."
    said = (
        f"{event.by} injected {bug.reference} ({bug.priority}) into {bug.sprint.name} at {price}."
    )
    return f"{said} {beyond_words(asked)}" if asked else f"{said} The reserve covers it."


def beyond_words(overdraft: Overdraft) -> str:
    """What goes beyond the reserve, and what would leave for it."""
    unit = overdraft.sprint.team.unit
    beyond = f"{with_unit(overdraft.left, unit)} beyond the reserve."
    rows = overdraft.leaving.select_related("item").order_by("pk")
    named = [reference("BUG", r.bug) if r.bug else reference("BI", r.item_id) for r in rows]
    if not named:
        return f"{beyond} Nothing is proposed to leave: accept the risk, or ask for a proposal."
    return f"{beyond} Proposed to leave: {', '.join(named)}."
