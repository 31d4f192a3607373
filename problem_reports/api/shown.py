"""What reports look like when they are shown (for the OpenAPI document)."""

from typing import Any

from rest_framework import serializers

from bugs.representations.shapes import OUTSIDE, BugOutside, Promise
from channels.rest.shapes import ALLOWED, VERSION, Shape, day, moment, names, text, whole
from journal.models import Source
from problem_reports.lifecycle import Cause, Impact, Outcome, Priority, State, Urgency

Choice = serializers.ChoiceField


class ReportCard(Shape):
    reference = text()
    state = Choice(State.choices)
    version = whole(VERSION)
    title = text()
    team = text()
    product_area = text()
    filing_team = text(null=True)
    filed_by = text()
    filed_at = moment(null=False)
    impact = Choice(Impact.choices)
    urgency = Choice(Urgency.choices)
    stated_priority = Choice(Priority.choices)
    priority = Choice(Priority.choices)
    prioritised_at = moment()
    assignee = text(null=True)
    due_at = moment()
    closed_at = moment()
    outcome = Choice(Outcome.choices, allow_null=True)
    bug = BugOutside(allow_null=True)
    promises = Promise(many=True)
    allowed = names(ALLOWED)


class Attachment(Shape):
    name = text()
    url = text()
    content_type = text()
    size = whole("Bytes.")
    sha256 = text()
    attached_by = text()
    attached_at = moment(null=False)


class Wish(Shape):
    """What an evolution became in the backlog, and what the product owner decided."""

    reference = text()
    decision = Choice(["to_be_decided", "accepted", "declined", "scheduled", "finished"])
    sprint = text(null=True, says="The name of the sprint in which it is planned.")
    ends_on = day()
    reason = text(null=True, says="Why it was declined.")


class Classification(Shape):
    """`cause`, `hours` and `cause_due_at` are shown to the delivery team only."""

    number = whole("The first judgement is 1; a disputed or reopened report gets the next.")
    outcome = Choice(Outcome.choices)
    message = text()
    by = text()
    at = moment(null=False)
    bug = text(null=True)
    duplicate_of = text(null=True)
    already_fixed_in = text(null=True)
    item = Wish(allow_null=True)
    cause = Choice(Cause.choices, required=False)
    hours = serializers.DecimalField(max_digits=7, decimal_places=2, required=False)
    cause_due_at = serializers.DateTimeField(
        allow_null=True, required=False, help_text="Cause and hours of what was confirmed are owed."
    )


class Report(ReportCard):
    description = text()
    steps = text()
    expected = text()
    actual = text()
    affected_version = text(says="The version of the product; `version` is the row's.")
    environment = text()
    started_at = moment()
    snoozed_until = moment()
    customers = names("Who has it.")
    customers_count = whole()
    attachments = Attachment(many=True)
    classification = Classification(allow_null=True)


class HistoryItem(Shape):
    id = whole()
    at = moment(null=False)
    recorded_at = moment(null=False)
    verb = text(says="As in `allowed`; `event` is its past tense.")
    event = text()
    by = text()
    source = Choice(Source.choices)
    text = serializers.CharField(help_text="What was written.")
    data: Any = serializers.DictField(help_text="Small values, as this reader may see them.")
    about = serializers.CharField(help_text="The report, or the bug that explains it.")
    words = serializers.CharField(help_text="What happened, in words.")
    redacted = serializers.BooleanField()
    internal = serializers.BooleanField(help_text="Only the delivery team reads it.")

    def get_fields(self) -> dict[str, Any]:
        # `data` is a property of every serializer: as a class attribute it would hide that.
        return super().get_fields()


class Area(Shape):
    slug = text()
    name = text()
    team = text()
    experts = names()


class CauseWord(Shape):
    slug = Choice(Cause.choices)
    name = text()


class CommitVerdict(Shape):
    allowed = serializers.BooleanField()
    reason = text(says="Why not, or a warning; empty when there is nothing to say.")
    use = text(null=True, says="The bug to name instead.")
    references = names("What the text names.")


def _promise(
    kind: str, label: str, state: str, due: str, kept: str | None = None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "label": label,
        "state": state,
        "due_at": due,
        "due_on": None,
        "started_at": "2026-11-20T08:40:00Z",
        "kept_at": kept,
        "kept_by": 3 if kept else None,
        "words": "",
        "paused_since": None,
        "paused_why": None,
        "slips": [],
    }


CARD = {
    "reference": "PR-12",
    "state": "closed",
    "version": 7,
    "title": "Totals differ on export",
    "team": "billing",
    "product_area": "invoicing",
    "filing_team": "services",
    "filed_by": "lena",
    "filed_at": "2026-11-20T08:40:00Z",
    "impact": "many_users",
    "urgency": "high",
    "stated_priority": "P1",
    "priority": "P1",
    "prioritised_at": "2026-11-20T08:52:00Z",
    "assignee": "ines",
    "due_at": None,
    "closed_at": "2026-11-20T10:25:00Z",
    "outcome": "bug",
    "bug": OUTSIDE,
    "promises": [
        _promise(
            "first_response", "First answer", "kept", "2026-11-20T12:40:00Z", "2026-11-20T08:55:00Z"
        ),
        _promise(
            "classification", "Investigated", "kept", "2026-11-24T08:40:00Z", "2026-11-20T10:25:00Z"
        ),
        OUTSIDE["promise"],
    ],
    "allowed": ["respond", "note", "log-work", "reopen", "join", "watch"],
}
REPORT = {
    **CARD,
    "description": "The export says 41.20, the screen says 41.02.",
    "steps": "Export invoice 4711.",
    "expected": "41.02",
    "actual": "41.20",
    "affected_version": "5.0",
    "environment": "production",
    "started_at": "2026-11-20T09:05:00Z",
    "snoozed_until": None,
    "customers": ["Acme"],
    "customers_count": 1,
    "attachments": [
        {
            "name": "export.csv",
            "url": "/api/v1/attachments/0b0e7f2e-6a0b-4d3c-9a55-3b1f6c1f9a11/",
            "content_type": "text/csv",
            "size": 2048,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "attached_by": "lena",
            "attached_at": "2026-11-20T08:41:00Z",
        }
    ],
    "classification": {
        "number": 1,
        "outcome": "bug",
        "message": "A rounding error; we will fix it.",
        "by": "ines",
        "at": "2026-11-20T10:25:00Z",
        "bug": "BUG-7",
        "duplicate_of": None,
        "already_fixed_in": None,
        "item": None,
        "cause": "code",
        "hours": "1.5",
        "cause_due_at": None,
    },
}
ITEM = {
    "id": 41,
    "at": "2026-11-20T08:58:00Z",
    "recorded_at": "2026-11-20T08:58:00.120000Z",
    "verb": "assign",
    "event": "problem_report.assigned",
    "by": "rhea",
    "source": "api",
    "text": "",
    "data": {"assignee": "ines"},
    "about": "PR-12",
    "words": "assigned it to ines",
    "redacted": False,
    "internal": False,
}
AREA = {"slug": "invoicing", "name": "Invoicing", "team": "billing", "experts": ["ines"]}
CAUSE = {"slug": "code", "name": "Code"}
VERDICT = {
    "allowed": False,
    "reason": "PR-12 is a Problem Report: use BUG-7, the bug that it was classified as.",
    "use": "BUG-7",
    "references": ["PR-12"],
}
FILED = {
    "title": "Totals differ on export",
    "description": "The export says 41.20, the screen says 41.02.",
    "product_area": "invoicing",
    "impact": "many_users",
    "urgency": "high",
    "customer": "Acme",
    "version": "5.0",
}
