"""What is sent with the verbs on a post-mortem."""

from rest_framework import serializers

from channels.rest.fields import Day, Moment, Text
from channels.rest.shapes import Shape
from postmortems.lifecycle import Category, Control, Done, FactorKind, Known, Size
from postmortems.lifecycle.actions import ActionKind, Means


class Propose(Shape):
    bug = Text(max_length=30)
    reason = Text()


class PostMortemReason(Shape):
    reason = Text()


class Who(Shape):
    person = Text(max_length=150, help_text="A username.")


class Open(Shape):
    size = serializers.ChoiceField(Size.choices, required=False)


class Write(Shape):
    summary = Text(required=False, allow_blank=True)
    how_it_happened = Text(required=False, allow_blank=True)
    how_fixed = Text(required=False, allow_blank=True)
    what_prevents = Text(required=False, allow_blank=True)
    what_changes = Text(required=False, allow_blank=True)
    went_well = Text(required=False, allow_blank=True)
    was_hard = Text(required=False, allow_blank=True)
    got_lucky = Text(required=False, allow_blank=True)
    surprised = Text(required=False, allow_blank=True)
    no_action_because = Text(required=False, allow_blank=True)
    fixed_at = Moment(required=False, allow_null=True)
    repaired_at = Moment(required=False, allow_null=True)
    investigated_at = Moment(required=False, allow_null=True)
    resolved_at = Moment(required=False, allow_null=True)


class AddMoment(Shape):
    when = Moment()
    what = Text()
    evidence = Text(required=False, allow_blank=True)
    known = serializers.ChoiceField(Known.choices, required=False)


class AddFactor(Shape):
    statement = Text(max_length=300)
    kind = serializers.ChoiceField(FactorKind.choices)
    category = serializers.ChoiceField(Category.choices)
    control = serializers.ChoiceField(Control.choices)
    evidence = Text(required=False, allow_blank=True)
    contributes_to = serializers.IntegerField(required=False, min_value=1, max_value=2**62)


class LinkFactors(Shape):
    cause = serializers.IntegerField(min_value=1, max_value=2**62)
    effect = serializers.IntegerField(min_value=1, max_value=2**62)


class AddBarrier(Shape):
    what = Text(max_length=300)
    was_there = serializers.BooleanField()
    why_not = Text()


class AgreeAction(Shape):
    """From one factor or from one barrier. Without a day it is due by what the bug's priority says."""

    what = Text(max_length=200)
    kind = serializers.ChoiceField(ActionKind.choices)
    means = serializers.ChoiceField(Means.choices)
    owner = Text(max_length=150, help_text="The user name of somebody of the team.")
    factor = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    barrier = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    because = Text(required=False, allow_blank=True, max_length=4000)
    due_on = Day(required=False)


class AnswerDone(Shape):
    """Amended: `text` is proposed, in the place of `clause` when that is named. Sufficient: `clause` names which."""

    answer = serializers.ChoiceField(Done.choices)
    because = Text()
    clause = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    text = Text(required=False, allow_blank=True, max_length=300)
    comments_until = Day(required=False)
    starts_on = Day(required=False)


class Part(Shape):
    part = Text(
        max_length=10, help_text="moment, factor or barrier; link too when it is taken out."
    )
    key = serializers.IntegerField(min_value=1, max_value=2**62)


class EditPart(Part):
    """Only what is sent changes; each kind of part has its own fields."""

    at = Moment(required=False)
    what = Text(required=False)
    evidence = Text(required=False, allow_blank=True)
    known = serializers.ChoiceField(Known.choices, required=False)
    statement = Text(required=False, max_length=300)
    kind = serializers.ChoiceField(FactorKind.choices, required=False)
    category = serializers.ChoiceField(Category.choices, required=False)
    control = serializers.ChoiceField(Control.choices, required=False)
    was_there = serializers.BooleanField(required=False)
    why_not = Text(required=False)


class KeepPhrase(Shape):
    rule = Text(max_length=4)
    said = Text()
    reason = Text()


class ReadAgain(Shape):
    key = serializers.IntegerField(min_value=1, max_value=2**62)
    category = serializers.ChoiceField(Category.choices)


class Categorise(Shape):
    factors = ReadAgain(many=True, min_length=1, max_length=300)
