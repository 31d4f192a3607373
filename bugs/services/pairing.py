"""Who works on a bug in a pair: the second person knows its area afterwards (BUG-8); and how a P1 went (BUG-7)."""

from datetime import datetime

from django.db import transaction

from bugs import rules
from bugs.events import BugPaired
from bugs.models import Bug
from bugs.services._act import begin, finish
from foundation.errors import Invalid
from journal import services as journal
from journal.models import Event
from oncall.models import DutyKind
from oncall.querysets import holder
from sprints.models import WorkLog
from teams.lifecycle import PersonKind
from teams.models import Person
from teams.querysets import developers_of


@transaction.atomic
def pair(
    bug_id: int,
    *,
    person: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Name the developer (username) who works on it too, in place of an earlier one."""
    bug = begin(bug_id, "pair", by=by, at=at, version=version)
    second = second_person(bug, person, "person")
    if second == bug.worked_on_by:
        raise Invalid({"person": [f"{second} works on it already: a pair is two people."]})
    bug.paired_with = second
    fact = BugPaired(person=second.username)
    return finish(bug, fact, ["paired_with"], by=by, at=at, source=source)


def second_person(bug: Bug, username: str, field: str = "pair") -> Person:
    """A developer of the bug's team, or the refusal beside the field."""
    people = developers_of(bug.team_id).filter(kind=PersonKind.PERSON)
    found = people.filter(username=username).first()
    if found is None:
        raise Invalid({field: [f"Choose a developer of {bug.team.name}."]})
    return found


def tell_of_pair(bug: Bug, *, by: Person, at: datetime, source: str) -> None:
    """Beside the act that named the pair with what else it does."""
    assert bug.paired_with is not None
    fact = BugPaired(person=bug.paired_with.username)
    journal.record(fact, subject=bug.pk, by=by, at=at, source=source)


def p1_record(bug: Bug, fixer: Person) -> str:
    """How an injected P1 was fixed, by who started, paired and logged hours on it (BUG-7)."""
    begun = Event.objects.filter(kind="bug", name="bug.started", subject=bug.pk).order_by("-pk")
    started_at = begun.values_list("at", flat=True).first()
    on_call = holder(bug.team_id, DutyKind.ON_CALL, started_at) if started_at else None
    logged = WorkLog.objects.filter(bug=bug.pk, takes_back=None, taken_back=None)
    people = {fixer.pk, bug.paired_with_id, *logged.values_list("by", flat=True)} - {None}
    return rules.done_as(
        bug.p1_way,
        people=len(people),
        paired=bug.paired_with_id not in (None, fixer.pk),
        by_on_call=on_call is not None and on_call.pk == fixer.pk,
    )
