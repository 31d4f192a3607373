"""Handing a duty over by REST: the notes that wait, leaving one, and saying that it is read (ONC-8)."""

from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies
from channels.rest.plain import moment
from channels.rest.shapes import Shape, text, whole
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Door, Shown
from foundation.errors import NotFound
from oncall import services
from oncall.models import DutyKind, HandoffNote
from oncall.querysets import own_delivery_team
from oncall.querysets.handoff import notes_waiting
from teams.models import Team


class NoteShown(Shape):
    id = whole()
    duty = serializers.ChoiceField(DutyKind.choices)
    by = text()
    at = moment_field(null=False)
    note = text()
    read_at = moment_field()


class NotesShown(Shape):
    results = NoteShown(many=True)


class HandOver(Shape):
    duty = serializers.ChoiceField(DutyKind.choices)
    note = serializers.CharField(max_length=services.handoff.LONGEST)


class ReadIt(Shape):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


NOTE = {
    "id": 7,
    "duty": "release_manager",
    "by": "rhea",
    "at": "2026-11-27T16:00:00Z",
    "note": "PR-481 waits for Acme; I promised Lena word by Monday noon.",
    "read_at": None,
}


class _OfTeam(Door):
    def find(self, slug: str) -> Team:
        return own_delivery_team(slug, self.request.user, self.at)


class HandoffDoor(_OfTeam, ActingDoor):
    told: ClassVar = {
        "GET": Told(
            "Notes to whoever has a duty next that nobody has read", NotesShown,
            {"results": [NOTE]}, refuses=(404,),
        ),
        "POST": Told(
            "Leave a note to whoever has the duty next", NoteShown, NOTE, takes=HandOver,
            sends={"duty": "release_manager", "note": "PR-481 waits for Acme"}, status=201,
            refuses=(404,),
        ),
    }  # fmt: skip

    def get(self, request: Request, team: str) -> Response:
        found = self.find(team)
        notes = [n for duty in DutyKind.values for n in notes_waiting(found.pk, duty)]
        return Response({"results": [_shown(n) for n in sorted(notes, key=lambda n: n.pk)]})

    def act_on(self, request: Request, **where: str) -> Shown:
        team = self.find(where["team"])
        typed = bodies.shaped(HandOver, bodies.read_object(request))
        note = services.hand_over(team, **typed, by=request.user, at=self.at, source=SOURCE)
        return Shown(_shown(note), 201)


class ReadDoor(_OfTeam, ActingDoor):
    told: ClassVar = {
        "POST": Told(
            "Say that a note is read", NoteShown, NOTE, takes=ReadIt, sends={"id": 7},
            refuses=(404, 409),
        )
    }  # fmt: skip

    def act_on(self, request: Request, **where: str) -> Shown:
        team = self.find(where["team"])
        typed = bodies.shaped(ReadIt, bodies.read_object(request))
        if not HandoffNote.objects.filter(pk=typed["id"], team=team).exists():
            raise NotFound("There is no such note.")
        note = services.read_handoff(typed["id"], by=request.user, at=self.at, source=SOURCE)
        return Shown(_shown(note))


def _shown(note: HandoffNote) -> dict[str, Any]:
    return {
        "id": note.pk,
        "duty": note.duty,
        "by": note.by.username,
        "at": moment(note.at),
        "note": note.text.body,
        "read_at": moment(note.read_at),
    }


urlpatterns = [
    path("teams/<slug:team>/handoff/", HandoffDoor.as_view(), name="api-team-handoff"),
    path("teams/<slug:team>/handoff/read/", ReadDoor.as_view(), name="api-team-handoff-read"),
]
