"""An injection is told to the product owner and the team at once, with its price (SPR-4)."""

from collections.abc import Iterator

from bugs.models import Bug
from channels.lifecycle import Topic
from channels.registry import Letter, tells
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
    price = f"{event.data['points']} {unit}"
    if bug.sprint is None:
        return f"{event.by} injected {bug.reference} ({bug.priority}) at {price}. No sprint runs: the next one pays."
    said = (
        f"{event.by} injected {bug.reference} ({bug.priority}) into {bug.sprint.name} at {price}."
    )
    return f"{said} {beyond_words(asked)}" if asked else f"{said} The reserve covers it."


def beyond_words(overdraft: Overdraft) -> str:
    """What goes beyond the reserve, and what would leave for it."""
    unit = overdraft.sprint.team.unit
    beyond = f"{overdraft.left.normalize():f} {unit} go beyond the reserve."
    rows = overdraft.leaving.select_related("item").order_by("pk")
    named = [reference("BUG", r.bug) if r.bug else reference("BI", r.item_id) for r in rows]
    if not named:
        return f"{beyond} Nothing is proposed to leave: accept the risk, or ask for a proposal."
    return f"{beyond} Proposed to leave: {', '.join(named)}."
