"""The page of one report and its pane in a list: every query of theirs is made here."""

from dataclasses import dataclass, field, replace
from typing import Any

from bugs.rows import PromiseRow
from channels.web import Refusal, Verb, fresh_key
from channels.web.acting import Opened
from foundation.amounts import plain
from foundation.references import address
from journal.rows import TimelineRow
from problem_reports import policy
from problem_reports.models import ProblemReport
from problem_reports.querysets import Around, around, history
from problem_reports.querysets.pages import pages_visible_to
from problem_reports.web import shown
from problem_reports.web.assigning import Assign, assign
from problem_reports.web.classifying import offered_hours
from problem_reports.web.composing import composer
from problem_reports.web.doors import DOORS, button, next_of, url_of
from problem_reports.web.linked import bug_fact, links, wish_fact
from problem_reports.web.paged import PageRow, page_row
from problem_reports.web.promised import other_clocks, shown_promises
from problem_reports.web.reader import Reader
from problem_reports.web.told import more, named, timeline
from sprints.querysets import own_work

ASSIGN_KEY = {"key": "A", "does": "Assign: type to narrow, Enter takes the first"}
YOU_DECIDE = (
    "No release manager is on duty: if you see the defect too, decide. The next one looks at it."
)
#: Next things that stand as a form of their own on the page.
DRAWN = ("confirm", "tell_cause")
#: The verbs that a list's pane offers, for a queue is emptied from there.
IN_PANE = ("prioritise", "return", "snooze", "route")


@dataclass(frozen=True)
class Pane:
    """One report at the right of a list: read it, do the next thing, go on."""

    report: shown.Head
    story: list[shown.Part]
    attachments: list[shown.Named]
    promises: list[PromiseRow]
    items: list[TimelineRow]
    next: Verb | None
    verbs: list[Verb]
    assign: Assign | None
    refusal: Refusal | None
    #: The verb that is the one next thing.
    accent: str = ""
    forms: list[Verb] = field(default_factory=list)


def page(
    report: ProblemReport, reader: Reader, *, opened: Opened | None = None, whole: bool = False
) -> dict[str, Any]:
    """The context of `problem_reports/detail.html`."""
    inside = policy.sees_inside(reader.who, report)
    near = around(report.pk, reader.person.pk)
    told = named(history(report, inside=inside, bugs=near.bugs), [report.assignee, reader.person])
    promised = shown_promises(report, reader, told)
    clocks = other_clocks(report, report.timers.all(), reader) if inside else []
    allowed = _offered(report, reader, near)
    next_verb = next_of(report, reader, allowed)
    behind = [v for v in allowed if v in DOORS and DOORS[v].behind and v != next_verb]
    pressed = [button(v, report, reader, opened=opened) for v in behind]
    bare = [verb for verb in pressed if not verb.asks]
    if "edit" in allowed:
        bare.append(button("edit", report, reader))
    if "classify" in allowed and next_verb != "classify":
        bare.insert(0, button("classify", report, reader))
    facts = shown.facts(report, reader)
    paged, answer = _paged(report, reader, next_verb) if near.paged and inside else (None, None)
    return {
        "report": shown.head(report, reader),
        "bug": bug_fact(report, promised, reader, inside=inside),
        "wish": wish_fact(report, reader, inside=inside),
        "story": shown.story(report),
        "attachments": _files(report, near),
        "items": timeline(report, reader, told, whole=whole),
        "more": more(report, told, whole=whole),
        "paged": paged,
        "answer": answer,
        "accent": "answer" if answer else next_verb,
        "promises": promised,
        "clocks": clocks,
        "facts": facts + (shown.inside_facts(report, reader) if inside else []),
        "links": links(report, reader, has_duplicates=near.has_duplicates),
        "next": _next(next_verb, report, reader, kind="" if answer else "next")
        if next_verb not in DRAWN
        else None,
        "confirm": _confirm(report, reader, opened) if next_verb == "confirm" else None,
        "owed": _owed(report, reader, opened) if next_verb == "tell_cause" else None,
        "verbs": bare,
        "forms": [verb for verb in pressed if verb.asks],
        "work": button("log_work", report, reader, opened=opened)
        if "log_work" in allowed
        else None,
        "logged": own_work(reader.person.pk, report=report.pk)
        if policy.may_log_work(reader.who, report) is policy.YES
        else [],
        "back": address("PR", report.pk),
        "composer": composer(report, allowed, opened),
        "assign": assign(report, reader, opened=opened) if "assign" in allowed else None,
        "refusal": opened.refusal if opened and _stands_alone(opened, allowed) else None,
        "keys": [ASSIGN_KEY] if "assign" in allowed else [],
        "idempotency_key": fresh_key(),
    }


