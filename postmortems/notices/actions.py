"""Who hears of actions: the product owner decides, its owner sees to it, somebody else verifies it (PM-6)."""

from collections.abc import Iterator

from bugs.notices.decisions import product_owners
from channels.lifecycle import Topic
from channels.registry import Letter, tells
from foundation.references import parse
from journal.models import Event
from postmortems.lifecycle.actions import ActionReminded
from postmortems.models import Action
from postmortems.querysets.actions import ROWS
from teams.querysets import members_of


def _letter(person: int, action: Action, subject: str, body: str, **more: bool) -> Letter:
    return Letter(
        person_id=person,
        subject=f"{subject}: {action.item.title}",
        body=body,
        url=f"/post-mortems/actions/{action.reference}/",
        topic=Topic.QUEUE,
        thread=action.reference,
        **more,
    )


TO_DECIDE = "Accept it, decline it with a reason, or ask for more."
TO_VERIFY = "Somebody other than who did it looks whether it holds, and says how."


@tells("post_mortem.action_agreed")
def agreed(event: Event) -> Iterator[Letter]:
    action = ROWS.get(pk=parse(event.data["item"], "BI"))
    asked = product_owners(action.item.team_id)
    for owner in asked:
        words = f"{action.item.rationale}\n\n{TO_DECIDE}"
        yield _letter(owner.pk, action, "An action to decide", words)
    if action.owner_id != event.by_id:
        words = f"It is due on {_day(action)}, once the product owner has accepted it."
        yield _letter(action.owner_id, action, "An action is yours", words)


@tells("action.more_asked_for")
def more_asked_for(event: Event) -> Iterator[Letter]:
    action = ROWS.get(pk=event.subject)
    words = "The product owner asks before deciding:"
    yield _letter(action.owner_id, action, "A question about an action", words, quotes=True)


@tells("action.answered")
def answered(event: Event) -> Iterator[Letter]:
    action = ROWS.get(pk=event.subject)
    for owner in product_owners(action.item.team_id):
        yield _letter(owner.pk, action, "Answered", "What you asked is answered:", quotes=True)


@tells("action.accepted")
def accepted(event: Event) -> Iterator[Letter]:
    action = ROWS.get(pk=event.subject)
    yield _letter(action.owner_id, action, "Accepted", f"It is due on {_day(action)}.")


@tells("action.declined")
def declined(event: Event) -> Iterator[Letter]:
    action = ROWS.get(pk=event.subject)
    words = "Its backlog item says why. It can be accepted after all."
    yield _letter(action.owner_id, action, "Declined", words)


@tells("action.completed")
def completed(event: Event) -> Iterator[Letter]:
    action = ROWS.get(pk=event.subject)
    for key in _verifiers(action):
        yield _letter(key, action, "Done, to be verified", TO_VERIFY)


@tells("action.sent_back")
def sent_back(event: Event) -> Iterator[Letter]:
    """Its owner sees to it, and the product owner plans it again."""
    action = ROWS.get(pk=event.subject)
    owners = {p.pk for p in product_owners(action.item.team_id)}
    words = "Somebody looked, and it does not hold yet. It is in the backlog again, to be planned and done:"
    for key in sorted(({action.owner_id} | owners) - {event.by_id}):
        yield _letter(key, action, "To be done again", words, quotes=True)


@tells("action.reminded")
def reminded(event: Event) -> Iterator[Letter]:
    """Its owner; what is overdue the product owner too; what was done, who may verify it."""
    action, stage = ROWS.get(pk=event.subject), event.data["stage"]
    if stage == ActionReminded.VERIFY:
        for key in _verifiers(action):
            yield _letter(key, action, "Still to be verified", TO_VERIFY)
        return
    late = stage == ActionReminded.OVERDUE
    owners = {p.pk for p in product_owners(action.item.team_id)} if late else set()
    words = f"It {'was' if late else 'is'} due on {_day(action)}."
    for key in sorted({action.owner_id} | owners):
        yield _letter(key, action, event.data["said"].capitalize(), words)


def _verifiers(action: Action) -> list[int]:
    """Who agreed it and who owns it, but who did it; when they are the same, everybody else of the team."""
    close = {action.agreed_by_id, action.owner_id} - {action.done_by_id}
    team = set(members_of(action.item.team_id).values_list("pk", flat=True))
    return sorted(close or team - {action.done_by_id})


def _day(action: Action) -> str:
    return f"{action.due_on:%-d %B %Y}"
