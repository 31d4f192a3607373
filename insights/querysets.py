"""Whose figures a person reads."""

from collections.abc import Sequence

from oncall.querysets import work_read_by
from oncall.rules import Standing
from teams.lifecycle import TeamKind
from teams.models import Team


def teams_read_by(who: Standing) -> Sequence[Team]:
    """The delivery teams whose sprints this person sees inside (`sprints.policy.sees_inside`), with calendars."""
    rows = Team.objects.filter(work_read_by(who, ""), kind=TeamKind.DELIVERY)
    return list(rows.select_related("calendar").order_by("name", "pk"))