def pane(
    report: ProblemReport, reader: Reader, *, then: str = "", opened: Opened | None = None
) -> Pane:
    inside = policy.sees_inside(reader.who, report)
    near = around(report.pk, reader.person.pk)
    told = named(history(report, inside=inside, bugs=near.bugs), [report.assignee, reader.person])
    promised = shown_promises(report, reader, told)
    allowed = _offered(report, reader, near)
    next_verb = next_of(report, reader, allowed)
    beside = {"then": then, "target": "#pane"}
    near_forms = [verb for verb in allowed if verb in (*IN_PANE, "assign")]
    shown_next = _next(next_verb, report, reader)
    if shown_next and shown_next.method == "post":
        shown_next = button(next_verb, report, reader, kind="next", **beside)
    return Pane(
        report=shown.head(report, reader),
        story=shown.story(report),
        attachments=_files(report, near),
        promises=promised,
        items=timeline(report, reader, told, whole=False),
        next=shown_next,
        verbs=[],
        forms=[
            button(v, report, reader, opened=opened, **beside) for v in near_forms if v != "assign"
        ],
        assign=assign(report, reader, opened=opened, **beside) if "assign" in near_forms else None,
        refusal=opened.refusal if opened and _stands_alone(opened, near_forms) else None,
        accent=next_verb,
    )


def _offered(report: ProblemReport, reader: Reader, near: Around) -> list[str]:
    """What may be done now, less what would change nothing."""
    allowed = policy.allowed(reader.who, report)
    if "watch" in allowed and near.watched:
        allowed.remove("watch")
    return allowed


def _paged(
    report: ProblemReport, reader: Reader, next_verb: str
) -> tuple[PageRow | None, Verb | None]:
    """The last page about it, which comes back to this report; and its answer, when that is the next thing.

    Who was told says first that they have it: until then it wakes somebody else. The others have something
    better to do, if there is anything.
    """
    found = pages_visible_to(reader.who).filter(report=report.pk).first()
    if found is None:
        return None, None
    row = page_row(found, reader, {report.reference: report.title}, then=url_of(report))
    if row.answer and row.asks_me:
        return row.apart(), row.answer
    return row.beside() if next_verb else row, None


def _files(report: ProblemReport, near: Around) -> list[shown.Named]:
    rows = report.attachments.order_by("attached_at", "pk") if near.has_files else ()
    return shown.attachments(rows)


def _next(verb: str, report: ProblemReport, reader: Reader, *, kind: str = "next") -> Verb | None:
    """The next verb as a button; *assign* is a list and *answer* a text: they stand on the page."""
    if not verb or verb == "assign":
        return None
    if verb in DRAWN:
        label = DOORS[verb].label
        return Verb(verb, label, url_of(report, verb), method="get", kind=kind)
    if verb == "answer":
        return Verb(verb, "Answer", "#composer-text", method="get", kind=kind)
    return button(verb, report, reader, kind=kind)


def _confirm(report: ProblemReport, reader: Reader, opened: Opened | None) -> Verb:
    return replace(button("confirm", report, reader, opened=opened), line=YOU_DECIDE)


def _owed(report: ProblemReport, reader: Reader, opened: Opened | None) -> Verb:
    """Cause and hours of what was confirmed, as the one thing that is left to do (PR-4)."""
    asks = button("tell_cause", report, reader, opened=opened)
    if asks.asks and report.started_at:
        asks.asks.initial["hours"] = plain(offered_hours(report, reader))
    return replace(asks, line=f"Confirmed; {shown.owed_words(report, reader)}.")


def _stands_alone(opened: Opened, allowed: list[str]) -> bool:
    """Whether a refusal has no form left on the page to stand beside."""
    door = DOORS.get(opened.verb)
    return opened.verb not in allowed or door is None or door.form is None
