"""The side door of post-mortems: the list, asking for one, one with everything in it, and every verb by POST."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bugs.querysets import visible_to as bugs_visible_to
from channels.rest import bodies, conditions, cursors
from channels.rest.fields import Text
from channels.rest.filtering import filtered
from channels.rest.plain import hyphens
from channels.rest.shapes import ALLOWED, VERSION, Shape, day, moment, names, text, whole
from channels.rest.told import Told
from channels.rest.views import SOURCE, Act, ActingDoor, Shown, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotFound
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from postmortems import policy, representations, services
from postmortems.api import triggers
from postmortems.lifecycle import Category, Control, Done, FactorKind, Known, Size, State
from postmortems.lifecycle.actions import ActionKind, Means
from postmortems.models import PostMortem
from postmortems.querysets import company_visible_to, visible_to
from postmortems.rules.linter import Level
from postmortems.rules.triggers import Rule
from problem_reports.lifecycle import Cause

LIST = "/api/v1/post-mortems/"


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
         "categories": ["testing"]},
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
    fixed_at = serializers.DateTimeField(required=False, allow_null=True)
    repaired_at = serializers.DateTimeField(required=False, allow_null=True)
    investigated_at = serializers.DateTimeField(required=False, allow_null=True)
    resolved_at = serializers.DateTimeField(required=False, allow_null=True)


class AddMoment(Shape):
    when = serializers.DateTimeField()
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
    due_on = serializers.DateField(required=False)


class AnswerDone(Shape):
    """Amended: `text` is proposed, in the place of `clause` when that is named. Sufficient: `clause` names which."""

    answer = serializers.ChoiceField(Done.choices)
    because = Text()
    clause = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    text = Text(required=False, allow_blank=True, max_length=300)
    comments_until = serializers.DateField(required=False)
    starts_on = serializers.DateField(required=False)


class Part(Shape):
    part = Text(
        max_length=10, help_text="moment, factor or barrier; link too when it is taken out."
    )
    key = serializers.IntegerField(min_value=1, max_value=2**62)


class EditPart(Part):
    """Only what is sent changes; each kind of part has its own fields."""

    at = serializers.DateTimeField(required=False)
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


def _changes(door: Any, thing: PostMortem, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"changes": dict(typed)}


def _edit(door: Any, thing: PostMortem, typed: Mapping[str, Any]) -> dict[str, Any]:
    named = {"part": typed["part"], "key": typed["key"]}
    changes = {name: value for name, value in typed.items() if name not in named}
    if not changes:
        raise Invalid({"part": ["Say what changes."]})
    return {**named, "changes": changes}


ACTS = (
    Act("waive", services.waive, "There will be none, because …", PostMortemReason,
        example={"reason": "PM-2 covers it."}),
    Act("open", services.open, "Take it on; its timeline is filled", Open, example={"size": "full"}),
    Act("write", services.write, "Tell the story, and when each phase ended", Write, _changes,
        {"summary": "The export rounded every line."}),
    Act("add-moment", services.add_moment, "Add a moment to the timeline", AddMoment,
        example={"when": "2026-11-26T14:02:00Z", "what": "The first total differed.", "known": "now"}),
    Act("add-factor", services.add_factor, "Add a contributing factor", AddFactor,
        example={"statement": "No test compares totals.", "kind": "missing_barrier", "category": "testing",
                 "control": "team"}),
    Act("link-factors", services.link_factors, "Say what contributed to what", LinkFactors,
        example={"cause": 2, "effect": 1}),
    Act("add-barrier", services.add_barrier, "What could have caught it", AddBarrier,
        example={"what": "A test of many lines", "was_there": False, "why_not": "Only single lines."}),
    Act("agree-action", services.agree_action, "Agree what will be different: a backlog item", AgreeAction,
        example={"what": "The build compares totals.", "kind": "prevent", "means": "guard", "owner": "otto",
                 "factor": 2}),
    Act("answer-done", services.answer_done, "Would a clause of the definition of done have caught it?", AnswerDone,
        example={"answer": "amended", "because": "Nothing compared totals.", "text": "Totals are compared by a test."}),
    Act("edit", services.edit, "Say a moment, a factor or a barrier another way", EditPart, _edit,
        {"part": "factor", "key": 2, "evidence": "https://git.example.org/billing/pull/9"}),
    Act("remove", services.remove, "Take a part out", Part, example={"part": "moment", "key": 4}),
    Act("keep-phrase", services.keep_phrase, "Keep words that the linter found, with a reason", KeepPhrase,
        example={"rule": "B2", "said": "The developer forgot", "reason": "Their own words"}),
    Act("name-facilitator", services.name_facilitator, "Ask somebody who was no responder to facilitate", Who,
        example={"person": "tara"}),
    Act("invite", services.invite, "Invite somebody to take part", Who, example={"person": "lena"}),
    Act("uninvite", services.uninvite, "Invite somebody no more", Who, example={"person": "lena"}),
    Act("submit", services.submit, "Ask for a review"),
    Act("request-changes", services.request_changes, "Ask for changes", PostMortemReason,
        example={"reason": "What did the alert say?"}),
    Act("publish", services.publish, "Review and publish it as a version that never changes"),
    Act("revise", services.revise, "Open it again for its next version", PostMortemReason,
        example={"reason": "More is known"}),
)  # fmt: skip


class PostMortemFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices, distinct=False)


class PostMortemDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def find(self, reference: str) -> PostMortem:
        key = parse(reference, "PM")
        found = visible_to(self.who).filter(pk=key).first() if key is not None else None
        if found is None:
            raise NotFound("There is no such post-mortem.")
        return found

    def show(self, thing: PostMortem) -> dict[str, Any]:
        return representations.whole(thing, self.who)

    def refusal(self, verb: str, thing: PostMortem) -> str | None:
        return policy.may(verb, self.who, thing)

    def allowed_now(self, reference: str) -> list[str]:
        return [hyphens(v) for v in policy.allowed(self.who, self.find(reference))]


class PostMortems(ActingDoor):
    """The list, and asking for one."""

    told: ClassVar = {
        "GET": Told("Post-mortems, newest first", Card, CARD, lists=True, filters=PostMortemFilter),
        "POST": Told(
            "Ask for a post-mortem of a bug", PostMortemShown, WHOLE, takes=Propose,
            sends={"bug": "BUG-7", "reason": "Three customers were hit."}, status=201, refuses=(409,),
        ),
    }  # fmt: skip

    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def get(self, request: Request) -> Response:
        page = cursors.page(request, filtered(PostMortemFilter, request, visible_to(self.who)))
        return Response(page.shown([representations.card(t, self.who) for t in page.rows]))

    def act_on(self, request: Request, **where: str) -> Shown:
        typed = bodies.shaped(Propose, bodies.read_object(request))
        key = parse(typed["bug"], "BUG")
        if key is None or not bugs_visible_to(self.who).filter(pk=key).exists():
            raise Invalid({"bug": [f"There is no bug {typed['bug']}."]})
        made = services.propose(
            key, reason=typed["reason"], by=request.user, at=self.at, source=SOURCE
        )
        headers = {
            "Location": request.build_absolute_uri(f"{LIST}{made.reference}/"),
            "ETag": conditions.etag(made.version),
        }
        return Shown(representations.whole(made, self.who), 201, headers)


class OnePostMortem(PostMortemDoor):
    """One post-mortem with everything in it."""

    told: ClassVar = {
        "GET": Told("One post-mortem", PostMortemShown, WHOLE, versioned=True, refuses=(404,))
    }

    def get(self, request: Request, reference: str) -> Response:
        thing = self.find(reference)
        etag = {"ETag": conditions.etag(thing.version)}
        if conditions.already_known(request, thing.version):
            return Response(status=304, headers=etag)
        return Response(self.show(thing), headers=etag)


class FrozenVersions(PostMortemDoor):
    """Every published version, as its team reads it."""

    told: ClassVar = {"GET": Told("Published versions", VersionsShown, VERSIONS, refuses=(404,))}

    def get(self, request: Request, reference: str) -> Response:
        found = self.find(reference).versions.select_related("reviewer").order_by("-number")
        return Response({"results": [representations.version(one) for one in found]})


class CompanyVersion(PostMortemDoor):
    """The last published version without names of people and customers."""

    told: ClassVar = {"GET": Told("As the company reads it", CompanyShown, COMPANY, refuses=(404,))}

    def get(self, request: Request, reference: str) -> Response:
        key = parse(reference, "PM")
        found = company_visible_to(self.who).filter(pk=key).first() if key is not None else None
        if found is None:
            raise NotFound("There is no such post-mortem.")
        last = found.versions.exclude(company={}).order_by("-number")[0]
        return Response(representations.company(last))


class PostMortemVerb(PostMortemDoor, VerbDoor):
    """A verb on a post-mortem."""

    shape = PostMortemShown
    example = WHOLE


urlpatterns = [
    path(
        "post-mortems/<str:reference>/versions/",
        FrozenVersions.as_view(),
        name="api-post-mortem-versions",
    ),
    path(
        "post-mortems/<str:reference>/company/",
        CompanyVersion.as_view(),
        name="api-post-mortem-company",
    ),
    *triggers.urlpatterns,
    path("post-mortems/", PostMortems.as_view(), name="api-post-mortems"),
    path("post-mortems/<str:reference>/", OnePostMortem.as_view(), name="api-post-mortem"),
    *(
        path(
            f"post-mortems/<str:reference>/{act.verb}/",
            PostMortemVerb.of(act).as_view(),
            name=f"api-post-mortem-{act.verb}",
        )
        for act in ACTS
    ),
]
