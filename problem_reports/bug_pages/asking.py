"""The button of each verb on a bug: its form with its choices read, and what stands beside it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bugs import forms
from bugs.lifecycle import INJECTABLE
from bugs.models import Bug, Loan
from bugs.querysets import next_release, open_loans, planned_points, plans_of, suggested_price
from channels.web import Verb
from channels.web.acting import Opened
from problem_reports.bug_pages.doors import DOORS, LOANS, PLAN, url_of
from problem_reports.bug_pages.price import Price, goal_odds, pairing, price, suggested
from sprints.forms import QUICK_HOURS
from sprints.querysets import ahead_of, coming, planned_work, running
from sprints.rules.holds import Suggestion
from teams.lifecycle import PersonKind
from teams.models import Person
from teams.querysets import developers_of, members_of


def form_for(verb: str, bug: Bug, sent: Any = None) -> forms.VerbForm | None:
    """The form of a verb, with its choices read; None when the verb asks for nothing, or cannot be."""
    door = DOORS[verb]
    if door.form is None:
        return None
    choices: Any = None
    if verb == "inject":
        if bug.priority not in INJECTABLE:
            return None
        sprint = running(bug.team_id)
        leaving = planned_work(sprint.pk) if sprint else []
        choices = (sprint, leaving, suggested_price(bug), _people(bug))
    elif verb == "pair":
        choices = _people(bug)
    elif verb == "release":
        choices = next_release(bug.team_id)
    elif verb == "mitigate":
        choices = (ahead_of(bug.team_id), members_of(bug.team_id))
    elif verb in LOANS:
        choices = [(loan.pk, loan_words(loan)) for loan in open_loans(bug)]
    elif verb in PLAN:
        choices = next(iter(plans_of(bug)), None)
    elif verb == "schedule":
        sprints = list(coming(bug.team_id))
        if bug.estimate is None or not sprints:
            return None
        choices = (sprints, planned_points(s.pk for s in sprints))
    form: forms.VerbForm = door.asks(sent, bug=bug, choices=choices)
    if verb == "inject":
        # Whoever types another price reads at once what that means.
        form.fields["points"].widget.attrs |= {
            "hx-get": url_of(bug, "price"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "previous .price",
            "hx-swap": "outerHTML",
        }
    return form


def price_as_typed(bug: Bug, sent: Any, at: datetime) -> Price | None:
    """The price of an injection at what is typed so far; None when it cannot be injected at all."""
    form = form_for("inject", bug, sent)
    return form and _price(bug, form, at)


def _price(bug: Bug, form: forms.VerbForm, at: datetime | None) -> Price:
    sprint, pieces, offer, people = form.choices
    form.is_valid()
    typed = form.cleaned_data.get("points") if form.is_bound else None
    offer = Suggestion(typed, "as typed") if typed else offer
    asked = price(bug, sprint, pieces, offer)
    if at is None:
        return asked
    odds = goal_odds(sprint, pieces, offer, at)
    return replace(
        asked, lines=(*asked.lines, *odds, *suggested(bug, at), *pairing(bug, at, people))
    )


def _people(bug: Bug) -> list[Person]:
    return list(developers_of(bug.team_id).filter(kind=PersonKind.PERSON))


def loan_words(loan: Loan) -> str:
    return f"{loan.get_kind_display()}, due {loan.due_on:%-d %B %Y}"


def button(
    verb: str, bug: Bug, *, opened: Opened | None = None, kind: str = "", at: datetime | None = None
) -> Verb:
    """The button of a verb, with its form when it asks for something."""
    door = DOORS[verb]
    here = opened if opened and opened.verb == verb else None
    form = here.form if here and here.form else form_for(verb, bug)
    if verb == "agree_plan" and form is not None:
        said = {"revision": form.choices.revision, "version": bug.version}
        return Verb(verb, door.label, url_of(bug, verb), kind=kind, fields=said)
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
        beside=_beside(verb, bug, form, at),
    )


def _beside(verb: str, bug: Bug, form: forms.VerbForm | None, at: datetime | None) -> Any:
    """What stands beside the form of a verb: the price of an injection, the hours of one click."""
    if verb == "log_work":
        return QUICK_HOURS
    if verb != "inject" or form is None:
        return None
    return _price(bug, form, at)


def line(verb: str, bug: Bug, form: forms.VerbForm | None) -> str:
    """What a decision means, or what it waits for."""
    if verb == "inject":
        if bug.priority not in INJECTABLE:
            return f"for P0 and P1 only; this is {bug.priority}"
        assert form is not None
        return price(bug, *form.choices[:3]).words
    if verb == "schedule":
        if bug.estimate is None:
            return "the developers' estimate comes first"
        return "as planned work" if form else f"{bug.team.name} has no sprint ahead"
    return {
        "postpone": "look at it again on a date",
        "decline": "it will not be fixed",
        "refute": "what it explained is investigated again",
        "repay": "when its paybacks are finished",
        "mitigate": "customers are helped, and it is still to be fixed",
        "fix": "name the code that fixes it",
    }.get(verb, "")
