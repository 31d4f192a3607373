"""The shape of what is typed about agreements."""

from typing import Any

from django import forms

from channels.web.fields import day
from postmortems.forms import words
from postmortems.querysets.agreements import NOT_THERE, named_in
from teams.lifecycle import AgreementKind, Binds
from teams.models import Agreement
from teams.services.agreements import PRIORITIES

COMMENTS = "A clause: a week when empty. A working agreement takes effect at once when empty."


class AgreementForm(forms.Form):
    """What one verb on an agreement asks for."""

    def __init__(self, *args: Any, agreement: Agreement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{type(self).__name__}_%s", **kwargs)
        if agreement is not None:
            self.prepare(agreement)

    def prepare(self, agreement: Agreement) -> None:
        """Fill in what depends on the agreement."""


class ProposeForm(AgreementForm):
    kind = forms.ChoiceField(label="What", choices=AgreementKind.choices)
    text = forms.CharField(
        label="In one sentence",
        max_length=300,
        help_text="Somebody who reads it knows whether it was kept.",
    )
    because = words("Because")
    decides = forms.CharField(
        label="Who decides",
        max_length=120,
        required=False,
        help_text="Of a working agreement: the release manager, the product owner, whoever is on call …",
    )
    priorities = forms.MultipleChoiceField(
        label="For",
        choices=[(p, p) for p in PRIORITIES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: for all.",
    )
    binds = forms.ChoiceField(
        label="Where it is shown",
        choices=[("", "On this page only"), *Binds.choices],
        required=False,
    )
    comments_until = day("Open for comments until", required=False, help_text=COMMENTS)
    starts_on = day("Starts on", required=False, help_text="Empty: the day after its comments.")


class CommentForm(AgreementForm):
    text = words("Comment")


class AdoptForm(AgreementForm):
    words = words("In writing", help_text="What is adopted, by whom it was agreed.")


class ReviseForm(AgreementForm):
    text = forms.CharField(label="In other words", max_length=300)
    because = words("Because")
    comments_until = day("Open for comments until", required=False, help_text=COMMENTS)
    starts_on = day("Starts on", required=False, help_text="Empty: the day after its comments.")

    def prepare(self, agreement: Agreement) -> None:
        self.fields["text"].initial = agreement.text


class RetireForm(AgreementForm):
    reason = words("Because")


class UseForm(AgreementForm):
    what = forms.CharField(
        label="On what", max_length=30, help_text="A report, a bug or a backlog item: BUG-7."
    )
    followed = forms.TypedChoiceField(
        label="Was it followed?",
        choices=[("yes", "It was"), ("no", "It was not")],
        coerce=lambda said: said == "yes",
    )
    reason = words("Because", required=False, help_text="When it was not.")

    def prepare(self, agreement: Agreement) -> None:
        self.team = agreement.team

    def clean_what(self) -> str:
        typed: str = self.cleaned_data["what"].strip().upper()
        self.named = named_in(self.team, typed)
        if self.named is None:
            raise forms.ValidationError(NOT_THERE)
        return typed

    def given(self) -> dict[str, Any]:
        kind, subject = self.named or ("", 0)
        return {**self.cleaned_data, "kind": kind, "subject": subject}
