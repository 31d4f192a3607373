"""Which facts of post-mortems people hear of, and in which words."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from channels.lifecycle import Topic
from channels.registry import Letter, tells
from foundation.references import address
from journal.models import Event
from oncall.querysets import standing
from postmortems.lifecycle import Reminded, State
from postmortems.models import PostMortem, Published, Subscriber
from postmortems.querysets import ROWS, may_hear_of
from teams.lifecycle import PersonKind, Role
from teams.models import Person
from teams.querysets import members_of


@tells("post_mortem.proposed")
def to_be_answered(event: Event) -> Iterator[Letter]:
    """The lead and the product owner answer: full, light, or waived with a reason (PM-1)."""
    thing = ROWS.get(pk=event.subject)
    for person in _who_decides(thing).exclude(pk=event.by_id):
        yield _letter(
            thing,
            person,
            f"A post-mortem is proposed: {thing.about}",
            f"“{thing.title}” asks to be learnt from. Open it in full or light, or waive it with a reason.",
            topic=Topic.QUEUE,
            quotes=True,
        )


@tells("post_mortem.facilitator_named", "post_mortem.invited")
def you_are_asked(event: Event) -> Iterator[Letter]:
    thing = ROWS.get(pk=event.subject)
    leads = event.name == "post_mortem.facilitator_named"
    asked = "facilitate it" if leads else "take part: what you saw belongs into it"
    person = _people(Q(username=event.data["person"])).exclude(pk=event.by_id).first()
    if person is not None:
        yield _letter(
            thing,
            person,
            f"You are asked to {'facilitate' if leads else 'take part in'} {thing.reference}",
            f"The post-mortem of “{thing.title}” is being written, and you are asked to {asked}.",
        )


@tells("post_mortem.submitted")
def to_be_reviewed(event: Event) -> Iterator[Letter]:
    """The facilitator, or who decides when there is none; never the author."""
    thing = ROWS.get(pk=event.subject)
    leads = _people(Q(pk=thing.facilitator_id))
    for person in (leads or _who_decides(thing)).exclude(pk__in=(event.by_id, thing.author_id)):
        yield _letter(
            thing,
            person,
            f"To be reviewed: {thing.reference}",
            f"The post-mortem of “{thing.title}” waits for a review: publish it, or ask for changes.",
            topic=Topic.QUEUE,
        )


@tells("post_mortem.changes_requested")
def changes_are_asked_for(event: Event) -> Iterator[Letter]:
    thing = ROWS.get(pk=event.subject)
    for person in _people(Q(pk=thing.author_id)).exclude(pk=event.by_id):
        yield _letter(
            thing,
            person,
            f"Changes are asked for: {thing.reference}",
            f"The reviewer of the post-mortem of “{thing.title}” asks:",
            quotes=True,
        )


@tells("post_mortem.reminded")
def it_is_due(event: Event) -> Iterator[Letter]:
    """Who has to act: who decides, the author and the facilitator, or who reviews."""
    thing = ROWS.get(pk=event.subject)
    written = _people(Q(pk__in=(thing.author_id, thing.facilitator_id)))
    late = event.data["stage"] == Reminded.OVERDUE
    for person in written if thing.state == State.OPEN else _who_decides(thing):
        yield _letter(
            thing,
            person,
            f"{'Overdue' if late else 'Soon due'}: {thing.reference}",
            f"The post-mortem of “{thing.title}” {'was' if late else 'is'} due on "
            f"{event.data['due_on']}. {_NEXT.get(thing.state, '')}",
            topic=Topic.QUEUE,
        )


@tells("post_mortem.published")
def it_is_published(event: Event) -> Iterator[Letter]:
    """Who took part; and subscribers, once for each post-mortem, in the words of the company's profile."""
    thing = ROWS.get(pk=event.subject)
    part = _people(Q(pk__in=(*thing.invited, thing.author_id, thing.facilitator_id)))
    for person in part.exclude(pk=event.by_id):
        yield _letter(
            thing,
            person,
            f"Published: {thing.reference}",
            f"The post-mortem of “{thing.title}” is reviewed and published. Thank you for your part in it.",
            topic=Topic.DECIDED,
        )
    if event.data["number"] > 1:
        return
    shown = Published.objects.get(post_mortem=thing, number=1).company
    told = Subscriber.objects.filter(team=thing.team.pk).values("person_id")
    for person in _people(Q(pk__in=told)).exclude(pk=event.by_id):
        if not may_hear_of(standing(person, event.at), thing.team):
            continue
        yield Letter(
            person_id=person.pk,
            subject=f"Something was learnt: {thing.reference}",
            body=f"{thing.team.name} published a post-mortem: “{shown['title']}”.",
            url=f"{address('PM', thing.pk)}company/",
            topic=Topic.DECIDED,
            thread=thing.reference,
        )


_NEXT = {
    State.PROPOSED: "Open it, in full or light, or waive it with a reason.",
    State.OPEN: "Finish it and ask for a review.",
    State.IN_REVIEW: "Review it: publish it, or ask for changes.",
}


def _letter(
    thing: PostMortem, person: Person, subject: str, body: str, *, topic: str = Topic.MESSAGE, quotes: bool = False
) -> Letter:  # fmt: skip
    return Letter(
        person_id=person.pk,
        subject=subject,
        body=body,
        url=address("PM", thing.pk),
        topic=topic,
        thread=thing.reference,
        quotes=quotes,
    )


def _people(which: Q) -> QuerySet[Person]:
    return Person.objects.filter(which, is_active=True, kind=PersonKind.PERSON).order_by("pk")


def _who_decides(thing: PostMortem) -> QuerySet[Person]:
    decides = {
        "memberships__team": thing.team.pk,
        "memberships__role__in": (Role.LEAD, Role.PRODUCT_OWNER),
    }
    return members_of(thing.team.pk).filter(**decides).distinct()
