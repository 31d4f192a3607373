"""What the page *Ladder* shows to one reader, and the forms that they may use (ONC-7)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from channels.web import Verb, fresh_key, shown
from foundation import clock
from foundation.errors import Refused
from foundation.moments import on_day
from foundation.pictures import FLOOR, HEIGHT, LEFT, WIDTH, Label, said, upright
from oncall.forms.ladder import AdvanceForm, GateForm, IncidentForm, PairForm, SpeakForm, span_words
from oncall.models import Duty, DutyKind, Pairing, Stage
from oncall.policy import ladder as policy
from oncall.querysets import standing
from oncall.querysets.ladder import (
    Place,
    gates_of,
    is_mentor,
    ladder_of,
    pairings_ahead,
    qualified_by_month,
)
from oncall.rules import Standing
from oncall.rules.ladder import OBSERVE, QUALIFIED
from teams.lifecycle import TeamKind
from teams.models import Team
from teams.querysets import members_of

SHIFTS = 20


@dataclass(frozen=True)
class Here:
    """One team's ladder to one duty, as one person reads it."""

    at: datetime
    who: Standing
    team: Team
    teams: list[Team]
    duty: str
    mentor: bool

    @property
    def leads(self) -> bool:
        return self.mentor or self.who.has_role(self.team.pk, *policy.LEADS)

    @property
    def url(self) -> str:
        return address("ladder", self.team, self.duty)


def address(name: str, team: Team, duty: str) -> str:
    return f"{reverse(name)}?team={team.slug}&duty={duty}"


def here_of(request: HttpRequest) -> Here:
    at = clock.now()
    who = standing(request.user, at)
    found = Team.objects.filter(kind=TeamKind.DELIVERY, pk__in=who.teams).select_related("calendar")
    teams = [t for t in found.order_by("name", "pk") if policy.may_read_ladder(who, t) is None]
    by_slug = {team.slug: team for team in teams}
    asked = request.GET.get("team")
    team = by_slug.get(asked) if asked is not None else None
    if team is None and asked is None:
        team = by_slug.get(request.session.get("team", "")) or next(iter(teams), None)
    if team is None:
        raise Http404("A ladder is a delivery team's own.")
    duty = request.GET.get("duty", DutyKind.ON_CALL)
    if duty not in DutyKind.values:
        raise Http404("There is no such duty.")
    return Here(at, who, team, teams, duty, is_mentor(team.pk, duty, who.person_id))


def forms_of(here: Here, data: Any = None, only: str = "") -> dict[str, Any]:
    """The forms of the page; the one that was sent (`only`) holds what was typed."""
    people = list(members_of(here.team.pk))

    def told(name: str) -> dict[str, Any]:
        """Each form has ids of its own: several ask for a person, and a label names one field."""
        return {"data": data if only == name else None, "auto_id": f"{name}-%s"}

    upcoming = Duty.objects.filter(
        team=here.team, duty=here.duty, during__endswith__gt=here.at
    ).select_related("person")
    shifts = list(upcoming.order_by("during", "pk")[:SHIFTS])
    return {
        "advance": AdvanceForm(**told("advance"), people=people),
        "speak": SpeakForm(**told("speak"), people=people),
        "note-incident": IncidentForm(**told("note-incident"), people=people),
        "pair": PairForm(**told("pair"), people=people, shifts=shifts),
        "set-gate": GateForm(**told("set-gate")),
    }


LABELS = {
    "advance": ("Advance somebody", "Advance them"),
    "speak": ("Say a word", "Say it"),
    "note-incident": ("Note an incident seen", "Note it"),
    "pair": ("Go along on a shift", "Arrange it"),
    "set-gate": ("Change a gate", "Keep the gate"),
}


