"""What a representation of a post-mortem holds, with an example of each."""

from rest_framework import serializers

from channels.rest.shapes import ALLOWED, VERSION, Shape, day, moment, names, text, whole
from postmortems.lifecycle import Category, Control, Done, FactorKind, Known, Size, State
from postmortems.rules.linter import Level
from postmortems.rules.triggers import Rule
from problem_reports.lifecycle import Cause


class PaperCutsOf(Shape):
    """Which small reports an aggregate review looks at."""

    area = text()
    cause = serializers.ChoiceField(Cause.choices)
    since = day(null=False)
    until = day(null=False)


class Card(Shape):
    reference = text()
    state = serializers.ChoiceField(State.choices)
    version = whole(VERSION)
    bug = text(null=True, says="Null when it is an aggregate review.")
    paper_cuts = PaperCutsOf(allow_null=True)
    team = text()
    size = serializers.ChoiceField(Size.choices)
    proposed_at = moment(null=False)
    reason = text(says="Why it was asked for.")
    waived_because = text(null=True)
    author = text(null=True)
    facilitator = text(null=True)
    reviewer = text(null=True)
    due_at = moment()
    published_at = moment()
    promises = names("None: promises are made for reports and bugs.")
    allowed = names(ALLOWED)


class HitShown(Shape):
    """A written rule that its figures met."""

    rule = serializers.ChoiceField([rule.value for rule in Rule])
    words = text()
    at = moment(null=False)


class MomentShown(Shape):
    key = whole("Names it when it is edited or taken out.")
    at = moment(null=False)
    what = text()
    evidence = text()
    known = serializers.ChoiceField(Known.choices)


class FactorShown(Shape):
    key = whole("Names it when it is linked, edited or taken out.")
    statement = text()
    kind = serializers.ChoiceField(FactorKind.choices)
    category = serializers.ChoiceField(Category.choices)
    control = serializers.ChoiceField(Control.choices)
    evidence = text()
    contributes_to = serializers.ListField(child=serializers.IntegerField())


class BarrierShown(Shape):
    key = whole("Names it when it is edited or taken out.")
    what = text()
    was_there = serializers.BooleanField()
    why_not = text()


class FindingShown(Shape):
    """What the linter found: `start` and `end` count characters of that text."""

    rule = text()
    level = serializers.ChoiceField([level.value for level in Level])
    where = text()
    said = text()
    start = whole("The first character.")
    end = whole("One behind the last character.")
    why = text()
    instead = text()
    kept = text(null=True, says="Why these words stay.")


class BeforeShown(Shape):
    """An earlier post-mortem, and what it has in common with this one."""

    reference = text()
    title = text()
    state = serializers.ChoiceField(State.choices)
    same_area = serializers.BooleanField()
    categories = serializers.ListField(child=serializers.ChoiceField(Category.choices))
    actions = whole("How many it agreed.")
    actions_done = whole("Of these, how many were done, verified ones among them.")
    actions_verified = whole("Of these, how many somebody else has seen to hold.")


class PostMortemShown(Card):
    summary = text(says="The first of the five questions: what went wrong?")
    how_it_happened = text()
    how_fixed = text()
    what_prevents = text(says="What could have prevented it?")
    what_changes = text(says="What keeps it from happening again?")
    went_well = text()
    was_hard = text()
    got_lucky = text()
    surprised = text()
    no_action_because = text()
    fixed_at = moment()
    repaired_at = moment()
    investigated_at = moment()
    resolved_at = moment()
    participants = names("Who was invited, by username.")
    hits = HitShown(many=True)
    moments = MomentShown(many=True)
    factors = FactorShown(many=True)
    barriers = BarrierShown(many=True)
    done = serializers.ChoiceField(Done.choices, allow_null=True)
    done_clause = serializers.IntegerField(allow_null=True)
    done_because = text(says="Why the definition of done is amended, sufficient or not applicable.")
    actions = names("The references of its actions: backlog items.")
    findings = FindingShown(many=True)
    missing = names("What is missing before it is reviewed, as sentences.")
    similar_before = BeforeShown(many=True)


CARD = {
    "reference": "PM-3", "state": "open", "version": 7, "bug": "BUG-7", "paper_cuts": None, "team": "billing",
    "size": "full", "proposed_at": "2026-11-27T09:12:00Z",
    "reason": "Three customers were hit.", "waived_because": None,
    "author": "ines", "facilitator": None, "reviewer": None,
    "due_at": "2026-12-07T09:12:00Z", "published_at": None, "promises": [],
    "allowed": ["write", "add-moment", "add-factor", "submit"],
}  # fmt: skip
WHOLE = {
    **CARD,
    "summary": "The export rounded every line.", "how_it_happened": "", "how_fixed": "Totals are rounded once.",
    "what_prevents": "", "what_changes": "", "went_well": "", "was_hard": "", "got_lucky": "", "surprised": "",
    "no_action_because": "",
    "fixed_at": "2026-11-26T16:40:00Z", "repaired_at": None, "investigated_at": None, "resolved_at": None,
    "participants": ["lena"],
    "hits": [{"rule": "p0", "words": "It was a P0", "at": "2026-11-27T09:12:00Z"}],
    "moments": [{"key": 4, "at": "2026-11-26T14:02:00Z", "what": "PR-12 was filed.", "evidence": "", "known": "then"}],
    "factors": [{
        "key": 2, "statement": "No test compares totals of many lines.", "kind": "missing_barrier",
        "category": "testing", "control": "team", "evidence": "", "contributes_to": [1],
    }],
    "barriers": [{"key": 1, "what": "A test of many lines", "was_there": False, "why_not": "Only single lines."}],
    "done": "amended", "done_clause": 3, "done_because": "Nothing compared totals.",
    "actions": ["BI-12"],
    "findings": [],
    "missing": ["Name at least two contributing factors."],
    "similar_before": [
        {"reference": "PM-1", "title": "Totals differ", "state": "published", "same_area": True,
         "categories": ["testing"], "actions": 3, "actions_done": 2, "actions_verified": 1},
    ],
}  # fmt: skip


class CompanyShown(Shape):
    reference = text()
    number = whole("The version.")
    at = moment(null=False)
    body = serializers.DictField(help_text="Its texts and parts, by field.")


class VersionShown(CompanyShown):
    reviewer = text()


class VersionsShown(Shape):
    results = VersionShown(many=True)


BODY = {"title": "Rounding of totals", "bug": "BUG-7", "summary": "The export rounded every line."}
COMPANY = {"reference": "PM-3", "number": 1, "at": "2026-11-29T09:00:00Z", "body": BODY}
VERSIONS = {"results": [{**COMPANY, "reviewer": "otto"}]}
