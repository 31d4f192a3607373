"""Whose figures a person reads."""

from collections.abc import Sequence

from django.db.models import Q

from oncall.rules import Standing
from teams.lifecycle import Readers, TeamKind
from teams.models import Team


def teams_read_by(who: Standing) -> Sequence[Team]:
    """The delivery teams whose sprints this person sees inside (`sprints.policy.sees_inside`), with calendars."""
    seen = Q(pk__in=who.teams)
    if who.works_in_delivery:
        seen |= Q(readers=Readers.COMPANY)
    rows = Team.objects.filter(seen, kind=TeamKind.DELIVERY)
    return list(rows.select_related("calendar").order_by("name", "pk"))
