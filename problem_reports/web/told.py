"""What happened to a report, as one timeline: acts, messages, and the moments at which a promise passed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.utils.safestring import SafeString

from journal.rows import TimelineRow, timeline_rows
from journal.timeline import Item
from problem_reports.clocks.models import Stage
from problem_reports.clocks.timers import PROMISES
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.web.doors import url_of
from problem_reports.web.reader import Reader
from problem_reports.web.shown import moment
from teams.models import Person

#: The earlier part of a long history is one click away.
NEWEST = 60
#: The state that each event leads to, for its shape in the timeline.
STATES = {
    "problem_report.assigned": State.ASSIGNED,
    "problem_report.taken": State.ASSIGNED,
    "problem_report.started": State.INVESTIGATING,
    "problem_report.handed_back": State.TO_BE_INVESTIGATED,
    "problem_report.snoozed": State.SNOOZED,
    "problem_report.returned": State.RETURNED,
    "problem_report.resubmitted": State.TO_BE_INVESTIGATED,
    "problem_report.classified": State.CLOSED,
    "problem_report.confirmed": State.CLOSED,
    "problem_report.disputed": State.TO_BE_INVESTIGATED,
    "problem_report.reopened": State.TO_BE_INVESTIGATED,
    "bug.opened": "to_be_scheduled",
    "bug.injected": "in_sprint",
    "bug.scheduled": "scheduled",
    "bug.postponed": "postponed",
    "bug.declined": "declined",
    "bug.refuted": "refuted",
    "bug.started": "in_progress",
    "bug.fixed": "fixed",
    "bug.verified": "verified",
    "bug.reopened": "to_be_scheduled",
    "bug.carried_back": "to_be_scheduled",
}


def timeline(
    report: ProblemReport,
    reader: Reader,
    told: list[Item],
    *,
    whole: bool,
) -> list[TimelineRow]:
    recent = told if whole else told[-NEWEST:]
    told_rows = timeline_rows(recent, now=reader.at, states={k: str(v) for k, v in STATES.items()})
    by_clock = {item.id: item for item in recent if item.name in CLOCK_SAYS}
    rows = [_by_the_clock(row, by_clock.get(row.id), reader) for row in told_rows]
    late = [row for row in due_rows(report, reader) if _within(row, rows)]
    return sorted([*rows, *late], key=lambda row: row.at)


def _within(row: TimelineRow, rows: list[TimelineRow]) -> bool:
    return not rows or row.at >= rows[0].at


def more(report: ProblemReport, told: list[Item], *, whole: bool) -> dict[str, str] | None:
    earlier = len(told) - NEWEST
    if whole or earlier <= 0:
        return None
    return {"url": f"{url_of(report)}?history=all#timeline", "words": f"{earlier} earlier"}


def named(told: list[Item], known: Iterable[Person | None] = ()) -> list[Item]:
    """The history with people by their names, where a fact names them by username; some are `known`."""
    told = [_late(_confirmed(item)) for item in told]
    wanted = {str(item.data["assignee"]) for item in told if "assignee" in item.data}
    names = {person.username: str(person) for person in known if person is not None}
    if others := wanted - names.keys():
        names |= {p.username: str(p) for p in Person.objects.filter(username__in=others)}
    return [
        replace(item, words=item.words.replace(item.data["assignee"], names[item.data["assignee"]]))
        if item.data.get("assignee") in names
        else item
        for item in told
    ]


def _confirmed(item: Item) -> Item:
    """To prioritise it as what it was is to agree with what was stated."""
    priority = item.data.get("priority")
    if item.name == "problem_report.prioritised" and priority == item.data.get("was"):
        return replace(item, words=f"agreed that it is {priority}")
    return item


def _late(item: Item) -> Item:
    """An answer to what was closed for want of one."""
    if item.name == "problem_report.answered" and item.data.get("reopens"):
        return replace(item, words="answered, so it is open again")
    return item


WAS_DUE = {
    "first_response": "The first answer was due",
    "classification": "The findings were due",
    "next_update": "The next update was due",
    "timebox": "The timebox of the investigation was over",
    "answer": "The answer to the question was due",
    "resubmission": "It was to be filed again by then",
}
NAMED = {
    "first_response": "the first answer",
    "classification": "the findings",
    "next_update": "the next update",
    "timebox": "the timebox",
    "answer": "the answer to the question",
    "resubmission": "filing it again",
}
#: What the sweep told of a clock, in words.
CLOCK_SAYS = {
    "problem_report.warned": "Most of the time for {promise} has passed",
    "problem_report.breached": "",
    "problem_report.escalated": "The lead was told that {promise} is late",
}


def _by_the_clock(row: TimelineRow, item: Item | None, reader: Reader) -> TimelineRow:
    """What the sweep told, as a line of the clock's; a breach stands at the moment that was due."""
    if item is None:
        return row
    kind = str(item.data.get("promise", ""))
    if item.name != "problem_report.breached":
        verb = CLOCK_SAYS[item.name].format(promise=NAMED.get(kind, kind))
        return replace(row, kind="clock", by="", verb=SafeString(verb))
    due = datetime.fromisoformat(item.data["due_at"])
    words = moment(due, reader)
    return replace(
        row, kind="late", by="", verb=SafeString(WAS_DUE.get(kind, "")), at=due, words=words
    )


def due_rows(report: ProblemReport, reader: Reader) -> list[TimelineRow]:
    """The moments at which a promise passed and nobody has told yet: the sweep is a few seconds behind.

    Of what an import or a demonstration tells of the past, too.
    """
    passed = []
    for timer in report.timers.all():
        late = timer.stopped_at is None or timer.stopped_at > timer.due_at
        untold = timer.kind in PROMISES and timer.stage < Stage.BREACHED
        if timer.state == "superseded" or not (late and untold) or timer.paused_since:
            continue
        if timer.due_at > reader.at:
            continue
        passed.append(
            TimelineRow(
                id=-timer.pk,
                kind="late",
                by="",
                initials="",
                verb=SafeString(WAS_DUE[timer.kind]),
                text=SafeString(""),
                at=timer.due_at,
                words=moment(timer.due_at, reader),
                source="",
            )
        )
    return passed
