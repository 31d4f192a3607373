"""What waits for the product owner, as the page of a sprint shows it: prepared rows."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.urls import reverse
from django.utils import timezone

from bugs.forms import LONGEST_REASON, leaving_words
from bugs.models import Bug
from channels.web import Verb
from foundation.amounts import plain, with_unit
from foundation.moments import in_words
from foundation.references import address
from oncall.rules import Standing
from sprints.lifecycle import State
from sprints.models import Leaving, Overdraft, Sprint
from sprints.policy.overdrafts import allowed
from sprints.querysets import open_overdrafts, planned_work


class RiskForm(forms.Form):
    """`accept_risk`: the history keeps why."""

    reason = forms.CharField(
        label="Why the risk is worth it",
        help_text="The team reads this.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProposalForm(forms.Form):
    """`propose_swap`: planned work of the sprint."""

    leaves = forms.MultipleChoiceField(
        label="Planned work that would leave", widget=forms.CheckboxSelectMultiple
    )


@dataclass(frozen=True)
class Row:
    """One overdraft on the page of its sprint; `verbs` with a form stand behind a button."""

    name: str
    url: str
    title: str
    beyond: str
    due_at: datetime
    due: str
    late: bool
    leaving: list[str]
    buttons: list[Verb]
    forms: list[Verb]


def rows(sprint: Sprint, who: Standing, at: datetime) -> list[Row]:
    """What is open, oldest first; a few queries however many there are, and none when nothing is overdrawn."""
    asks = sprint.state == State.RUNNING and sprint.overdraft
    found = list(open_overdrafts(sprint.pk)) if asks else []
    if not found:
        return []
    bugs = Bug.objects.in_bulk([o.bug for o in found if o.bug])
    pieces = [(p.reference, leaving_words(p)) for p in planned_work(sprint.pk)]
    return [_row(o, sprint, bugs.get(o.bug or 0), pieces, who, at) for o in found]


def _row(
    overdraft: Overdraft,
    sprint: Sprint,
    bug: Bug | None,
    pieces: list[tuple[str, str]],
    who: Standing,
    at: datetime,
) -> Row:
    leaving = list(overdraft.leaving.all())
    buttons, behind = [], []
    may = allowed(who, overdraft, leaving)
    if "let_go" in may:
        buttons.append(_button(overdraft, "let_go", "It may leave"))
    if "swap_out" in may:
        buttons.append(_button(overdraft, "swap_out", "Let it leave", kind="next"))
    if "accept_risk" in may:
        behind.append(
            _button(overdraft, "accept_risk", "Accept the risk", asks=_form(overdraft, RiskForm))
        )
    if pieces and "propose_swap" in may:
        form = _form(overdraft, ProposalForm)
        form.fields["leaves"].choices = pieces  # type: ignore[attr-defined]
        form.initial["leaves"] = [r.reference for r in leaving]
        behind.append(_button(overdraft, "propose_swap", "Propose what leaves", asks=form))
    zone = timezone.get_current_timezone()
    return Row(
        name=bug.reference if bug else "Logged work",
        url=address("BUG", bug.pk) if bug else "",
        title=bug.title if bug else "hours beyond the reserve",
        beyond=f"{with_unit(overdraft.left, sprint.team.unit)} beyond the reserve",
        due_at=overdraft.due_at,
        due=in_words(overdraft.due_at, at, zone),
        late=overdraft.due_at < at,
        leaving=[said(r) for r in leaving],
        buttons=buttons,
        forms=behind,
    )


def _form(overdraft: Overdraft, kind: type[forms.Form]) -> forms.Form:
    return kind(auto_id=f"overdraft_{overdraft.pk}_%s")


def _button(
    overdraft: Overdraft, verb: str, label: str, *, kind: str = "", asks: forms.Form | None = None
) -> Verb:
    url = reverse("overdraft_act", args=[overdraft.pk, verb.replace("_", "-")])
    return Verb(
        name=f"{verb}_{overdraft.pk}", label=label, url=url, kind=kind, asks=asks, ends=label
    )


def said(row: Leaving) -> str:
    frees = f"{row.reference} would leave and free {plain(row.points)}"
    if row.asked is None:
        return frees
    return f"{frees}; {row.asked} {'lets it go' if row.let_go_at else 'works on it and is asked'}"
