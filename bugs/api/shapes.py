"""What the bodies of requests about bugs must look like."""

from rest_framework import serializers

from bugs.lifecycle import MitigationKind, P1Way, Priority
from channels.rest.fields import Amount, Day, Text, Until
from channels.rest.shapes import Shape

MOST = 50


class BugReason(Shape):
    reason = Text()


class PrioritiseBug(BugReason):
    priority = serializers.ChoiceField(Priority.choices)


class Estimate(Shape):
    points = Amount(smallest="0.01")


class Inject(BugReason):
    """Without `sprint` into the running one; without `points` at the developers' estimate."""

    sprint = Text(max_length=30, required=False)
    points = Amount(smallest="0.01", required=False)
    leaves = serializers.ListField(child=Text(max_length=30), required=False, max_length=MOST)
    ask_to_accept = serializers.BooleanField(
        required=False,
        help_text="A P1 beyond the reserve, and nothing leaves: the product owner is asked to accept the risk.",
    )
    pair = Text(max_length=150, required=False, help_text="Who would work on it too.")


class StartFix(Shape):
    pair = Text(max_length=150, required=False, help_text="Who works on it too.")


class PairUp(Shape):
    person = Text(max_length=150, help_text="A developer of the team, by username.")


class LogWork(Shape):
    """Hours that one person spent on one day."""

    hours = Amount(smallest="0.01")
    on = Day(required=False, help_text="The day of the work; today when none is named.")
    note = Text(max_length=200, required=False, allow_blank=True)


class Schedule(Shape):
    sprint = Text(max_length=30)


class Postpone(BugReason):
    until = Until()


class Fix(Shape):
    links = serializers.ListField(
        child=serializers.URLField(max_length=500), min_length=1, max_length=MOST
    )
    p1_done_as = serializers.ChoiceField(
        P1Way.choices,
        required=False,
        help_text="Of an injected P1; read from who worked on it unless said.",
    )
    ticked = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        required=False,
        max_length=MOST,
        help_text="Keys of the clauses of the definition of done that are met: /api/v1/agreements/.",
    )
    open_because = Text(
        required=False, allow_blank=True, help_text="Why the others are not; needed when there are."
    )


class PutInVersion(Shape):
    version = Text(max_length=80, help_text="As customers know it: 5.2.")
    on = Day(help_text="With a day ahead it is planned, else it is out.")


class Mark(Shape):
    swappable = serializers.BooleanField()
    serves_goal = serializers.BooleanField()


class ProposePlan(Shape):
    """Developers own `approach`, `estimate` and the workaround; the product owner `outcome` and `customer_date`."""

    approach = Text()
    estimate = Amount(smallest="0.01")
    outcome = Text(required=False, allow_blank=True)
    customer_date = Day(required=False)
    workaround = Text(
        required=False, allow_blank=True, help_text="Proposed beside the fix: whole, or not at all."
    )
    workaround_effort = Amount(smallest="0.01", required=False)
    workaround_date = Day(required=False)
    behaviour = Text(required=False, allow_blank=True, help_text="What it changes for customers.")
    consequences = Text(required=False, allow_blank=True)
    by_workaround = serializers.BooleanField(
        required=False, help_text="First the workaround, the proper fix later."
    )
    reason = Text(
        required=False,
        allow_blank=True,
        help_text="Why the plan changes; the first one needs none.",
    )


class AgreePlan(Shape):
    revision = serializers.IntegerField(
        min_value=1, help_text="The last one: nobody agrees to what they have not read."
    )


class AnswerPlan(AgreePlan):
    reason = Text()


class Mitigate(Shape):
    """A rollback and a toggle owe `due_on`, `fix_sprint`, `fix_points`; a code workaround says all of it."""

    kind = serializers.ChoiceField(MitigationKind.choices)
    what = Text(help_text="Of a customer workaround: the text that L1 may give out.")
    why = Text(required=False, allow_blank=True)
    behaviour = Text(required=False, allow_blank=True, help_text="What it changes for customers.")
    agreed = serializers.ListField(
        child=Text(max_length=150),
        required=False,
        max_length=MOST,
        help_text="Who agreed, by username; of a code workaround below P1 at least one.",
    )
    due_on = Day(required=False)
    fix_sprint = Text(max_length=30, required=False)
    fix_points = Amount(smallest="0.01", required=False)
    cleanup_sprint = Text(max_length=30, required=False)
    cleanup_points = Amount(smallest="0.01", required=False)
    cleanup_because = Text(
        required=False, allow_blank=True, help_text="Instead of a clean-up: why there is none."
    )


class NameLoan(Shape):
    loan = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class ExtendLoan(NameLoan):
    due_on = Day()
    reason = Text()


class WriteOffLoan(NameLoan):
    reason = Text()
