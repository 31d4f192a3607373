"""Would a clause of the definition of done have caught it? (PM-7)"""

from datetime import date, datetime

from django.db import transaction

from foundation.errors import Invalid, need
from postmortems.events import DoneAnswered
from postmortems.lifecycle import Done
from postmortems.models import PostMortem
from postmortems.services._act import begin, finish
from teams.lifecycle import AgreementKind
from teams.models import Agreement, Person
from teams.querysets import in_force, today_of
from teams.services import agreements


@transaction.atomic
def answer_done(
    post_mortem_id: int,
    *,
    answer: str,
    because: str = "",
    clause: int | None = None,
    text: str = "",
    comments_until: date | None = None,
    starts_on: date | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """*Amended*: `text` is proposed as a clause, or as other words of `clause`. *Sufficient*: `clause`, in force, would
    have caught it. *Not applicable*: because. What is said last counts.
    """
    if answer not in Done.values:
        raise Invalid({"answer": ["Choose amended, sufficient or not applicable."]})
    need(because=because)
    thing = begin(post_mortem_id, "answer_done", by=by, at=at, version=version)
    found = _clause(thing, clause, at) if clause is not None else None
    if answer == Done.AMENDED:
        need(text=text)
        why = f"{thing.reference}: {because.strip()}"
        if found is None:
            found = agreements.propose(
                thing.team, kind=AgreementKind.DONE, text=text, because=why, comments_until=comments_until,
                starts_on=starts_on, by=by, at=at, source=source,
            )  # fmt: skip
        else:
            found = agreements.revise(
                found.pk, text=text, because=why, comments_until=comments_until, starts_on=starts_on,
                by=by, at=at, source=source,
            )  # fmt: skip
    elif answer == Done.SUFFICIENT and found is None:
        raise Invalid({"clause": ["Which clause would have caught it?"]})
    elif answer == Done.NOT_APPLICABLE:
        found = None
    thing.done, thing.done_clause, thing.done_because = answer, found, because.strip()
    fact = DoneAnswered(
        answer=answer,
        said=Done(answer).label.partition(":")[0].lower(),
        clause=found.pk if found else None,
    )
    fields = ["done", "done_clause", "done_because"]
    return finish(thing, fact, fields, by=by, at=at, source=source)


def _clause(thing: PostMortem, key: int, at: datetime) -> Agreement:
    team = thing.team
    found = in_force(team.pk, AgreementKind.DONE, today_of(team, at)).filter(pk=key).first()
    if found is None:
        raise Invalid({"clause": ["Choose a clause that is in force."]})
    return found
