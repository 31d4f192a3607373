"""What bugs and promises look like when they are shown, for the OpenAPI document of this floor and those above."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from bugs.lifecycle import LoanState, MitigationKind, P1Way, PlanState, Priority, Said, State
from channels.rest.shapes import ALLOWED, VERSION, Shape, amount, day, moment, names, text, whole
from teams.lifecycle import Unit


class Slip(Shape):
    due_at = moment(null=False)
    until = moment(null=False)
    because = text(says="The verb that changed it.")


class Promise(Shape):
    """A dated promise: running, kept, late (kept after it was due) or missed (due has passed)."""

    kind = serializers.ChoiceField(["first_response", "classification", "fix"])
    label = text()
    state = serializers.ChoiceField(["running", "kept", "late", "missed"])
    due_at = moment()
    due_on = day()
    started_at = moment()
    kept_at = moment()
    kept_by = serializers.IntegerField(allow_null=True, help_text="The history item that kept it.")
    words = text()
    paused_since = moment()
    paused_why = text(null=True, says="Whom or what it waits for, in words.")
    slips = Slip(many=True)


class BugOutside(Shape):
    """All that readers outside the delivery team see of a bug."""

    reference = text()
    state = serializers.ChoiceField(State.choices)
    promise = Promise()
    workaround = text(null=True, says="What customers may be told until it is fixed.")


class InVersion(Shape):
    """The version that has the fix, or will have it."""

    release = whole("Its number, as `releases/` has it.")
    version = text()
    on = day(null=False)
    out = serializers.BooleanField(help_text="Customers can have it; otherwise it is planned.")


class Release(InVersion):
    """A version of a team's product, and what it brings."""

    team = text()
    out_at = moment()
    by = text()
    at = moment(null=False)
    bugs = names("What it fixes.")
    not_in_it_any_more = names("What came back after it, or was moved to another version.")
    reports = names("The reports that it answers.")
    allowed = names("What you may do now: the last part of an address to POST to.")


class BugCard(BugOutside):
    version = whole(VERSION)
    title = text()
    team = text()
    product_area = text()
    priority = serializers.ChoiceField(Priority.choices)
    estimate = amount(null=True)
    unit = serializers.ChoiceField(Unit.choices)
    sprint = text(null=True)
    injected_at_price = amount(null=True)
    paired_with = text(null=True)
    p1_way = serializers.ChoiceField(
        P1Way.choices, allow_null=True, help_text="The policy that a P1 was stamped with."
    )
    p1_done_as = serializers.ChoiceField(
        P1Way.choices, allow_null=True, help_text="How it really went."
    )
    plan_state = serializers.ChoiceField(PlanState.choices, allow_null=True)
    owes = serializers.BooleanField(
        help_text="A loan is open: it cannot be closed before that is settled."
    )
    release = InVersion(allow_null=True)
    review_on = day()
    opened_at = moment(null=False)
    fixed_by = text(null=True)
    fixed_at = moment()
    verified_at = moment()
    promises = Promise(many=True)
    allowed = names(ALLOWED)


class PlanAnswer(Shape):
    person = text()
    said = serializers.ChoiceField(Said.choices)
    reason = text(null=True)
    at = moment(null=False)


class Plan(Shape):
    """One revision. Only the last one waits for anybody."""

    revision = whole()
    approach = text()
    estimate = amount()
    outcome = text()
    customer_date = day()
    workaround = text()
    workaround_effort = amount(null=True)
    workaround_date = day()
    behaviour = text()
    consequences = text()
    by_workaround = serializers.BooleanField()
    points_out = text(says="What is odd about its dates, in words.")
    proposed_by = text()
    proposed_at = moment(null=False)
    answers = PlanAnswer(many=True)
    waits_for = names("Who agreed to an earlier revision and not to this one.")


class Loan(Shape):
    """What is owed for a rollback, a toggle or a code workaround."""

    loan = whole("Its number, as *repay*, *extend* and *write-off* name it.")
    state = serializers.ChoiceField(LoanState.choices)
    agreed = names("Who agreed.")
    due_on = day(null=False)
    first_due_on = day(null=False)
    extensions = whole()
    fix_item = text(says="The backlog item of the proper fix.")
    cleanup_item = text(null=True)
    cleanup_because = text(says="Why nothing is to be cleaned up.")
    ended_on = day()


