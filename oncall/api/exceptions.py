"""What comes between a rotation and its turns, over REST: overrides and absences ahead (ONC-3)."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import django_filters as filters
from django.db.models import Q, QuerySet
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies, cursors
from channels.rest.fields import Text, Until, as_moment
from channels.rest.filtering import filtered
from channels.rest.plain import moment
from channels.rest.shapes import ALLOWED, VERSION, Shape, names, text, whole
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import SOURCE, Act, ActingDoor, Shown, ThingDoor, VerbDoor
from foundation.errors import NotFound
from oncall import policy, services
from oncall.api.reading import Reading, person_of
from oncall.models import Absence, Override
from oncall.querysets import readable_teams
from teams.models import Person


class OverrideShown(Shape):
    key = whole("Its number in addresses.")
    version = whole(VERSION)
    rotation = whole()
    person = text()
    start = moment_field(null=False)
    end = moment_field(null=False)
    made_by = text()
    taken_back_at = moment_field()
    allowed = names(ALLOWED)


class AbsenceShown(Shape):
    """Why somebody is away is not kept."""

    key = whole("Its number in addresses.")
    person = text()
    start = moment_field(null=False)
    end = moment_field(null=False)
    taken_back_at = moment_field()
    allowed = names(ALLOWED)


class AbsenceBody(Shape):
    person = Text(max_length=150)
    start = Until()
    end = Until()


OVERRIDE = {
    "key": 8,
    "version": 4,
    "rotation": 3,
    "person": "ines",
    "start": "2026-12-23T23:00:00Z",
    "end": "2026-12-25T23:00:00Z",
    "made_by": "pia",
    "taken_back_at": None,
    "allowed": ["take-back-override"],
}
ABSENCE = {
    "key": 9,
    "person": "otto",
    "start": "2026-12-20T23:00:00Z",
    "end": "2027-01-03T23:00:00Z",
    "taken_back_at": None,
    "allowed": ["take-back-absence"],
}


# Overrides


class OverrideFilter(filters.FilterSet):
    rotation = filters.NumberFilter(field_name="rotation_id", min_value=1, max_value=2**63 - 1)


class OverrideDoor(Reading, ThingDoor):
    def overrides(self) -> QuerySet[Override]:
        found = Override.objects.filter(rotation__team__in=readable_teams(self.who))
        return found.select_related("rotation__team", "person", "made_by")

    def find(self, key: int) -> Override:
        found = self.overrides().filter(pk=key).first()
        if found is None:
            raise NotFound("There is no such override.")
        return found

    def show(self, thing: Override) -> dict[str, Any]:
        return {
            "key": thing.pk,
            "version": thing.version,
            "rotation": thing.rotation_id,
            "person": thing.person.username,
            "start": moment(thing.during.lower),
            "end": moment(thing.during.upper),
            "made_by": thing.made_by.username,
            "taken_back_at": moment(thing.taken_back_at),
            "allowed": self._allowed(thing),
        }

    def _allowed(self, row: Override) -> list[str]:
        counts = row.taken_back_at is None and row.during.upper > self.at
        may = policy.may_take_back_override(self.who, row.rotation.team) is policy.YES
        return ["take-back-override"] if counts and may else []

    def refusal(self, verb: str, thing: Override) -> str | None:
        return policy.may(verb, self.who, thing.rotation.team)

    def allowed_now(self, key: int) -> list[str]:
        return self._allowed(self.find(key))


class Overrides(OverrideDoor):
    told: ClassVar = {
        "GET": Told(
            "Overrides that are not over, newest first", OverrideShown, OVERRIDE, lists=True,
            filters=OverrideFilter,
        )
    }  # fmt: skip

    def get(self, request: Request) -> Response:
        ahead = self.overrides().filter(during__endswith__gt=self.at, taken_back_at=None)
        page = cursors.page(request, filtered(OverrideFilter, request, ahead))
        return Response(page.shown([self.show(row) for row in page.rows]))


class OverrideVerb(OverrideDoor, VerbDoor):
    shape = OverrideShown
    example = OVERRIDE

    def answer(self, thing: Any) -> Shown:
        return super().answer(self.find(self.kwargs["key"]))


TAKE_BACK = Act(
    "take-back-override", services.take_back_override, "From now on the override does not count"
)


# Absences


class AbsenceFilter(filters.FilterSet):
    person = filters.CharFilter(field_name="person__username", lookup_expr="iexact")


class AbsenceDoor(Reading):
    def absences(self) -> QuerySet[Absence]:
        """Of everybody in a team whose schedule they read, and their own."""
        theirs = Person.objects.filter(memberships__team__in=readable_teams(self.who)).values("pk")
        found = Absence.objects.filter(Q(person__in=theirs) | Q(person=self.who.person_id))
        return found.select_related("person")

    def show(self, row: Absence) -> dict[str, Any]:
        return {
            "key": row.pk,
            "person": row.person.username,
            "start": moment(row.during.lower),
            "end": moment(row.during.upper),
            "taken_back_at": moment(row.taken_back_at),
            "allowed": self._allowed(row),
        }

    def _allowed(self, row: Absence) -> list[str]:
        counts = row.taken_back_at is None and row.during.upper > self.at
        teams = [m.team_id for m in row.person.memberships.all()]
        may = policy.may_record_absence(self.who, row.person_id, teams) is policy.YES
        return ["take-back-absence"] if counts and may else []


class Absences(AbsenceDoor, ActingDoor):
    told: ClassVar = {
        "GET": Told(
            "Who is away from now on, last recorded first", AbsenceShown, ABSENCE, lists=True,
            filters=AbsenceFilter,
        ),
        "POST": Told(
            "Say that somebody is away from every duty", AbsenceShown, ABSENCE, takes=AbsenceBody,
            sends={"person": "otto", "start": "2026-12-21", "end": "2027-01-04"}, status=201,
        ),
    }  # fmt: skip

    def get(self, request: Request) -> Response:
        ahead = self.absences().filter(during__endswith__gt=self.at, taken_back_at=None)
        rows = ahead.prefetch_related("person__memberships")
        page = cursors.page(request, filtered(AbsenceFilter, request, rows))
        return Response(page.shown([self.show(row) for row in page.rows]))

    def act_on(self, request: Request, **where: str) -> Shown:
        typed = bodies.shaped(AbsenceBody, bodies.read_object(request))
        person = person_of("person", typed["person"])
        assert person is not None  # the body demands a name
        zone = ZoneInfo(person.zone)
        made = services.record_absence(
            person,
            start=as_moment(typed["start"], zone),
            end=as_moment(typed["end"], zone),
            by=request.user,
            at=self.at,
            source=SOURCE,
        )
        return Shown(self.show(made), 201)


class TakeBackAbsence(AbsenceDoor, ActingDoor):
    told: ClassVar = {
        "POST": Told(
            "They are back, or never go", AbsenceShown, ABSENCE, refuses=(404, 409),
        )
    }  # fmt: skip

    def act_on(self, request: Request, **where: str) -> Shown:
        if not self.absences().filter(pk=where["key"]).exists():
            raise NotFound("There is no such absence.")
        row = services.take_back_absence(
            int(where["key"]), by=request.user, at=self.at, source=SOURCE
        )
        return Shown(self.show(row))


urlpatterns = [
    path("overrides/", Overrides.as_view(), name="api-overrides"),
    path(
        f"overrides/<int:key>/{TAKE_BACK.verb}/",
        OverrideVerb.of(TAKE_BACK).as_view(),
        name=f"api-override-{TAKE_BACK.verb}",
    ),
    path("absences/", Absences.as_view(), name="api-absences"),
    path(
        "absences/<int:key>/take-back-absence/",
        TakeBackAbsence.as_view(),
        name="api-absence-take-back",
    ),
]
