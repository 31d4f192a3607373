"""What people write to each other about a report: to who filed it, and back to who investigates it."""

from collections.abc import Iterator

from channels.lifecycle import Topic
from channels.registry import Letter, tells
from journal.models import Event
from problem_reports.notices.hearers import (
    hearers,
    repeating,
    that_see,
    the_report,
    who_decides,
)

#: What the message is called in a subject, and what the one who filed the report should do next.
TO_THE_REPORTER = {
    "responded": ("{by} wrote", ""),
    "asked": ("{by} asks", " It waits for your answer."),
    "returned": ("{by} returned it", " Complete it and file it again, or let it go."),
}
TO_THE_TEAM = {
    "answered": ("{by} answered", "The investigation can go on."),
    "resubmitted": ("{by} filed it again", "It was returned before."),
    "disputed": ("{by} disputes the classification", "It is to be investigated again."),
}


@tells("problem_report.responded", "problem_report.asked", "problem_report.returned")
def written_to_the_reporter(event: Event) -> Iterator[Letter]:
    """Who filed or watches hears. Of a message, also the whole chain of duplicates.

    A report that is returned is the matter of its own reporter: what repeats it is not returned.
    """
    chain = [event.subject] if event.verb == "returned" else repeating(event.subject)
    said, do_next = TO_THE_REPORTER[event.verb]
    for one in hearers(event, chain, about=event.subject):
        own = one.report.pk == event.subject
        about = one.report.reference if own else f"the report that {one.report.reference} repeats"
        yield Letter(
            person_id=one.person.pk,
            subject=f"{said.format(by=event.by)}: {one.report.title}",
            body=f"About {about}.{do_next if own and one.filed_it else ''}",
            url=one.url,
            topic=Topic.MESSAGE,
            thread=one.report.reference,
            quotes=one.sees,
        )


@tells("problem_report.answered", "problem_report.resubmitted", "problem_report.disputed")
def written_to_the_team(event: Event) -> Iterator[Letter]:
    """Who investigates it hears; when nobody does, the release manager of that moment."""
    report = the_report(event)
    said, then = TO_THE_TEAM[event.verb]
    if event.data.get("reopens"):
        then = "It was closed without an answer, and is to be investigated again."
    people = [report.assignee] if report.assignee else who_decides(report.team_id, event.at)
    for person in that_see(people, report, event):
        yield Letter(
            person_id=person.pk,
            subject=f"{said.format(by=event.by)}: {report.title}",
            body=f"About {report.reference}. {then}",
            url=f"/problem-reports/{report.reference}/",
            topic=Topic.MESSAGE,
            thread=report.reference,
            quotes=True,
        )