class LoanListed(Loan):
    """A loan in the list of a team's."""

    bug = text()
    team = text()
    kind = serializers.ChoiceField(MitigationKind.choices)
    overdue = serializers.BooleanField(help_text="Open, and its day has passed.")


class Mitigation(Shape):
    kind = serializers.ChoiceField(MitigationKind.choices)
    what = text()
    why = text()
    behaviour = text()
    by = text()
    at = moment(null=False)
    loan = Loan(allow_null=True)


class Bug(BugCard):
    mitigations = Mitigation(many=True, help_text="The last way first.")
    plans = Plan(many=True, help_text="The last revision first.")
    how_confirmed = text()
    opened_by = text(null=True, says="The report whose classification opened it.")
    reports = names("The reports that it explains.")
    customers_count = whole()
    links = names("Where the code of the fix is.")


def as_seen(name: str, inside: type[Shape], *, many: bool = False) -> Any:
    """The whole for who reads inside, `{reference, state, promise}` for others."""
    shapes = [inside, BugOutside]
    return PolymorphicProxySerializer(
        name, serializers=shapes, resource_type_field_name=None, many=many
    )


PROMISE = {
    "kind": "fix",
    "label": "Fixed",
    "state": "running",
    "due_at": None,
    "due_on": "2026-12-04",
    "started_at": None,
    "kept_at": None,
    "kept_by": None,
    "words": "Fixed in Sprint 14",
    "paused_since": None,
    "paused_why": None,
    "slips": [],
}
OUTSIDE = {"reference": "BUG-7", "state": "in_sprint", "promise": PROMISE, "workaround": None}
CARD = {
    **OUTSIDE,
    "version": 4,
    "title": "Totals are rounded twice",
    "team": "billing",
    "product_area": "invoicing",
    "priority": "P1",
    "estimate": "3",
    "unit": "points",
    "sprint": "SP-14",
    "injected_at_price": "3",
    "paired_with": "otto",
    "p1_way": "pair",
    "p1_done_as": None,
    "plan_state": "agreed",
    "owes": False,
    "release": None,
    "review_on": None,
    "opened_at": "2026-11-20T09:12:00Z",
    "fixed_by": None,
    "fixed_at": None,
    "verified_at": None,
    "promises": [PROMISE],
    "allowed": ["prioritise", "estimate", "start"],
}
PLAN = {
    "revision": 1,
    "approach": "Round once, when the invoice is totalled.",
    "estimate": "3",
    "outcome": "Export and screen show one total.",
    "customer_date": "2026-12-04",
    "workaround": "",
    "workaround_effort": None,
    "workaround_date": None,
    "behaviour": "",
    "consequences": "",
    "by_workaround": False,
    "points_out": "",
    "proposed_by": "ines",
    "proposed_at": "2026-11-20T10:00:00Z",
    "answers": [
        {"person": "ines", "said": "agreed", "reason": None, "at": "2026-11-20T10:00:00Z"},
        {"person": "pia", "said": "agreed", "reason": None, "at": "2026-11-20T11:30:00Z"},
    ],
    "waits_for": [],
}
BUG = {
    **CARD,
    "plans": [PLAN],
    "mitigations": [],
    "how_confirmed": "Export invoice 4711 and compare the totals.",
    "opened_by": "PR-12",
    "reports": ["PR-12", "PR-15"],
    "customers_count": 2,
    "links": [],
}
RELEASE = {
    "release": 3,
    "version": "5.2",
    "on": "2026-12-14",
    "out": False,
    "team": "billing",
    "out_at": None,
    "by": "ines",
    "at": "2026-11-29T09:00:00Z",
    "bugs": ["BUG-7", "BUG-9"],
    "not_in_it_any_more": [],
    "reports": ["PR-12", "PR-15"],
    "allowed": ["bring-out"],
}
LOAN = {
    "loan": 4,
    "state": "open",
    "agreed": ["pia"],
    "due_on": "2026-12-18",
    "first_due_on": "2026-12-18",
    "extensions": 0,
    "fix_item": "BI-12",
    "cleanup_item": None,
    "cleanup_because": "The proper fix replaces the very lines.",
    "ended_on": None,
    "bug": "BUG-7",
    "team": "billing",
    "kind": "code_workaround",
    "overdue": False,
}
