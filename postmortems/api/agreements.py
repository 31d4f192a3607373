"""The side door of agreements: the list, proposing one, one with its counters, and every verb by POST."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies, conditions, cursors
from channels.rest.fields import Day, Text
from channels.rest.filtering import ByName, filtered
from channels.rest.shapes import ALLOWED, VERSION, Shape, moment, names, whole
from channels.rest.shapes import text as said
from channels.rest.told import Told
from channels.rest.views import SOURCE, Act, ActingDoor, Shown, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotFound
from oncall.querysets import standing, teams_read_by
from oncall.rules import Standing
from postmortems import representations
from postmortems.querysets.agreements import NOT_THERE, named_in, visible_to, would_have_caught
from teams import policy
from teams.lifecycle import AgreementKind, AgreementState, Binds
from teams.models import Agreement, Team
from teams.services import agreements as services
from teams.services.agreements import PRIORITIES

LIST = "/api/v1/agreements/"


class AgreementShown(Shape):
    key = whole("Names it in addresses.")
    version = whole(VERSION)
    team = said()
    kind = serializers.ChoiceField(AgreementKind.choices)
    text = said()
    because = said()
    decides = said(says="Who decides, of a working agreement.")
    priorities = names("For which it is; none named: for all.")
    binds = said(says="Where it is cited: p1_policy, deciding, planning, or empty.")
    state = serializers.ChoiceField(AgreementState.choices)
    revises = serializers.IntegerField(allow_null=True)
    proposed_by = said()
    comments_until = serializers.DateField(allow_null=True)
    starts_on = serializers.DateField()
    adopted_by = said(null=True)
    adopted_at = moment()
    adopted_words = said(null=True)
    ended_on = serializers.DateField(allow_null=True)
    followed = whole("How often it was ticked, or followed.")
    left_open = whole("How often it was left open, or not followed.")
    would_have_caught = whole("How many post-mortems say that it would have caught what happened.")
    promises = names("None: promises are made for reports and bugs.")
    allowed = names(ALLOWED)


AGREEMENT = {
    "key": 3, "version": 2, "team": "billing", "kind": "done",
    "text": "A test fails without the change.", "because": "PM-3: nothing compared totals.", "decides": "",
    "priorities": [], "binds": "", "state": "adopted", "revises": None, "proposed_by": "ines",
    "comments_until": "2026-12-04", "starts_on": "2026-12-05", "adopted_by": "rhea",
    "adopted_at": "2026-12-05T09:00:00Z", "adopted_words": "Agreed by all at the retrospective.", "ended_on": None,
    "followed": 4, "left_open": 1, "would_have_caught": 2, "promises": [], "allowed": ["revise", "retire"],
}  # fmt: skip


class ProposeAgreement(Shape):
    team = Text(max_length=60)
    kind = serializers.ChoiceField(AgreementKind.choices)
    text = Text(max_length=300)
    because = Text()
    decides = Text(required=False, allow_blank=True, max_length=120)
    priorities = serializers.ListField(
        child=serializers.ChoiceField(PRIORITIES), required=False, max_length=4
    )
    binds = serializers.ChoiceField(Binds.choices, required=False, allow_blank=True)
    comments_until = Day(required=False)
    starts_on = Day(required=False)


class CommentAgreement(Shape):
    text = Text()


class UseAgreement(Shape):
    what = Text(max_length=30, help_text="PR-12, BUG-7 or BI-3.")
    followed = serializers.BooleanField()
    reason = Text(required=False, allow_blank=True)


class AdoptAgreement(Shape):
    words = Text(help_text="Adoption is in writing.")


class ReviseAgreement(Shape):
    text = Text(max_length=300)
    because = Text()
    comments_until = Day(required=False)
    starts_on = Day(required=False)


class RetireAgreement(Shape):
    reason = Text()


def _used(door: Any, agreement: Agreement, typed: Mapping[str, Any]) -> dict[str, Any]:
    found = named_in(agreement.team, typed["what"].strip())
    if found is None:
        raise Invalid({"what": [NOT_THERE]})
    return {**typed, "kind": found[0], "subject": found[1]}


ACTS = (
    Act("comment", services.comment, "Comment while it is proposed", CommentAgreement,
        example={"text": "For hot fixes too?"}),
    Act("use", services.use, "A working agreement was used, or not, because", UseAgreement, _used,
        {"what": "BUG-7", "followed": True}),
    Act("adopt", services.adopt, "Adopt it in writing", AdoptAgreement, example={"words": "Agreed by all."}),
    Act("revise", services.revise, "Propose other words", ReviseAgreement,
        example={"text": "A test fails without the change, also for hot fixes.", "because": "PM-4"}),
    Act("retire", services.retire, "It does not bind any more, because", RetireAgreement,
        example={"reason": "Nobody follows it."}),
)  # fmt: skip


class AgreementFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=AgreementState.choices, distinct=False)
    kind = filters.MultipleChoiceFilter(choices=AgreementKind.choices, distinct=False)
    team = ByName(Team, "slug")


class AgreementDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def find(self, key: int) -> Agreement:  # type: ignore[override]
        found = visible_to(self.who).filter(pk=key).first()
        if found is None:
            raise NotFound("There is no such agreement.")
        return found

    def show(self, thing: Agreement) -> dict[str, Any]:
        fresh = self.find(thing.pk)
        caught = would_have_caught(fresh.team_id)[fresh.pk]
        return representations.agreement(fresh, self.who, caught)

    def refusal(self, verb: str, thing: Agreement) -> str | None:
        answer: str | None = getattr(policy, f"may_{verb}_agreement")(self.who.roles, thing.team)
        return answer

    def allowed_now(self, key: int) -> list[str]:  # type: ignore[override]
        return representations.agreement_verbs(self.find(key), self.who)


class Agreements(ActingDoor):
    """The list, and proposing one."""

    told: ClassVar = {
        "GET": Told("Agreements, newest first", AgreementShown, AGREEMENT, lists=True, filters=AgreementFilter),
        "POST": Told(
            "Propose a clause of the definition of done, or a working agreement", AgreementShown, AGREEMENT,
            takes=ProposeAgreement, status=201,
            sends={"team": "billing", "kind": "done", "text": "A test fails without it.", "because": "PM-3"},
        ),
    }  # fmt: skip

    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def get(self, request: Request) -> Response:
        page = cursors.page(request, filtered(AgreementFilter, request, visible_to(self.who)))
        teams = {agreement.team_id for agreement in page.rows}
        caught = {key: n for team in teams for key, n in would_have_caught(team).items()}
        shown = [representations.agreement(a, self.who, caught.get(a.pk, 0)) for a in page.rows]
        return Response(page.shown(shown))

    def act_on(self, request: Request, **where: str) -> Shown:
        typed = bodies.shaped(ProposeAgreement, bodies.read_object(request))
        slug = typed.pop("team")
        team = next((team for team in teams_read_by(self.who) if team.slug == slug), None)
        if team is None:
            raise Invalid({"team": ["There is no such team."]})
        made = services.propose(team, **typed, by=request.user, at=self.at, source=SOURCE)
        headers = {
            "Location": request.build_absolute_uri(f"{LIST}{made.pk}/"),
            "ETag": conditions.etag(made.version),
        }
        fresh = visible_to(self.who).get(pk=made.pk)
        return Shown(representations.agreement(fresh, self.who, 0), 201, headers)


class OneAgreement(AgreementDoor):
    """One agreement with its counters."""

    told: ClassVar = {
        "GET": Told("One agreement", AgreementShown, AGREEMENT, versioned=True, refuses=(404,))
    }

    def get(self, request: Request, key: int) -> Response:
        # Never 304: its counters change without it.
        thing = self.find(key)
        return Response(self.show(thing), headers={"ETag": conditions.etag(thing.version)})


class AgreementVerb(AgreementDoor, VerbDoor):
    """A verb on an agreement."""

    shape = AgreementShown
    example = AGREEMENT


urlpatterns = [
    path("agreements/", Agreements.as_view(), name="api-agreements"),
    path("agreements/<int:key>/", OneAgreement.as_view(), name="api-agreement"),
    *(
        path(
            f"agreements/<int:key>/{act.verb}/",
            AgreementVerb.of(act).as_view(),
            name=f"api-agreement-{act.verb}",
        )
        for act in ACTS
    ),
]
