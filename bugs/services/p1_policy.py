"""How the team fixes a P1, from a day on (BUG-7): the tool prices the ways, and prefers none."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from bugs import policy
from bugs.events import P1PolicyPublished
from bugs.lifecycle import P1Way
from bugs.models import P1Policy
from foundation.errors import Invalid, NotAllowed
from foundation.locking import locked
from journal import services as journal
from teams.models import Person, Team
from teams.querysets import roles_of


@transaction.atomic
def publish_p1_policy(
    team_id: int, *, way: str, since: date, by: Person, at: datetime, source: str = "web"
) -> P1Policy:
    """From `since` on each P1 that is injected is stamped with `way`; the past keeps its own."""
    team = locked(Team.objects.select_related("calendar"), team_id)
    if refusal := policy.may_publish_p1_policy(roles_of(by), team):
        raise NotAllowed(refusal)
    wrong: dict[str, list[str]] = {}
    if way not in P1Way.values:
        wrong["way"] = ["Choose one of the five ways."]
    if since < at.astimezone(ZoneInfo(team.calendar.zone)).date():
        wrong["since"] = ["What is past was done another way: begin today or later."]
    elif P1Policy.objects.filter(team=team, since=since).exists():
        wrong["since"] = ["Another way begins on that day already: choose a later one."]
    if wrong:
        raise Invalid(wrong)
    made = P1Policy.objects.create(
        team=team, way=way, since=since, published_by=by, published_at=at
    )
    fact = P1PolicyPublished(way=P1Way(way).label, since=since)
    journal.record(fact, subject=team.pk, by=by, at=at, source=source)
    return made
