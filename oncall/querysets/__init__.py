"""Who holds which duty, and what a person may draw on at a moment."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from psycopg2.extras import DateTimeTZRange

from foundation.errors import NotFound
from foundation.statements import Statement
from oncall.models import Duty
from oncall.rules import Standing
from teams.lifecycle import PersonKind, Readers, TeamKind
from teams.models import Person, Team


def holder(team_id: int, duty: str, at: datetime) -> Person | None:
    """The person who holds this duty of this team at this moment; None is a gap."""
    held = Duty.objects.filter(team_id=team_id, duty=duty, during__contains=at)
    found = held.select_related("person").first()
    return found.person if found else None


def on_duty(team_ids: Iterable[int], at: datetime) -> QuerySet[Duty]:
    """Every duty of these teams that is held at this moment, with its person."""
    return (
        Duty.objects.filter(team_id__in=list(team_ids), during__contains=at)
        .select_related("person", "team")
        .order_by("team_id", "duty", "pk")
    )


class Held(NamedTuple):
    """A duty that is held now, as the frame of every page says it."""

    duty: str
    holder: str
    until: datetime


_HELD = Statement(
    "held",
    """
    SELECT d.duty, coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), p.username),
        upper(d.during)
    FROM oncall_duty d JOIN teams_person p ON p.id = d.person_id
    WHERE d.team_id = %(team)s AND d.during @> %(at)s
    """,
    team="bigint",
    at="timestamptz",
)


def held(team_id: int, at: datetime) -> dict[str, Held]:
    """duty -> who holds it of this team at this moment; a duty that nobody holds is absent."""
    return {row[0]: Held(*row) for row in _HELD.rows(team=team_id, at=at)}


STANDING = """
    SELECT 'role', team_id, role FROM teams_membership WHERE person_id = %(person)s
    UNION ALL
    SELECT 'duty', team_id, duty FROM oncall_duty WHERE person_id = %(person)s AND during @> %(at)s
    UNION ALL
    SELECT 'delivery', id, kind FROM teams_team WHERE kind = 'delivery' AND id IN
        (SELECT team_id FROM teams_membership WHERE person_id = %(person)s)
    UNION ALL
    SELECT readers, id, array_to_string(array_remove(reading_roles, 'reporter'), ',') FROM teams_team
    WHERE kind = 'delivery' AND readers IN ('company', 'restricted')
    UNION ALL
    SELECT 'stands_in', d.team_id, d.duty FROM oncall_duty d
    WHERE d.person_id = %(person)s AND d.duty = 'on_call' AND d.during @> %(at)s AND NOT EXISTS
        (SELECT FROM oncall_duty r WHERE r.team_id = d.team_id AND r.duty = 'release_manager' AND r.during @> %(at)s)
"""


_STANDING = Statement("standing", STANDING, person="bigint", at="timestamptz")


def standing(person: Person, at: datetime) -> Standing:
    """Roles and duties of a person at a moment, in one query."""
    return standing_from(person, _STANDING.rows(person=person.pk, at=at), at)


def own_delivery_team(slug: str, person: Person, at: datetime) -> Team:
    """A delivery team that the person belongs to: its settings are read by its own people."""
    return delivery_team_among(slug, standing(person, at).teams)


def delivery_team_among(slug: str, teams: Collection[int]) -> Team:
    """The delivery team of this name among those with these keys, or the refusal that does not say whether it is."""
    found = Team.objects.filter(slug=slug, kind=TeamKind.DELIVERY, pk__in=teams).first()
    if found is None:
        raise NotFound("There is no such delivery team, or it is not yours.")
    return found


def standing_from(person: Person, rows: Iterable[tuple[Any, ...]], at: datetime) -> Standing:
    """Build a Standing of (kind, team, value) rows; inactive people stand nowhere."""
    rows = list(rows) if person.is_active else []
    return Standing(
        person_id=person.pk,
        human=person.is_human,
        system=person.kind == PersonKind.SYSTEM,
        at=at,
        roles=frozenset((team, value) for kind, team, value in rows if kind == "role"),
        duties=frozenset((team, value) for kind, team, value in rows if kind == "duty"),
        delivery=frozenset(team for kind, team, _ in rows if kind == "delivery"),
        holding={team: int(value) for kind, team, value in rows if kind == "holding"},
        stands_in=frozenset(team for kind, team, _ in rows if kind == "stands_in"),
        company=frozenset(team for kind, team, _ in rows if kind == Readers.COMPANY),
        restricted={
            team: tuple(filter(None, value.split(",")))
            for kind, team, value in rows
            if kind == Readers.RESTRICTED
        },
    )


def work_read_by(who: Standing, team: str = "team__") -> Q:
    """Whose work a person reads inside: their own teams', and for a delivery team's people, of teams that the
    company reads. `team` leads from the row to its team; it is empty for teams themselves.

    The policies' `sees_inside` says the same of one thing.
    """
    seen = Q(**{f"{team}pk__in": who.teams})
    if who.works_in_delivery:
        seen |= Q(**{f"{team}readers": Readers.COMPANY})
    return seen


def teams_read_by(who: Standing) -> list[Team]:
    """The delivery teams whose work a person reads inside, with their calendars: their own first."""
    found = Team.objects.filter(work_read_by(who, ""), kind=TeamKind.DELIVERY)
    rows = found.select_related("calendar")
    return sorted(rows, key=lambda team: (team.pk not in who.teams, team.name, team.pk))


def readable_teams(who: Standing) -> QuerySet[Team]:
    """Whose schedule they read: a delivery team's people everybody's, others those that they belong to."""
    found = Team.objects.filter(kind=TeamKind.DELIVERY).order_by("name", "pk")
    return found if who.works_in_delivery else found.filter(pk__in=who.teams)


def duties_between(team_id: int, first: datetime, last: datetime) -> list[tuple[str, int, Any]]:
    """(duty, person, during) of every duty of a team that is held in this span."""
    span = DateTimeTZRange(first, last, "[]")
    held = Duty.objects.filter(team_id=team_id, during__overlap=span).order_by("during", "pk")
    return list(held.values_list("duty", "person_id", "during"))
