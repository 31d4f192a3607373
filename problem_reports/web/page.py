"""The page of one report and its pane in a list: every query of theirs is made here."""

from dataclasses import dataclass, field
from typing import Any

from bugs.rows import PromiseRow
from channels.web import Refusal, Verb, fresh_key
from foundation.references import address
from journal.rows import TimelineRow, timeline_rows
from journal.timeline import Item
from problem_reports import policy
from problem_reports.lifecycle import OPEN, State
from problem_reports.models import ProblemReport
from problem_reports.querysets import candidates, history, visible_to
from problem_reports.web import shown
from problem_reports.web.doors import DOORS, SPOKEN, Opened, button, next_of, url_of
from problem_reports.web.reader import Reader

#: The earlier part of a long history is one click away.
NEWEST = 60
#: The verbs that a list's pane offers, for a queue is emptied from there.
IN_PANE = ("prioritise", "return", "snooze", "route")
STATES = {
    "problem_report.assigned": State.ASSIGNED,
    "problem_report.taken": State.ASSIGNED,
    "problem_report.started": State.INVESTIGATING,
    "problem_report.handed_back": State.TO_BE_INVESTIGATED,
    "problem_report.snoozed": State.SNOOZED,
    "problem_report.returned": State.RETURNED,
    "problem_report.resubmitted": State.TO_BE_INVESTIGATED,
    "problem_report.classified": State.CLOSED,
    "problem_report.disputed": State.TO_BE_INVESTIGATED,
    "problem_report.reopened": State.TO_BE_INVESTIGATED,
    "bug.opened": "to_be_scheduled",
    "bug.injected": "in_sprint",
    "bug.scheduled": "scheduled",
    "bug.postponed": "postponed",
    "bug.declined": "declined",
    "bug.started": "in_progress",
    "bug.fixed": "fixed",
    "bug.verified": "verified",
    "bug.reopened": "to_be_scheduled",
    "bug.carried_back": "to_be_scheduled",
}


@dataclass(frozen=True)
class Assign:
    """As `problem_reports/_assign.html` wants it."""

    url: str
    reference: str
    people: list[shown.Candidate]
    then: str = ""
    target: str = ""
    open: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Composer:
    """One text and a button per verb that sends it."""

    label: str
    verbs: list[Verb]
    keep: str
    text: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True)
class BugFact:
    reference: str
    title: str
    url: str
    state: str
    state_words: str
    promise: str


@dataclass(frozen=True)
class Link:
    reference: str
    title: str
    url: str
    words: str = ""


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
    forms: list[Verb] = field(default_factory=list)


def page(
    report: ProblemReport, reader: Reader, *, opened: Opened | None = None, whole: bool = False
) -> dict[str, Any]:
    """The context of `problem_reports/detail.html`."""
    inside = policy.sees_inside(reader.who, report)
    told = shown.named(history(report, inside=inside))
    promised = shown.shown_promises(report, reader, told)
    allowed = _offered(report, reader)
    next_verb = next_of(report, reader, allowed)
    behind = [v for v in allowed if v in DOORS and DOORS[v].behind and v != next_verb]
    pressed = [button(v, report, reader, opened=opened) for v in behind]
    plain = [verb for verb in pressed if not verb.asks]
    if "edit" in allowed:
        plain.append(button("edit", report, reader))
    if "classify" in allowed and next_verb != "classify":
        plain.insert(0, button("classify", report, reader))
    facts = shown.facts(report, reader)
    return {
        "report": shown.head(report, reader),
        "bug": _bug_fact(report, promised, reader, inside=inside),
        "story": shown.story(report),
        "attachments": shown.attachments(report.attachments.order_by("attached_at", "pk")),
        "items": _timeline(report, reader, told, whole=whole),
        "more": _more(report, told, whole=whole),
        "promises": promised,
        "facts": facts + (shown.inside_facts(report.living) if inside else []),
        "links": _links(report, reader),
        "next": _next(next_verb, report, reader),
        "verbs": plain,
        "forms": [verb for verb in pressed if verb.asks],
        "composer": _composer(report, allowed, opened),
        "assign": assign(report, reader, opened=opened) if "assign" in allowed else None,
        "refusal": opened.refusal if opened and _stands_alone(opened, allowed) else None,
        "idempotency_key": fresh_key(),
    }


def pane(
    report: ProblemReport, reader: Reader, *, then: str = "", opened: Opened | None = None
) -> Pane:
    inside = policy.sees_inside(reader.who, report)
    told = shown.named(history(report, inside=inside))
    promised = shown.shown_promises(report, reader, told)
    allowed = _offered(report, reader)
    next_verb = next_of(report, reader, allowed)
    near = {"then": then, "target": "#pane"}
    near_forms = [verb for verb in allowed if verb in (*IN_PANE, "assign")]
    shown_next = _next(next_verb, report, reader)
    if shown_next and shown_next.method == "post":
        shown_next = button(next_verb, report, reader, kind="next", **near)
    return Pane(
        report=shown.head(report, reader),
        story=shown.story(report),
        attachments=shown.attachments(report.attachments.order_by("attached_at", "pk")),
        promises=promised,
        items=_timeline(report, reader, told, whole=False),
        next=shown_next,
        verbs=[],
        forms=[
            button(v, report, reader, opened=opened, **near) for v in near_forms if v != "assign"
        ],
        assign=assign(report, reader, opened=opened, **near) if "assign" in near_forms else None,
        refusal=opened.refusal if opened and _stands_alone(opened, near_forms) else None,
    )


