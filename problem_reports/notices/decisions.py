"""What was decided about a report, and about the bug that explains it: in the words that every reader may see."""

from collections.abc import Iterator
from datetime import date

from channels.lifecycle import Topic
from channels.registry import Letter, tells
from foundation.lifecycle import words
from journal.facts import Fact, fact_named
from journal.models import Event
from journal.timeline import items
from problem_reports.notices.hearers import Hearer, hearers, repeating
from problem_reports.querysets import answered_by

#: What each act on a bug means to who reported it.
OF_THE_BUG = {
    "injected": "Being fixed now",
    "scheduled": "Its fix is scheduled",
    "swapped_out": "Its fix has to wait",
    "carried_back": "Its fix has to wait",
    "pulled_forward": "Its fix comes sooner",
    "postponed": "Postponed",
    "declined": "It will not be fixed",
    "reopened": "It is back",
}


@tells("problem_report.classified", "problem_report.confirmed", "problem_report.reopened")
def judged(event: Event) -> Iterator[Letter]:
    """Who filed or watches hears, and the whole chain of what repeats it."""
    outcome = words(event.data.get("outcome", ""))
    what = f"Classified as {outcome}" if outcome else "Investigated again"
    for one in hearers(event, repeating(event.subject), about=event.subject):
        yield _letter(event, one, what, f"{_told(event)} {_about(one, event)}", quotes=one.sees)


@tells(*(f"bug.{verb}" for verb in OF_THE_BUG))
def decided_about_the_bug(event: Event) -> Iterator[Letter]:
    """Everybody whose report the bug explains hears, duplicates included; never what is the team's own."""
    fact = fact_named(event.name) or Fact
    for one in hearers(event, answered_by(event.subject)):
        body = f"{_told(event)} It is the bug behind {one.report.reference}."
        what = OF_THE_BUG[event.verb]
        yield _letter(event, one, what, body, quotes=event.text_id is not None and fact.public_text)


@tells("bug.verified")
def fixed_and_verified(event: Event) -> Iterator[Letter]:
    """Everybody who filed or watches a report that the bug explains hears once, duplicates included."""
    for one in hearers(event, answered_by(event.subject)):
        body = f"What you reported as {one.report.reference} is fixed, and somebody has checked it."
        if not one.filed_it:
            body = f"{one.report.reference} is fixed, and somebody has checked it."
        yield _letter(event, one, "Fixed and verified", body, topic=Topic.FIXED)


@tells("bug.release_planned", "bug.released")
def in_which_version(event: Event) -> Iterator[Letter]:
    """Once when the version is named, and once when it is out (BUG-6)."""
    out, version = event.verb == "released", event.data["in_version"]
    day = f"{date.fromisoformat(event.data['on']):%-d %B %Y}"
    what = f"Available in version {version}" if out else f"Fixed for version {version}"
    for one in hearers(event, answered_by(event.subject)):
        name = one.report.reference
        it = f"What you reported as {name}" if one.filed_it else name
        body = f"{it} is available in version {version} since {day}."
        if not out:
            body = f"{it} is fixed for version {version}, which is planned for {day}."
        yield _letter(event, one, what, body, topic=Topic.FIXED)


def _letter(
    event: Event,
    one: Hearer,
    what: str,
    body: str,
    *,
    topic: str = Topic.DECIDED,
    quotes: bool = False,
) -> Letter:
    return Letter(
        person_id=one.person.pk,
        subject=f"{what}: {one.report.title}",
        body=body,
        url=one.url,
        topic=topic,
        thread=one.report.reference,
        quotes=quotes,
    )


def _told(event: Event) -> str:
    """The history's own line, as readers outside the team see it: "Rhea scheduled it for SP-14, …"."""
    (item,) = items([event], inside=False)
    return f"{item.by_name} {item.words}."


def _about(one: Hearer, event: Event) -> str:
    if one.report.pk == event.subject:
        return f"It is about {one.report.reference}."
    return f"It is about the report that {one.report.reference} repeats."