def page(
    request: HttpRequest,
    here: Here,
    verb: str = "",
    form: Any = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    refusal = shown(refused) if refused else None
    forms_there = forms_of(here) | ({verb: form} if form is not None else {})
    shows = {
        "advance": here.leads,
        "note-incident": here.leads,
        "set-gate": policy.may_set_ladder_gate(here.who, here.team) is None,
    }
    offered = [v for v in forms_there if v == verb or shows.get(v, True)]
    verbs = [
        replace(
            Verb(
                name=v,
                label=LABELS[v][0],
                url=address_of(v, here),
                asks=forms_there[v],
                ends=LABELS[v][1],
            ),
            open=v == verb,
            refusal=refusal if v == verb else None,
        )
        for v in offered
    ]
    curve = qualified_by_month(here.team, here.duty, here.at)
    places = ladder_of(here.team.pk, here.duty, here.at)
    context = {
        "team": here.team,
        "duty": DutyKind(here.duty).label,
        "teams": [(t.name, address("ladder", t, here.duty), t == here.team) for t in here.teams],
        "duties": [(d.label, address("ladder", here.team, d), d == here.duty) for d in DutyKind],
        "stages": [(Stage(s).label, gate) for s, gate in _gates(here.team)],
        "places": [_place(p, here) for p in places],
        "pairings": [_pairing(p, here) for p in pairings_ahead(here.team.pk, here.duty, here.at)],
        "lead": _lead(curve),
        "curve": _steps(curve),
        "points": [(f"{day:%-d %b %Y}", people) for day, people in curve],
        "has_curve": bool(places),
        "csv_url": address("ladder_csv", here.team, here.duty),
        "take_back_url": address_of("take-back-pairing", here),
        "verbs": verbs,
        "refusal": refusal if not verb else None,
        "idempotency_key": fresh_key(),
    }
    return render(
        request, "oncall/ladder.html", context, status=refused.status if refused else status
    )


def address_of(verb: str, here: Here) -> str:
    path = reverse("ladder_act", args=[verb])
    return f"{path}?team={here.team.slug}&duty={here.duty}"


def _gates(team: Team) -> list[tuple[str, str]]:
    gates = gates_of(team.pk)
    found = [(OBSERVE, "nothing: look and ask")]
    for stage in Stage.values[1:]:
        gate, parts = gates[stage], []
        if gate.shifts:
            parts.append(f"{gate.shifts} accompanied {'shift' if gate.shifts == 1 else 'shifts'}")
        parts += [f"a {kind} seen" for kind in gate.incidents]
        parts += ["a mentor's word"] * gate.mentor_word + ["their own word"] * gate.own_word
        found.append((stage, ", ".join(parts) or "nothing"))
    return found


def _place(place: Place, here: Here) -> tuple[str, str, str, str]:
    """Who, which stage, since when, and what is missing for the next; that last for who has a part in it."""
    own = place.person.pk == here.who.person_id
    left = ""
    if place.next and place.stage not in QUALIFIED and (own or here.leads):
        left = ", ".join(place.missing) or f"ready for “{Stage(place.next).label}”"
    since = on_day(timezone.localdate(place.since), here.at.date())
    return str(place.person), Stage(place.stage).label, since, left


def _pairing(row: Pairing, here: Here) -> tuple[str, str, str, int | None]:
    may = policy.may_take_back_pairing(here.who, here.team, row.trainee_id, row.mentor_id)
    return str(row.trainee), str(row.mentor), span_words(row), None if may else row.pk


def _lead(curve: list[tuple[Any, int]]) -> str:
    first, last = curve[0][1], curve[-1][1]
    people = "person takes" if last == 1 else "people take"
    change = "as a year ago" if first == last else f"{first} a year ago"
    return f"{last} {people} turns at this duty alone, {change}."


def _steps(curve: list[tuple[Any, int]]) -> dict[str, Any]:
    """The picture of it: a line that steps from month to month."""
    scale = upright(max(4, *(n for _, n in curve)))  # people are whole
    slot = (WIDTH - LEFT) / max(len(curve), 1)
    points = []
    for i, (_, people) in enumerate(curve):
        y = said(scale.height(people))
        points += [f"{said(LEFT + i * slot)},{y}", f"{said(LEFT + (i + 1) * slot)},{y}"]
    names = [
        Label(said(LEFT + (i + 0.5) * slot), said(HEIGHT - 6), f"{day:%b}")
        for i, (day, _) in enumerate(curve)
        if i % 2 == 0
    ]
    return {
        "width": WIDTH, "height": HEIGHT, "left": LEFT, "floor": said(FLOOR),
        "line": " ".join(points), "scale": scale.labels, "names": names,
    }  # fmt: skip