def assign(
    report: ProblemReport,
    reader: Reader,
    *,
    then: str = "",
    target: str = "",
    opened: Opened | None = None,
) -> Assign:
    here = opened if opened and opened.verb == "assign" else None
    return Assign(
        url=url_of(report, "assign"),
        reference=report.reference,
        people=shown.candidates(candidates(report, reader.at), report),
        then=then,
        target=target,
        open=here is not None,
        refusal=here.refusal if here else None,
    )


def _offered(report: ProblemReport, reader: Reader) -> list[str]:
    """What may be done now, less what would change nothing."""
    allowed = policy.allowed(reader.who, report)
    if "watch" in allowed and report.watches.filter(person_id=reader.person.pk).exists():
        allowed.remove("watch")
    return allowed


def _next(verb: str, report: ProblemReport, reader: Reader) -> Verb | None:
    """The next verb as a button; *assign* is a list and *answer* a text: they stand on the page."""
    if not verb or verb == "assign":
        return None
    if verb == "answer":
        return Verb(verb, "Answer", "#composer-text", method="get", kind="next")
    return button(verb, report, reader, kind="next")


def _stands_alone(opened: Opened, allowed: list[str]) -> bool:
    """Whether a refusal has no form left on the page to stand beside."""
    door = DOORS.get(opened.verb)
    return opened.verb not in allowed or door is None or door.form is None


def _composer(report: ProblemReport, allowed: list[str], opened: Opened | None) -> Composer | None:
    spoken = [v for v in SPOKEN if v in allowed]
    refused = opened if opened and opened.verb in SPOKEN else None
    if not spoken:
        return None
    first = report.filed_by.get_short_name() or report.filed_by.username
    label = f"Write to {first}" if "respond" in spoken else "Write"
    if spoken == ["note"]:
        label = "A note that only the team reads"
    elif spoken[0] == "answer":
        label = "Your answer"
    typed = refused.form.data.get("message", "") if refused and refused.form else ""
    return Composer(
        label=label,
        verbs=[Verb(v, _spoken_label(v, first), url_of(report, v)) for v in spoken],
        keep=f"write {report.reference}",
        text=typed,
        refusal=refused.refusal if refused and refused.verb in allowed else None,
    )


def _spoken_label(verb: str, first: str) -> str:
    return DOORS[verb].label.format(filed_by=first)


def _timeline(
    report: ProblemReport,
    reader: Reader,
    told: list[Item],
    *,
    whole: bool,
) -> list[TimelineRow]:
    recent = told if whole else told[-NEWEST:]
    rows = timeline_rows(recent, now=reader.at, states={k: str(v) for k, v in STATES.items()})
    late = [row for row in shown.due_rows(report, reader) if _within(row, rows)]
    return sorted([*rows, *late], key=lambda row: row.at)


def _within(row: TimelineRow, rows: list[TimelineRow]) -> bool:
    return not rows or row.at >= rows[0].at


def _more(report: ProblemReport, told: list[Item], *, whole: bool) -> dict[str, str] | None:
    earlier = len(told) - NEWEST
    if whole or earlier <= 0:
        return None
    return {"url": f"{url_of(report)}?history=all#timeline", "words": f"{earlier} earlier"}


def _bug_fact(
    report: ProblemReport, promised: list[PromiseRow], reader: Reader, *, inside: bool
) -> BugFact | None:
    """The bug that explains it: its title only for readers of the delivery team."""
    bug = report.living.bug if report.living else None
    if bug is None:
        return None
    fix = next((p for p in promised if p.kind == "fix"), None)
    return BugFact(
        reference=bug.reference,
        title=bug.title if inside else "",
        url=address("BUG", bug.pk),
        state=bug.state,
        state_words=bug.get_state_display().lower(),
        promise=f"{fix.label} {fix.words}".strip() if fix else "",
    )


def _links(report: ProblemReport, reader: Reader) -> list[Link]:
    """The original of a duplicate and the duplicates of an original, as far as this reader sees them."""
    seen = visible_to(reader.who)
    links = []
    if report.living and report.living.duplicate_of_id:
        original = seen.filter(pk=report.living.duplicate_of_id).first()
        if original:
            links.append(_link(original, "the same problem"))
    doubles = seen.filter(living__duplicate_of=report).order_by("pk")[:20]
    return links + [_link(double, "the same problem") for double in doubles]


def _link(report: ProblemReport, words: str) -> Link:
    state = "" if report.state in OPEN else ", closed"
    return Link(report.reference, report.title, url_of(report), f"{words}{state}")
