"""Where a person may file: the product areas, and the one that a report goes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import (
    Case,
    IntegerField,
    Model,
    Q,
    QuerySet,
    Value,
    When,
)

from foundation.statements import Statement
from oncall.rules import Standing
from teams.lifecycle import Readers
from teams.models import BusinessCalendar, ProductArea, Team


def areas_visible_to(who: Standing) -> QuerySet[ProductArea]:
    """The areas that a person may file into, those of their own teams first.

    Support files into every delivery team; others into their own and those that the company reads.
    """
    own = Q(team_id__in=who.teams)
    areas = ProductArea.objects.select_related("team", "team__calendar")
    if not who.roles:
        return areas.none()
    if not _files_everywhere(who):
        areas = areas.filter(own | Q(team__readers=Readers.COMPANY))
    elsewhere = Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
    return areas.annotate(elsewhere=elsewhere).order_by("elsewhere", "team__name", "name", "pk")


def _files_everywhere(who: Standing) -> bool:
    return not all(team in who.delivery for team, _ in who.roles)


_DESTINATION = Statement(
    "destination",
    """
    SELECT a.id, a.slug, a.name, t.id, t.slug, t.name, t.readers, t.investigation_limit, c.id, c.version,
        (SELECT p.id FROM problem_reports_policyversion p WHERE p.team_id = t.id
         ORDER BY p.number DESC LIMIT 1),
        (SELECT f.slug FROM teams_team f WHERE f.id = %(filing_team)s)
    FROM teams_productarea a JOIN teams_team t ON t.id = a.team_id
    JOIN teams_businesscalendar c ON c.id = t.calendar_id WHERE a.slug = %(slug)s
    """,
    slug="text",
    filing_team="bigint",
)


Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Destination:
    """From which team to where a report is filed: an area with its team and calendar, and the policy."""

    filing_team: Team
    area: ProductArea
    policy_version: int | None


def destination(who: Standing, slug: str) -> Destination | None:
    """The area of this slug, if this person may file into it: one statement, for every filing asks."""
    filing_team = _filing_team(who)
    found = _DESTINATION.rows(slug=slug, filing_team=filing_team)
    if not found:
        return None
    ((area_id, area_slug, area_name, *rest),) = found
    *of_team, calendar, calendar_version, policy_version, filing_slug = rest
    team = _row(Team, "id slug name readers investigation_limit", of_team)
    own = team.pk in who.teams or team.readers == Readers.COMPANY
    if not (own or _files_everywhere(who)):
        return None
    team.calendar = _row(BusinessCalendar, "id version", (calendar, calendar_version))
    area = _row(ProductArea, "id slug name team_id", (area_id, area_slug, area_name, team.pk))
    area.team = team
    return Destination(_row(Team, "id slug", (filing_team, filing_slug)), area, policy_version)


def _filing_team(who: Standing) -> int:
    """The support team of the person, else any team of theirs."""
    own = {team for team, _ in who.roles}
    return min(own - who.delivery or own)


def _row(of: type[Row], columns: str, values: Sequence[Any]) -> Row:
    """A row with some of its columns; Django asks for the others if anybody wants them."""
    given = dict(zip(columns.split(), values, strict=True))
    names = [f.attname for f in of._meta.concrete_fields if f.attname in given]
    return of.from_db("default", names, [given[name] for name in names])
