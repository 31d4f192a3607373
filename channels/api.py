"""The side door of how a person wants to hear: read it, change parts of it."""

from datetime import time
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels import services
from channels.lifecycle import How
from channels.querysets import hearing_of
from channels.rest import bodies
from channels.rest.shapes import Shape
from channels.rest.told import Told
from channels.rest.views import Door

SHOWN_AS = "%H:%M"


def _way() -> Any:
    return serializers.ChoiceField(How.choices)


class Ways(Shape):
    """topic -> how by e-mail; in Firebreak itself one always hears."""

    message = _way()
    assigned = _way()
    decided = _way()
    fixed = _way()
    clock = _way()
    queue = _way()


def _clock(**told: Any) -> Any:
    return serializers.TimeField(format=SHOWN_AS, **told)


class HearingShown(Shape):
    """`digest_at`, `quiet_from` and `quiet_until` are by the wall clock of your zone."""

    by_email = Ways()
    digest_at = _clock()
    quiet_from = _clock(allow_null=True)
    quiet_until = _clock(allow_null=True)


class HearingEdit(Shape):
    """Only what changes; no quiet hours are two nulls."""

    by_email = serializers.DictField(child=_way(), required=False)
    digest_at = _clock(required=False)
    quiet_from = _clock(required=False, allow_null=True)
    quiet_until = _clock(required=False, allow_null=True)


HEARING = {
    "by_email": {
        "message": "at_once",
        "assigned": "at_once",
        "decided": "digest",
        "fixed": "at_once",
        "clock": "at_once",
        "queue": "at_once",
    },
    "digest_at": "07:30",
    "quiet_from": "22:00",
    "quiet_until": "06:30",
}


class NoticeSettings(Door):
    """How I hear by e-mail, and at which hours."""

    told: ClassVar = {
        "GET": Told("How you hear by e-mail, and at which hours", HearingShown, HEARING),
        "PATCH": Told(
            "Change how you hear by e-mail, or your hours",
            HearingShown,
            HEARING,
            takes=HearingEdit,
            sends={"by_email": {"decided": "digest"}, "digest_at": "07:30"},
        ),
    }

    def get(self, request: Request) -> Response:
        ways, hours = hearing_of(request.user.pk)
        return Response({"by_email": ways, **{name: _shown(hours.get(name)) for name in HOURS}})

    def patch(self, request: Request) -> Response:
        changed = bodies.shaped(HearingEdit, bodies.read_object(request))
        _, hours = hearing_of(request.user.pk)
        kept = {name: changed.get(name, hours.get(name)) for name in HOURS}
        services.choose_how_to_hear(by=request.user, ways=changed.get("by_email", {}), **kept)
        return self.get(request)


HOURS = ("digest_at", "quiet_from", "quiet_until")


def _shown(at: time | None) -> str | None:
    return f"{at:{SHOWN_AS}}" if at else None


urlpatterns = [
    path("me/notice-settings/", NoticeSettings.as_view(), name="api-notice-settings"),
]
