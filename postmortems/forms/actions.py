"""The shape of what is typed about actions."""

from typing import Any

from django import forms

from channels.web.fields import day
from postmortems.forms import PartForm, words
from postmortems.lifecycle import Done
from postmortems.lifecycle.actions import ActionKind, Means
from postmortems.models import Action
from postmortems.querysets import Whole
from postmortems.querysets.actions import priority_of
from postmortems.rules.actions import DUE_WITHIN
from teams.querysets import clauses_of, members_of


class AgreeForm(PartForm):
    """Where it comes from is one list: factors, then barriers."""

    what = forms.CharField(
        label="What will be different",
        max_length=200,
        help_text="Something that can be seen to be there: “The build stops when …”.",
    )
    comes_from = forms.ChoiceField(label="It comes from")
    kind = forms.ChoiceField(label="What for", choices=ActionKind.choices)
    means = forms.ChoiceField(
        label="How",
        choices=Means.choices,
        help_text="Strongest first: what needs nobody's care holds longest.",
    )
    owner = forms.ChoiceField(label="Who sees to it")
    due_on = day("Due on", required=False)
    because = words("What it costs to leave it", required=False)

    def prepare(self, whole: Whole) -> None:
        thing = whole.thing
        self.fields["comes_from"].choices = [
            *((f"factor-{f.pk}", f.statement) for f in whole.factors),
            *((f"barrier-{b.pk}", f"Barrier: {b.what}") for b in whole.barriers),
        ]
        people = members_of(thing.team.pk)
        self.fields["owner"].choices = [(p.username, str(p)) for p in people]
        priority = priority_of(thing)
        days = DUE_WITHIN[priority]
        usual = f"Empty: {days} days from now, as for every {priority}. Sooner is possible."
        self.fields["due_on"].help_text = usual

    def given(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        name, _, key = given.pop("comes_from").partition("-")
        return {**given, name: int(key)}


class ActionForm(forms.Form):
    """What one verb on an action asks for."""

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{type(self).__name__}_%s", **kwargs)


class AskForMoreForm(ActionForm):
    question = words("What is missing before it can be decided")


class AnswerForm(ActionForm):
    text = words("Answer")


class ExtendForm(ActionForm):
    due_on = day("Due on")
    reason = words("Why it takes longer")


class VerifyForm(ActionForm):
    proof = words(
        "How it was seen that it holds",
        help_text="A run, a link, what was tried. Who did it does not verify it.",
    )


class SendBackForm(ActionForm):
    reason = words(
        "What was seen", help_text="What was tried, and what happened. Its owner reads this."
    )


class DeclineForm(ActionForm):
    reason = words("Why not", help_text="Who agreed it reads this.")


class AnswerDoneForm(PartForm):
    answer = forms.ChoiceField(
        label="Would a clause have caught it?", choices=Done.choices, widget=forms.RadioSelect
    )
    because = words("Because")
    clause = forms.TypedChoiceField(
        label="Which clause", coerce=int, empty_value=None, required=False
    )
    text = forms.CharField(
        label="The clause to propose",
        max_length=300,
        required=False,
        help_text="Only when it is amended. With a clause chosen above, it is proposed in its place.",
    )
    comments_until = day("Open for comments until", required=False, help_text="Empty: a week.")
    starts_on = day(
        "Starts on", required=False, help_text="Empty: the day after. It is adopted in writing."
    )

    def prepare(self, whole: Whole) -> None:
        thing, team = whole.thing, whole.thing.team
        clauses = clauses_of(team.pk)
        self.fields["clause"].choices = [
            ("", "None: it is new, or none would have"),
            *((c.pk, c.text) for c in clauses),
        ]
        self.fields["answer"].initial = thing.done
        self.fields["because"].initial = thing.done_because
