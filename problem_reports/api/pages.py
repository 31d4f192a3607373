"""The addresses of pages: who is called for help, and the answers (ONC-6)."""

from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import conditions, cursors
from channels.rest.filtering import ByName, filtered
from channels.rest.plain import hyphens
from channels.rest.plain import moment as plain_moment
from channels.rest.shapes import ALLOWED, VERSION, Shape, moment, names, text, whole
from channels.rest.told import Told
from channels.rest.views import Act, Door, ThingDoor, VerbDoor
from foundation.errors import NotFound
from oncall.lifecycle import PAGES, PageState
from oncall.models import Page
from oncall.policy import paging as policy
from oncall.rules import Standing
from oncall.services import paging
from problem_reports.api.shapes import Reason
from problem_reports.lifecycle import Priority
from problem_reports.querysets.pages import pages_visible_to
from problem_reports.querysets.reading import viewer
from teams.models import Team

VERBS = ("acknowledge", "escalate", "stop")


class StepTold(Shape):
    step = whole("From 1.")
    person = text()
    at = moment(null=False)


class PageShown(Shape):
    key = whole("Its number in addresses.")
    about = text(says="PR-12 or BUG-7.")
    team = text()
    priority = serializers.ChoiceField(Priority.choices)
    as_stated = serializers.BooleanField(help_text="Nobody has prioritised it yet.")
    state = serializers.ChoiceField(PageState.choices)
    version = whole(VERSION)
    by = text()
    at = moment(null=False)
    policy = whole("The version that it began with; 0 is what a team begins with.")
    step = whole("How many steps were told.")
    steps = whole("How many there are.")
    next_at = moment()
    told = StepTold(many=True)
    acknowledged_by = text(null=True)
    acknowledged_at = moment()
    allowed = names(ALLOWED)


PAGE = {
    "key": 7,
    "about": "PR-12",
    "team": "billing",
    "priority": "P0",
    "as_stated": True,
    "state": "paging",
    "version": 3,
    "by": "the-clock",
    "at": "2026-11-25T03:12:04Z",
    "policy": 4,
    "step": 1,
    "steps": 3,
    "next_at": "2026-11-25T03:17:04Z",
    "told": [{"step": 1, "person": "otto", "at": "2026-11-25T03:12:04Z"}],
    "acknowledged_by": None,
    "acknowledged_at": None,
    "allowed": ["acknowledge", "escalate", "stop"],
}


class PageFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=PageState.choices, distinct=False)
    team = ByName(Team, "slug")


ACTS = (
    Act("acknowledge", paging.acknowledge, "I have it: nobody else is told"),
    Act("escalate", paging.escalate, "The next step is told now"),
    Act(
        "stop",
        paging.stop,
        "Nobody has to come after all",
        Reason,
        example={"reason": "The bank was down, and is back."},
    ),
)


def shown(page: Page, who: Standing) -> dict[str, Any]:
    allowed = [v for v in PAGES.verbs_from(page.state) if v in VERBS]
    return {
        "key": page.pk,
        "about": page.about,
        "team": page.team.slug,
        "priority": page.priority,
        "as_stated": page.as_stated,
        "state": page.state,
        "version": page.version,
        "by": page.by.username,
        "at": plain_moment(page.at),
        "policy": page.policy_number,
        "step": page.step,
        "steps": len(page.steps),
        "next_at": plain_moment(page.next_at),
        "told": [
            {"step": row.step, "person": row.person.username, "at": plain_moment(row.at)}
            for row in sorted(page.told.all(), key=lambda row: row.pk)
        ],
        "acknowledged_by": page.acknowledged_by.username if page.acknowledged_by else None,
        "acknowledged_at": plain_moment(page.acknowledged_at),
        "allowed": [hyphens(v) for v in allowed if _refusal(v, who, page) is None],
    }


def _refusal(verb: str, who: Standing, page: Page) -> str | None:
    refusal: str | None = getattr(policy, f"may_{verb}")(who, page)
    return refusal


class PageDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return viewer(self.request.user, self.at)

    def find(self, key: int) -> Page:  # type: ignore[override]
        found = pages_visible_to(self.who).filter(pk=key).first()
        if found is None:
            raise NotFound("There is no such page.")
        return found

    def show(self, thing: Page) -> dict[str, Any]:
        return shown(self.find(thing.pk), self.who)

    def refusal(self, verb: str, thing: Page) -> str | None:
        return _refusal(verb, self.who, thing)

    def allowed_now(self, key: int) -> list[str]:  # type: ignore[override]
        allowed: list[str] = self.show(self.find(key))["allowed"]
        return allowed


class Pages(Door):
    """The list, newest first."""

    told: ClassVar = {
        "GET": Told(
            "Who was called for help, newest first", PageShown, PAGE, lists=True, filters=PageFilter
        )
    }

    def get(self, request: Request) -> Response:
        who = viewer(request.user, self.at)
        page = cursors.page(request, filtered(PageFilter, request, pages_visible_to(who)))
        return Response(page.shown([shown(one, who) for one in page.rows]))


class OnePage(PageDoor):
    """One page."""

    told: ClassVar = {"GET": Told("One page", PageShown, PAGE, versioned=True, refuses=(404,))}

    def get(self, request: Request, key: int) -> Response:
        page = self.find(key)
        headers = {"ETag": conditions.etag(page.version)}
        return Response(shown(page, self.who), headers=headers)


class PageVerb(PageDoor, VerbDoor):
    """A verb on a page."""

    shape = PageShown
    example = PAGE


ONE = "pages/<int:key>/"
urlpatterns = [
    path("pages/", Pages.as_view(), name="api-pages"),
    path(ONE, OnePage.as_view(), name="api-page"),
    *(
        path(f"{ONE}{act.verb}/", PageVerb.of(act).as_view(), name=f"api-page-{act.verb}")
        for act in ACTS
    ),
]
