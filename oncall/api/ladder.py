"""The ladder over REST: who stands where and what is missing, the curve, and its verbs (ONC-7)."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies
from channels.rest.plain import moment
from channels.rest.shapes import Shape, names, text, whole
from channels.rest.shapes import day as day_field
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Door, Shown
from foundation.errors import Invalid, NotFound
from oncall import services
from oncall.models import Duty, DutyKind, Pairing, Stage
from oncall.policy.ladder import may_read_ladder
from oncall.querysets import standing
from oncall.querysets.ladder import ladder_of, pairings_ahead, qualified_by_month
from oncall.rules.ladder import INCIDENTS, Gate
from teams.lifecycle import TeamKind
from teams.models import Person, Team


class PlaceShown(Shape):
    person = text()
    stage = serializers.ChoiceField(Stage.choices)
    since = moment_field(null=False)
    missing = names("What is still to be seen before the next stage.")


class PairingShown(Shape):
    id = whole()
    trainee = text()
    mentor = text()
    start = moment_field(null=False)
    end = moment_field(null=False)


class QualifiedShown(Shape):
    day = day_field(null=False)
    people = whole("How many could take turns alone by the end of this day.")


class LadderShown(Shape):
    duty = serializers.ChoiceField(DutyKind.choices)
    people = PlaceShown(many=True)
    pairings = PairingShown(many=True)
    qualified = QualifiedShown(many=True)


class Ladders(Shape):
    results = LadderShown(many=True)


INCIDENT_CHOICES = [(i, i) for i in INCIDENTS]
#: Everybody observes first: there is no gate before it.
GATED_STAGES = [c for c in Stage.choices if c[0] != Stage.OBSERVE]


class OfSomebody(Shape):
    person = serializers.CharField(max_length=150)
    duty = serializers.ChoiceField(DutyKind.choices)


class Advance(OfSomebody):
    """`stage` only for who is new on this ladder and takes turns already."""

    stage = serializers.ChoiceField(Stage.choices, required=False)
    evidence = serializers.CharField(max_length=4000)


class Speak(OfSomebody):
    text = serializers.CharField(max_length=4000)


class NoteIncident(OfSomebody):
    incident = serializers.ChoiceField(INCIDENT_CHOICES)
    text = serializers.CharField(max_length=4000)


class Pair(OfSomebody):
    at = serializers.DateTimeField(help_text="A moment of the shift.")


class TakeBack(Shape):
    pairing = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class SetGate(Shape):
    stage = serializers.ChoiceField(GATED_STAGES)
    shifts = serializers.IntegerField(min_value=0, max_value=50)
    incidents = serializers.ListField(
        child=serializers.ChoiceField(INCIDENT_CHOICES), max_length=len(INCIDENTS)
    )
    mentor_word = serializers.BooleanField()
    own_word = serializers.BooleanField()


LADDER = {
    "duty": "on_call",
    "people": [
        {
            "person": "ines",
            "stage": "shadow",
            "since": "2026-11-02T09:00:00Z",
            "missing": ["1 more accompanied shift", "a mentor's word"],
        }
    ],
    "pairings": [
        {
            "id": 3,
            "trainee": "ines",
            "mentor": "otto",
            "start": "2026-11-30T08:00:00Z",
            "end": "2026-12-07T08:00:00Z",
        }
    ],
    "qualified": [{"day": "2026-11-29", "people": 4}],
}
EXAMPLE = {"results": [LADDER]}


class _OfTeam(Door):
    def find(self, slug: str) -> Team:
        who = standing(self.request.user, self.at)
        teams = Team.objects.filter(slug=slug, kind=TeamKind.DELIVERY).select_related("calendar")
        found = teams.first()
        if found is None or may_read_ladder(who, found):
            raise NotFound("There is no such delivery team, or it is not yours.")
        return found

    def show(self, team: Team) -> dict[str, Any]:
        return {"results": [_shown(team, duty, self.at) for duty in DutyKind.values]}


class LadderDoor(_OfTeam):
    told: ClassVar = {
        "GET": Told(
            "The ladder to each duty of a team, and how many take turns", Ladders, EXAMPLE,
            refuses=(404,),
        )
    }  # fmt: skip

    def get(self, request: Request, team: str) -> Response:
        return Response(self.show(self.find(team)))


class LadderAct(_OfTeam, ActingDoor):
    """POST of one verb; answers with the ladders as they are then."""

    takes: ClassVar[type[Shape]]
    call: ClassVar[Callable[..., None]]

    @classmethod
    def of(
        cls, says: str, takes: type[Shape], sends: dict[str, Any], call: Callable[..., None]
    ) -> Any:
        told = Told(says, Ladders, EXAMPLE, takes=takes, sends=sends, refuses=(404, 409))
        return type(
            f"Ladder{takes.__name__}",
            (cls,),
            {"told": {"POST": told}, "takes": takes, "call": staticmethod(call), "__doc__": says},
        )

    def act_on(self, request: Request, **where: str) -> Shown:
        team = self.find(where["team"])
        typed = bodies.shaped(self.takes, bodies.read_object(request))
        if "person" in typed:
            typed["person"] = _person(typed["person"])
        type(self).call(team, typed, {"by": request.user, "at": self.at, "source": SOURCE})
        return Shown(self.show(team))


def _person(username: str) -> Person:
    found = Person.objects.filter(username=username.replace("\0", "")).first()
    if found is None:
        raise Invalid({"person": ["There is nobody of that name."]})
    return found


def _advance(team: Team, typed: dict[str, Any], act: dict[str, Any]) -> None:
    services.advance(team, typed.pop("duty"), **typed, **act)


def _speak(team: Team, typed: dict[str, Any], act: dict[str, Any]) -> None:
    services.speak(team, typed.pop("duty"), **typed, **act)


def _note(team: Team, typed: dict[str, Any], act: dict[str, Any]) -> None:
    services.note_incident(team, typed.pop("duty"), **typed, **act)


def _pair(team: Team, typed: dict[str, Any], act: dict[str, Any]) -> None:
    shift = Duty.objects.filter(team=team, duty=typed["duty"], during__contains=typed["at"]).first()
    if shift is None:
        raise Invalid({"at": ["Nobody has the duty then."]})
    services.pair(shift.pk, trainee=typed["person"], **act)


def _take_back(team: Team, typed: dict[str, Any], act: dict[str, Any]) -> None:
    if not Pairing.objects.filter(pk=typed["pairing"], team=team).exists():
        raise NotFound("There is no such pairing.")
    services.take_back_pairing(typed["pairing"], **act)


def _set_gate(team: Team, typed: dict[str, Any], act: dict[str, Any]) -> None:
    stage = typed.pop("stage")
    gate = Gate(**typed | {"incidents": tuple(typed["incidents"])})
    services.set_ladder_gate(team.pk, stage, gate=gate, **act)


def _shown(team: Team, duty: str, at: Any) -> dict[str, Any]:
    return {
        "duty": duty,
        "people": [
            {
                "person": p.person.username,
                "stage": p.stage,
                "since": moment(p.since),
                "missing": p.missing,
            }
            for p in ladder_of(team.pk, duty, at)
        ],
        "pairings": [
            {
                "id": row.pk,
                "trainee": row.trainee.username,
                "mentor": row.mentor.username,
                "start": moment(row.during.lower),
                "end": moment(row.during.upper),
            }
            for row in pairings_ahead(team.pk, duty, at)
        ],
        "qualified": [
            {"day": day.isoformat(), "people": people}
            for day, people in qualified_by_month(team, duty, at)
        ],
    }


WHO = {"person": "ines", "duty": "on_call"}
ACTS = {
    "advance": ("Vouch for the next stage", Advance, {**WHO, "evidence": "Two shifts"}, _advance),
    "speak": ("Say one's own word, or a mentor's", Speak, {**WHO, "text": "Calm"}, _speak),
    "note-incident": (
        "Note an incident that they saw handled",
        NoteIncident,
        {**WHO, "incident": "P1", "text": "BUG-7"},
        _note,
    ),
    "pair": ("Go along on a shift", Pair, {**WHO, "at": "2026-12-01T09:00:00Z"}, _pair),
    "take-back-pairing": ("Do not go along", TakeBack, {"pairing": 3}, _take_back),
    "set-gate": (
        "Say what has to be seen before a stage",
        SetGate,
        {
            "stage": "solo",
            "shifts": 2,
            "incidents": ["P1"],
            "mentor_word": True,
            "own_word": True,
        },
        _set_gate,
    ),
}
urlpatterns = [
    path("teams/<slug:team>/ladder/", LadderDoor.as_view(), name="api-team-ladder"),
    *(
        path(f"teams/<slug:team>/ladder/{verb}/", LadderAct.of(*told).as_view(), name=f"api-ladder-{verb}")
        for verb, told in ACTS.items()
    ),
]  # fmt: skip
