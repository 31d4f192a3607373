"""What the verbs on mitigations and loans ask for (BUG-4)."""

from typing import Any

from django import forms

from bugs.forms.plans import words
from bugs.forms.verbs import VerbForm, amount, reason, sprint_number
from bugs.lifecycle import MitigationKind
from channels.web.fields import day
from foundation.amounts import plain

WITHOUT = "Not for a customer workaround."
CLEANUP = "Of a code workaround only."


class MitigateForm(VerbForm):
    """`choices`: the sprints that paybacks may go into, and the people of the team."""

    kind = forms.ChoiceField(label="How", choices=MitigationKind.choices)
    what = words(
        "What was done", "Of a customer workaround: the text that support may give to customers."
    )
    why = words("Why not the proper fix at once", required=False)
    behaviour = words("What it changes for customers", required=False)
    agreed = forms.MultipleChoiceField(
        label="Who agreed",
        help_text="Of a code workaround. A P0 or P1 goes ahead without.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = day("Paid back by", WITHOUT, required=False)
    fix_sprint = forms.ChoiceField(
        label="The proper fix, in which sprint", help_text=WITHOUT, required=False
    )
    fix_points = amount("What the proper fix takes", required=False)
    cleanup_sprint = forms.ChoiceField(
        label="The clean-up, in which sprint", help_text=CLEANUP, required=False
    )
    cleanup_points = amount("What the clean-up takes", required=False)
    cleanup_because = words("Nothing to clean up, because", CLEANUP, required=False)

    def prepare(self) -> None:
        sprints, people = self.choices
        named = [("", "None"), *((s.reference, s.name) for s in sprints)]
        self.fields["fix_sprint"].choices = self.fields["cleanup_sprint"].choices = named
        self.fields["agreed"].choices = [(p.username, str(p)) for p in people]
        if not people:
            del self.fields["agreed"]
        unit = self.bug.team.unit
        self.fields["fix_points"].label = f"What the proper fix takes, in {unit}"
        self.fields["cleanup_points"].label = f"What the clean-up takes, in {unit}"
        self.fields["fix_points"].initial = plain(self.bug.estimate)

    def given(self) -> dict[str, Any]:
        said = super().given()
        for name in ("fix_sprint", "cleanup_sprint"):
            said[name] = sprint_number(said[name]) if said[name] else None
        return said


class LoanForm(VerbForm):
    """`choices`: the open loans, in words. Which one is asked only when there are several."""

    loan = forms.TypedChoiceField(label="Which loan", coerce=int)

    def prepare(self) -> None:
        self.fields["loan"].choices = self.choices
        if self.choices:
            self.fields["loan"].initial = self.choices[0][0]
        if len(self.choices) == 1:
            self.fields["loan"].widget = forms.HiddenInput()


class RepayForm(LoanForm):
    pass


class ExtendForm(LoanForm):
    due_on = day("Paid back by")
    reason = reason("Why later", "It is counted, and the first date stays the promise.")


class WriteOffForm(LoanForm):
    reason = reason(
        "Why it need not be paid back",
        "The product owner and an engineer each say yes; the second yes writes it off.",
    )
