"""Which button does which verb on a bug: one table, from which pages draw and the view acts.

Whether a verb may be done now is not decided here: `policy.allowed` lists it, the service has the last word.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bugs import forms, services
from bugs.forms import may_leave, plain
from bugs.lifecycle import INJECTABLE, Priority
from bugs.models import Bug
from bugs.querysets import in_sprint, planned_points
from channels.web import Refusal, Verb
from sprints.models import Sprint
from sprints.querysets import coming, running
from sprints.rules import draw


@dataclass(frozen=True)
class Door:
    """`label` on the button, `ends` on the one that sends the form, `done` when it happened."""

    act: Callable[..., Any]
    label: str
    done: str
    form: type[forms.VerbForm] | None = None
    ends: str = ""


DOORS: dict[str, Door] = {
    "prioritise": Door(
        services.prioritise,
        "Prioritise",
        "{0} has its priority.",
        forms.PrioritiseForm,
        "Prioritise",
    ),
    "estimate": Door(
        services.estimate, "Estimate", "{0} is estimated.", forms.EstimateForm, "Keep the estimate"
    ),
    "inject": Door(
        services.inject,
        "Inject into the running sprint",
        "{0} is in the sprint.",
        forms.InjectForm,
        "Inject it",
    ),
    "schedule": Door(
        services.schedule,
        "Schedule for a later sprint",
        "{0} is scheduled.",
        forms.ScheduleForm,
        "Schedule it",
    ),
    "postpone": Door(
        services.postpone, "Postpone", "{0} is postponed.", forms.PostponeForm, "Postpone it"
    ),
    "decline": Door(
        services.decline, "Decline", "{0} is declined.", forms.DeclineForm, "Decline it"
    ),
    "start": Door(services.start, "Start the fix", "{0} is in progress."),
    "fix": Door(
        services.fix,
        "It is fixed",
        "{0} is fixed; somebody else verifies it.",
        forms.FixForm,
        "Fixed",
    ),
    "verify": Door(services.verify, "Verify the fix", "{0} is verified; its reporters hear of it."),
    "reopen": Door(
        services.reopen, "Reopen", "{0} is to be scheduled again.", forms.ReopenForm, "Reopen it"
    ),
}
#: When is it fixed? The release manager's four answers, in the order in which they are weighed.
DECISIONS = ("inject", "schedule", "postpone", "decline")


@dataclass(frozen=True)
class Price:
    """What an injection costs, before the click: as `bugs/_price.html` wants it."""

    sprint: str
    sprint_url: str
    words: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """The form that stands open after a refusal, with what was typed and why it was refused."""

    verb: str
    form: forms.VerbForm | None = None
    refusal: Refusal | None = None


def url_of(bug: Bug, verb: str = "") -> str:
    return f"/bugs/{bug.reference}/{verb}/" if verb else f"/bugs/{bug.reference}/"


def form_for(verb: str, bug: Bug, sent: Any = None) -> forms.VerbForm | None:
    """The form of a verb, with its choices read; None when the verb asks for nothing, or cannot be."""
    kind = DOORS[verb].form
    if kind is None:
        return None
    choices: Any = None
    if verb == "inject":
        sprint = running(bug.team_id)
        if sprint is None or bug.priority not in INJECTABLE:
            return None
        choices = (sprint, may_leave(in_sprint(sprint.pk)))
    elif verb == "schedule":
        sprints = list(coming(bug.team_id))
        if bug.estimate is None or not sprints:
            return None
        choices = (sprints, planned_points(s.pk for s in sprints))
    return kind(sent, bug=bug, choices=choices)


def button(verb: str, bug: Bug, *, opened: Opened | None = None, kind: str = "") -> Verb:
    """The button of a verb, with its form when it asks for something."""
    door = DOORS[verb]
    here = opened if opened and opened.verb == verb else None
    form = here.form if here and here.form else form_for(verb, bug)
    return Verb(
        name=verb,
        label=door.label,
        url=url_of(bug, verb),
        kind=kind,
        asks=form,
        ends=door.ends,
        line=line(verb, bug, form),
        open=here is not None,
        refusal=here.refusal if here else None,
        beside=price(bug, *form.choices) if verb == "inject" and form else None,
    )


def line(verb: str, bug: Bug, form: forms.VerbForm | None) -> str:
    """What a decision means, or what it waits for."""
    if verb == "inject":
        if bug.priority not in INJECTABLE:
            return f"for P0 and P1 only; this is {bug.priority}"
        if form is None:
            return f"no sprint of {bug.team.name} is running"
        return price(bug, *form.choices).words
    if verb == "schedule":
        if bug.estimate is None:
            return "the developers' estimate comes first"
        return "as planned work" if form else f"{bug.team.name} has no sprint ahead"
    return {
        "postpone": "look at it again on a date",
        "decline": "it will not be fixed",
        "fix": "name the code that fixes it",
    }.get(verb, "")


def price(bug: Bug, sprint: Sprint, leaving: list[Bug]) -> Price:
    """Reserve left, what this takes, and what could leave (SPR-4, "the price before the click")."""
    unit, left = sprint.team.unit, sprint.available
    url = f"/sprints/{sprint.reference}/"
    if bug.estimate is None:
        words = f"{plain(left)} {unit} left in the reserve"
        return Price(sprint.name, url, words, ("Nobody has estimated it: say what it takes.",))
    may_overdraw = bug.priority == Priority.P0
    drawn = draw(bug.estimate, available=left, leaving=[], may_overdraw=may_overdraw)
    if not drawn.missing and not drawn.overdraft:
        words = f"takes {plain(bug.estimate)} of the {plain(left)} {unit} left in the reserve"
        return Price(sprint.name, url, words, ())
    words = f"takes {plain(bug.estimate)} {unit}, the reserve has {plain(left)} left"
    return Price(sprint.name, url, words, tuple(_shortage(drawn.missing, drawn.overdraft, leaving)))


def _shortage(missing: Decimal, overdraft: Decimal, leaving: list[Bug]) -> list[str]:
    could = sum((b.estimate or Decimal(0) for b in leaving), Decimal(0))
    if overdraft:
        return [
            f"A P0 goes in all the same: the overdraft of {plain(overdraft)} is written down by name.",
            *(["Choose what leaves, and the overdraft gets smaller."] if could else []),
        ]
    if could >= missing:
        return [f"{plain(missing)} too few: choose planned work that leaves."]
    return [
        f"{plain(missing)} too few, and the planned bugs that nobody has started free only "
        f"{plain(could)}. Ask the product owner for a larger reserve, or schedule it."
    ]
