"""The shape of what each verb asks for. Who may and whether it fits is decided by the services.

Every form takes `report` and `reader`, for its words and its choices.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from channels.web.fields import day
from problem_reports.attachments import LIMIT_BYTES
from problem_reports.lifecycle import Priority
from problem_reports.querysets import areas_visible_to
from problem_reports.services.filing import EDITABLE
from sprints.forms import HoursForm
from teams.models import Person, ProductArea
from teams.querysets import developers_of

LONGEST_TEXT = 20_000
MORNING = time(8)


def text(label: str, *, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


class VerbForm(forms.Form):
    """What one verb asks for; ids carry a prefix, because several stand on one page."""

    def __init__(self, *args: Any, report: Any, reader: Any, **kwargs: Any) -> None:
        self.report, self.reader = report, reader
        kwargs.setdefault("auto_id", f"id_{type(self).__name__}_%s")
        super().__init__(*args, **kwargs)


class MessageForm(VerbForm):
    message = text("Message")


class AskForm(MessageForm):
    third_party = forms.CharField(label="Waiting on", max_length=120, required=False)


class ReturnForm(VerbForm):
    reason = text("What is missing, or where it belongs")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"{self.report.filed_by} reads this as your answer."


class ReopenForm(VerbForm):
    reason = text("What was wrong with the classification")


class DisputeForm(VerbForm):
    message = text("What the answer misses")


class PageForm(VerbForm):
    reason = text("What cannot wait", rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "reason"
        ].help_text = f"Whoever is on call for {self.report.team} is told at once, at any hour."


class SnoozeForm(VerbForm):
    reason = text("Why it rests", rows=2)
    until = day("Wake it on")

    def clean_until(self) -> datetime:
        """The morning of that day, by the reader's wall clock."""
        morning = datetime.combine(self.cleaned_data["until"], MORNING)
        try:
            until: datetime = timezone.make_aware(morning).astimezone(self.reader.at.tzinfo)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError("There is no such day.") from error
        if until > self.reader.at + timedelta(days=3660):
            raise forms.ValidationError("Wake it within ten years.")
        return until


class PrioritiseForm(VerbForm):
    priority = forms.ChoiceField(choices=Priority.choices)
    reason = text("Why, when it changes", rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("priority", self.report.priority)
        stated = self.report.stated_priority
        self.fields["priority"].help_text = f"Stated as {stated}, from impact and urgency."


class RouteForm(VerbForm):
    product_area = forms.ChoiceField(label="Product area")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Where it is now stays a choice: the same form sent twice must read the same both times.
        self.areas = areas_visible_to(self.reader.who)
        named = self.areas.values_list("slug", "name", "team__name")
        self.initial.setdefault("product_area", self.report.product_area.slug)
        self.fields["product_area"].choices = grouped(named)  # type: ignore[attr-defined]

    def clean_product_area(self) -> ProductArea:
        area = self.areas.filter(slug=self.cleaned_data["product_area"]).first()
        if area is None:
            raise forms.ValidationError("There is no such product area any more.")
        return area


class AssignForm(VerbForm):
    assignee = forms.CharField(max_length=150)

    def clean_assignee(self) -> Person:
        people = developers_of(self.report.team_id)
        person = people.filter(username=self.cleaned_data["assignee"]).first()
        if person is None:
            raise forms.ValidationError(f"Choose a developer of {self.report.team}.")
        return person


class JoinForm(VerbForm):
    customer = forms.CharField(label="Customer who has it too", max_length=120)


class LogWorkForm(HoursForm, VerbForm):
    pass


class AttachForm(VerbForm):
    file = forms.FileField(
        label="File", help_text="png, jpeg, gif, pdf, txt, log, csv, json, har or zip, up to 10 MB."
    )

    def clean_file(self) -> Any:
        if self.cleaned_data["file"].size > LIMIT_BYTES:
            raise forms.ValidationError("A file may have at most 10 MB.")
        return self.cleaned_data["file"]


class EditForm(VerbForm):
    title = forms.CharField(max_length=200)
    description = text("What happened", rows=8)
    steps = text("Steps", rows=4, required=False)
    expected = text("What was expected", required=False)
    actual = text("What came instead", required=False)
    affected_version = forms.CharField(label="Version", max_length=80, required=False)
    environment = forms.CharField(max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in EDITABLE:
            self.initial.setdefault(name, getattr(self.report, name))


def grouped(areas: Iterable[tuple[str, str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Areas (slug, name, team) by team, as a select shows them."""
    teams: dict[str, list[tuple[str, str]]] = {}
    for slug, name, team in areas:
        teams.setdefault(team, []).append((slug, name))
    return list(teams.items())
