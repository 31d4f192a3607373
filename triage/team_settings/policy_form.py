"""The shape of a policy version: hours and minutes for each kind of promise and priority."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms

from problem_reports.clocks.models import TimerKind
from problem_reports.clocks.policies import Policy, Target
from problem_reports.services.policies import ALSO_OPEN, ASKED, NEW, Draft, field

KINDS = {
    TimerKind.FIRST_RESPONSE: (
        "First answer",
        "From filing to the first answer that the reporter reads.",
    ),
    TimerKind.CLASSIFICATION: ("Investigation", "From filing to the classification."),
    TimerKind.NEXT_UPDATE: ("Next update", "From one message to the reporter to the next."),
    TimerKind.TIMEBOX: ("Timebox", "From the start of an investigation to its end."),
    TimerKind.ANSWER: ("Answer", "From a question to its answer."),
    TimerKind.RESUBMISSION: ("Resubmission", "From its return until it is filed again."),
}
HOURS, MINUTES = 60 * 60, 60


@dataclass(frozen=True)
class Row:
    """One target of the table: its bound fields, and what is wrong with either."""

    priority: str
    hours: forms.BoundField
    minutes: forms.BoundField
    always: forms.BoundField

    @property
    def fields(self) -> tuple[forms.BoundField, ...]:
        return self.hours, self.minutes, self.always

    @property
    def errors(self) -> list[str]:
        return [error for bound in self.fields for error in bound.errors]


@dataclass(frozen=True)
class Group:
    name: str
    help: str
    rows: list[Row]


class PolicyForm(forms.Form):
    """The field of a target's hours has the target's own name, so that what the verb refuses stands beside it."""

    warn_percent = forms.IntegerField(
        label="Warn at",
        min_value=1,
        max_value=99,
        help_text="Percent of the time, before it is due.",
    )
    escalate_percent = forms.IntegerField(
        label="Tell the lead at",
        min_value=101,
        max_value=300,
        help_text="Percent of the time, after it was due.",
    )
    applies = forms.ChoiceField(
        label="It applies to",
        choices=[
            (NEW, "New reports: what is open keeps the version that it was filed under"),
            (ALSO_OPEN, "Open reports too: their deadlines move as shown above"),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, priority in ASKED:
            name = field(kind, priority)
            called = f"{KINDS[kind][0]} {priority}".strip()
            self.fields[name] = _number(f"{called}, hours", 2000)
            self.fields[f"{name}_minutes"] = _number(f"{called}, minutes", 59)
            self.fields[f"{name}_always"] = forms.BooleanField(
                label=f"{called}, around the clock", required=False
            )

    def groups(self) -> Iterator[Group]:
        for kind, (name, says) in KINDS.items():
            yield Group(name, says, [self._row(field(kind, p), p) for k, p in ASKED if k == kind])

    def _row(self, name: str, priority: str) -> Row:
        return Row(priority, self[name], self[f"{name}_minutes"], self[f"{name}_always"])

    def draft(self) -> Draft:
        said = self.cleaned_data
        return Draft(
            {(kind, priority): self._target(field(kind, priority)) for kind, priority in ASKED},
            said["warn_percent"],
            said["escalate_percent"],
        )

    def _target(self, name: str) -> Target:
        said = self.cleaned_data
        span = timedelta(hours=said[name] or 0, minutes=said[f"{name}_minutes"] or 0)
        return Target(span, said[f"{name}_always"])

    def stamp(self) -> str:
        """Stands for the targets that were previewed: what is published is what was looked at."""
        draft = self.draft()
        told = [draft.warn_percent, draft.escalate_percent, *(draft.targets[key] for key in ASKED)]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @staticmethod
    def first_values(policy: Policy) -> dict[str, Any]:
        """A published version as this form shows it."""
        values: dict[str, Any] = {
            "warn_percent": round(policy.warn * 100),
            "escalate_percent": round(policy.escalate * 100),
        }
        for kind, priority in ASKED:
            if target := policy.target(kind, priority):
                name, seconds = field(kind, priority), round(target.span.total_seconds())
                values[name] = seconds // HOURS
                values[f"{name}_minutes"] = seconds % HOURS // MINUTES
                values[f"{name}_always"] = target.around_the_clock
        return values


def _number(label: str, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False)
