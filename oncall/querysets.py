"""Who holds which duty, and what a person may draw on at a moment."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from oncall.models import Duty
from oncall.rules import Standing
from teams.models import Person


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


STANDING = """
    SELECT 'role', team_id, role FROM teams_membership WHERE person_id = %(person)s
    UNION ALL
    SELECT 'duty', team_id, duty FROM oncall_duty WHERE person_id = %(person)s AND during @> %(at)s
    UNION ALL
    SELECT 'delivery', id, kind FROM teams_team WHERE kind = 'delivery' AND id IN
        (SELECT team_id FROM teams_membership WHERE person_id = %(person)s)
"""


def standing(person: Person, at: datetime) -> Standing:
    """Roles and duties of a person at a moment, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"person": person.pk, "at": at})
        rows = cursor.fetchall()
    return standing_from(person, rows, at)


def standing_from(person: Person, rows: Iterable[tuple[str, int, str]], at: datetime) -> Standing:
    """Build a Standing of (kind, team, value) rows; inactive people stand nowhere."""
    rows = list(rows) if person.is_active else []
    return Standing(
        person_id=person.pk,
        human=person.is_human,
        at=at,
        roles=frozenset((team, value) for kind, team, value in rows if kind == "role"),
        duties=frozenset((team, value) for kind, team, value in rows if kind == "duty"),
        delivery=frozenset(team for kind, team, _ in rows if kind == "delivery"),
        holding={team: int(value) for kind, team, value in rows if kind == "holding"},
    )
