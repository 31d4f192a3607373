"""The side door of post-mortems: the list, asking for one, one with everything in it, and every verb by POST."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from bugs.querysets import visible_to as bugs_visible_to
from channels.rest import bodies, conditions, cursors
from channels.rest.filtering import filtered
from channels.rest.plain import hyphens
from channels.rest.told import Told
from channels.rest.views import SOURCE, Act, ActingDoor, Shown, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotFound
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from postmortems import policy, representations, services
from postmortems.api import triggers
from postmortems.api.shapes import (
    CARD,
    COMPANY,
    VERSIONS,
    WHOLE,
    Card,
    CompanyShown,
    PostMortemShown,
    VersionsShown,
)
from postmortems.api.typed import (
    AddBarrier,
    AddFactor,
    AddMoment,
    AgreeAction,
    AnswerDone,
    Categorise,
    EditPart,
    KeepPhrase,
    LinkFactors,
    Open,
    Part,
    PostMortemReason,
    Propose,
    Who,
    Write,
)
from postmortems.lifecycle import State
from postmortems.models import PostMortem
from postmortems.querysets import company_visible_to, visible_to

LIST = "/api/v1/post-mortems/"


def _changes(door: Any, thing: PostMortem, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"changes": dict(typed)}


def _edit(door: Any, thing: PostMortem, typed: Mapping[str, Any]) -> dict[str, Any]:
    named = {"part": typed["part"], "key": typed["key"]}
    changes = {name: value for name, value in typed.items() if name not in named}
    if not changes:
        raise Invalid({"part": ["Say what changes."]})
    return {**named, "changes": changes}


def _categories(door: Any, thing: PostMortem, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"categories": {one["key"]: one["category"] for one in typed["factors"]}}


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
    Act("categorise", services.categorise, "Say the categories of its factors a second time, without looking",
        Categorise, _categories, {"factors": [{"key": 2, "category": "testing"}]}),
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
