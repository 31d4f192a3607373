"""What is new for somebody to work on: a report that burns, an investigation that was given to them."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bugs.models import Bug
from channels.lifecycle import Topic
from channels.registry import Letter, tells
from foundation.references import address
from journal.models import Event
from oncall.models import DutyKind, PageStep
from problem_reports.lifecycle import Priority
from problem_reports.models import ProblemReport
from problem_reports.notices.hearers import hears, that_see, the_report, who_decides
from teams.models import Person

BURNS = (Priority.P0, Priority.P1)


@tells("problem_report.filed")
def new_in_the_queue(event: Event) -> Iterator[Letter]:
    """A P0 or P1, as stated: release manager and on call hear, unless they were paged for it at once."""
    priority = event.data.get("priority")
    if priority not in BURNS:
        return
    report = the_report(event)
    duties = (DutyKind.RELEASE_MANAGER, DutyKind.ON_CALL)
    paged = set(
        PageStep.objects.filter(page__report=report.pk, at=event.at).values_list(
            "person", flat=True
        )
    )
    people = [p for p in who_decides(report.team_id, event.at, *duties) if p.pk not in paged]
    for person in that_see(people, report, event):
        body = f"{event.by} filed {report.reference}. The priority is as stated: nobody has looked yet."
        yield _letter(person, report, f"New {priority}: {report.title}", body, Topic.QUEUE)


@tells("problem_report.assigned")
def assigned_to_me(event: Event) -> Iterator[Letter]:
    report = the_report(event)
    people = Person.objects.filter(username=event.data["assignee"])
    for person in that_see(people, report, event):
        body = f"{event.by} gave you {report.reference} to investigate."
        yield _letter(person, report, f"Assigned to you: {report.title}", body, Topic.ASSIGNED)


@tells("problem_report.holder_away")
def who_has_it_is_away(event: Event) -> Iterator[Letter]:
    """The release manager decides whether what is begun waits (ONC-3)."""
    report, name = the_report(event), event.data["person"]
    for person in that_see(who_decides(report.team_id, event.at), report, event):
        until = datetime.fromisoformat(event.data["until"]).astimezone(ZoneInfo(person.zone))
        body = (
            f"{name} has begun with {report.reference} and is away until {until:%a %-d %b %H:%M}. "
            "Hand it back, or let it wait."
        )
        yield _letter(person, report, f"{name} is away: {report.title}", body, Topic.QUEUE)


def _letter(person: Person, report: ProblemReport, subject: str, body: str, topic: str) -> Letter:
    return Letter(
        person_id=person.pk,
        subject=subject,
        body=body,
        url=f"/problem-reports/{report.reference}/",
        topic=topic,
        thread=report.reference,
    )


@tells("bug.came_back", "bug.nagged")
def waits_for_a_decision(event: Event) -> Iterator[Letter]:
    """The release manager: a postponed bug is back, or one has waited too long (BUG-1)."""
    bug = Bug.objects.get(pk=event.subject)
    what = "Back for a decision" if event.verb == "came_back" else "Still waits for a decision"
    for person in who_decides(bug.team_id, event.at):
        if hears(person, event):
            yield Letter(
                person_id=person.pk,
                subject=f"{what}: {bug.title}",
                body=f"{bug.reference} is to be scheduled: inject it, name a sprint, postpone or decline it.",
                url=address("BUG", bug.pk),
                topic=Topic.QUEUE,
                thread=bug.reference,
            )
