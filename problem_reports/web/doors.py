"""Which button does which verb: one table, from which pages draw and the view acts.

Whether a verb may be done now is not decided here: `policy.allowed` lists it, the service has the last word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from channels.web import Verb
from channels.web.acting import Opened
from problem_reports import forms, services
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.web.reader import Reader
from sprints.forms import QUICK_HOURS

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Door:
    """`label` on the button, `ends` on the one that sends the form, `done` when it happened.

    The words may name {reference}, {filed_by}, {assignee} and what the form gave.
    """

    act: Callable[..., Any]
    label: str
    done: str
    form: type[forms.VerbForm] | None = None
    ends: str = ""
    key: str = ""
    #: False for verbs with a place of their own: the composer, a page, the list of people.
    behind: bool = True


def _attach(report_id: int, *, file: Any, **act: Any) -> Any:
    return services.attach(report_id, name=file.name, content=file.read(), **act)


def _edit(report_id: int, *, by: Any, at: Any, version: Any = None, **changes: str) -> Any:
    return services.edit(report_id, changes=changes, by=by, at=at, version=version)


DOORS: dict[str, Door] = {
    "assign": Door(
        services.assign,
        "Assign",
        "{reference} is with {assignee}.",
        forms.AssignForm,
        key="a",
        behind=False,
    ),
    "take": Door(services.take, "Take", "{reference} is yours to investigate."),
    "start": Door(services.start, "Start", "You investigate {reference}."),
    "respond": Door(
        services.respond,
        "Respond to {filed_by}",
        "{filed_by} can read it.",
        forms.MessageForm,
        behind=False,
    ),
    "ask": Door(
        services.ask,
        "Ask {filed_by}",
        "{reference} waits for an answer.",
        forms.AskForm,
        behind=False,
    ),
    "answer": Door(
        services.answer,
        "Answer",
        "Thank you; the investigation of {reference} goes on.",
        forms.MessageForm,
        behind=False,
    ),
    "note": Door(services.note, "Note for the team", "Noted.", forms.MessageForm, behind=False),
    "log_work": Door(
        services.log_work,
        "Another day, or a note",
        "{hours} h on {reference} are kept.",
        forms.LogWorkForm,
        "Log the hours",
        behind=False,
    ),
    "page": Door(
        services.page,
        "Page somebody",
        "They are being told. You see here who answers.",
        forms.PageForm,
        "Page now",
    ),
    "confirm": Door(
        services.confirm,
        "Confirm the P0",
        "{reference} is a bug now, and in the sprint. Cause and hours follow within a working day.",
        forms.ConfirmForm,
        "Confirm and inject",
    ),
    "tell_cause": Door(
        services.tell_cause,
        "Tell cause and hours",
        "Thank you: cause and hours of {reference} are told.",
        forms.TellCauseForm,
        "Tell cause and hours",
    ),
    "prioritise": Door(
        services.prioritise,
        "Prioritise",
        "{reference} is {priority}.",
        forms.PrioritiseForm,
        "Prioritise",
    ),
    "return": Door(
        services.return_,
        "Return to {filed_by}",
        "{reference} is with {filed_by} again.",
        forms.ReturnForm,
        "Return to {filed_by}",
    ),
    "resubmit": Door(services.resubmit, "Resubmit", "{reference} is in the queue again."),
    "hand_back": Door(services.hand_back, "Hand back", "{reference} is in the queue again."),
    "snooze": Door(services.snooze, "Snooze", "{reference} rests.", forms.SnoozeForm, "Snooze it"),
    "wake": Door(services.wake, "Wake", "{reference} is awake."),
    "route": Door(
        services.route, "Route", "{reference} is in {product_area}.", forms.RouteForm, "Route it"
    ),
    "join": Door(
        services.join,
        "Join",
        "{customer} has it too.",
        forms.JoinForm,
        "Join the customer",
    ),
    "watch": Door(services.watch, "Watch", "You hear what becomes of {reference}."),
    "attach": Door(_attach, "Attach", "Attached.", forms.AttachForm, "Attach the file"),
    "edit": Door(_edit, "Edit", "{reference} says it anew.", forms.EditForm, behind=False),
    "dispute": Door(
        services.dispute,
        "Dispute",
        "{reference} is open again.",
        forms.DisputeForm,
        "Dispute it",
    ),
    "reopen": Door(
        services.reopen, "Reopen", "{reference} is open again.", forms.ReopenForm, "Reopen it"
    ),
}
#: Verbs that read a message, in the order of their buttons.
SPOKEN = ("answer", "respond", "ask", "note")
#: The one next thing, the first that is allowed; *classify* only by who investigates it.
NEXT = ("answer", "resubmit", "start", "assign", "take")


def url_of(report: ProblemReport, verb: str = "") -> str:
    page = f"/problem-reports/{report.reference}/"
    return f"{page}{verb.replace('_', '-')}/" if verb else page


def words(template: str, report: ProblemReport, given: Given | None = None) -> str:
    who = report.assignee.get_short_name() if report.assignee else "nobody"
    known = {
        "reference": report.reference,
        "filed_by": report.filed_by.get_short_name() or report.filed_by.username,
        "assignee": who,
    }
    return template.format(**known | dict(given or {}))


def next_of(report: ProblemReport, reader: Reader, allowed: list[str]) -> str:
    """The one next verb of this reader on this report, or nothing."""
    if "confirm" in allowed and report.team_id in reader.who.stands_in:
        return "confirm"
    if "tell_cause" in allowed and report.assignee_id == reader.person.pk:
        return "tell_cause"
    for verb in NEXT:
        if verb in allowed:
            return verb
    mine = report.assignee_id == reader.person.pk and report.state == State.INVESTIGATING
    return "classify" if mine and "classify" in allowed else ""


def button(
    verb: str,
    report: ProblemReport,
    reader: Reader,
    *,
    opened: Opened | None = None,
    then: str = "",
    target: str = "",
    kind: str = "",
) -> Verb:
    """The button of a verb, with its form when it asks for something."""
    if verb == "classify":
        return Verb(verb, "Classify", url_of(report, verb), method="get", kind=kind)
    door = DOORS[verb]
    here = opened if opened and opened.verb == verb else None
    form = None
    if door.form and verb not in ("edit", "assign"):
        form = here.form if here and here.form else door.form(report=report, reader=reader)
    return Verb(
        name=verb,
        label=words(door.label, report),
        url=url_of(report, verb),
        method="get" if verb == "edit" else "post",
        kind=kind,
        key=door.key,
        target=target,
        fields={"then": then} if then else {},
        asks=form,
        ends=words(door.ends, report),
        open=here is not None,
        refusal=here.refusal if here else None,
        beside=QUICK_HOURS if verb == "log_work" else None,
    )
