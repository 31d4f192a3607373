"""What clocks say: most of a time has passed, a promise was missed, the lead ought to know (SLA-5)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from channels.lifecycle import Topic
from channels.registry import Letter, tells
from journal.models import Event
from problem_reports.clocks.models import TimerKind
from problem_reports.models import ProblemReport
from problem_reports.notices.hearers import that_see, the_report, who_decides
from teams.lifecycle import Role
from teams.models import Person

SAID = {
    TimerKind.FIRST_RESPONSE: "first answer",
    TimerKind.CLASSIFICATION: "investigation",
    TimerKind.NEXT_UPDATE: "next update",
    TimerKind.TIMEBOX: "time for the investigation",
    TimerKind.ANSWER: "answer to our question",
    TimerKind.RESUBMISSION: "time to file it again",
}

#: Later than this, the clock has reminded before: it does so once each working day.
AGAIN = timedelta(hours=12)


@tells("problem_report.warned")
def most_of_it_has_passed(event: Event) -> Iterator[Letter]:
    """Who has to act: who investigates, else the release manager; of a question, who was asked."""
    report, kind = the_report(event), event.data["promise"]
    if kind == TimerKind.ANSWER and not report.third_party:
        body = "We asked and wait for your answer. Without one the report is closed; you can open it again."
        yield from _to([report.filed_by], report, event, "We wait for your answer", body)
    elif kind == TimerKind.RESUBMISSION:
        body = "It was returned to you. If nobody files it again it counts as withdrawn."
        yield from _to([report.filed_by], report, event, "Returned, and not filed again yet", body)
    else:
        body = f"Most of the time for the {SAID[kind]} of {report.reference} has passed."
        yield from _to(_holder(report, event), report, event, f"Soon due: {SAID[kind]}", body)


@tells("problem_report.breached")
def it_was_missed(event: Event) -> Iterator[Letter]:
    """The release manager, and who investigates; what the clock itself acts upon needs nobody."""
    report, kind = the_report(event), event.data["promise"]
    if kind in (TimerKind.ANSWER, TimerKind.RESUBMISSION) and not report.third_party:
        return
    people = [*who_decides(report.team_id, event.at), *_assignee(report)]
    body = f"The {SAID[kind]} of {report.reference} was due and is late."
    yield from _to(people, report, event, f"Late: {SAID[kind]}", body)


@tells("problem_report.escalated")
def the_lead_ought_to_know(event: Event) -> Iterator[Letter]:
    """The team's leads; without one, the release manager again."""
    report, kind = the_report(event), event.data["promise"]
    leads = Person.objects.filter(
        memberships__team_id=report.team_id, memberships__role=Role.LEAD
    ).order_by("pk")
    body = f"The {SAID[kind]} of {report.reference} is late by a good part of its time. What would help?"
    people = list(leads) or who_decides(report.team_id, event.at)
    yield from _to(people, report, event, f"Still late: {SAID[kind]}", body)


@tells("problem_report.cause_reminded")
def cause_and_hours_are_owed(event: Event) -> Iterator[Letter]:
    """Who owes them; from the second time on, or when they cannot be asked, the release manager too (PR-4)."""
    report = the_report(event)
    people = [p for p in _assignee(report) if p.is_active]
    again = event.at - datetime.fromisoformat(event.data["due_at"]) > AGAIN
    if again or not people:
        people += who_decides(report.team_id, event.at)
    body = f"{report.reference} was confirmed as a P0. Its cause and the hours that it took are still to be told."
    yield from _to(people, report, event, "Cause and hours are due", body)


def _holder(report: ProblemReport, event: Event) -> list[Person]:
    return _assignee(report) or who_decides(report.team_id, event.at)


def _assignee(report: ProblemReport) -> list[Person]:
    return [report.assignee] if report.assignee else []


def _to(
    people: Iterable[Person], report: ProblemReport, event: Event, subject: str, body: str
) -> Iterator[Letter]:
    late = float(event.data.get("late_by", 0))
    for person in that_see(people, report, event):
        yield Letter(
            person_id=person.pk,
            subject=f"{subject}: {report.title}",
            body=body,
            url=f"/problem-reports/{report.reference}/",
            topic=Topic.CLOCK,
            thread=report.reference,
            late_by=timedelta(seconds=late),
        )
