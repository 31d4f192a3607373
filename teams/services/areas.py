"""Verbs on product areas: set up, rename, name expert, remove expert."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken
from foundation.locking import locked
from journal import services as journal
from teams import policy
from teams.events import AreaRenamed, AreaSetUp, ExpertNamed, ExpertRemoved
from teams.lifecycle import TeamKind
from teams.models import AreaExpert, Person, ProductArea, Team
from teams.querysets import roles_of

AREAS = ProductArea.objects.select_related("team")
LONGEST_SLUG = 70


@transaction.atomic
def set_up_area(
    team: Team, *, name: str, by: Person, at: datetime, source: str = "web"
) -> ProductArea:
    """A new part of the product, which this delivery team answers for."""
    _allow(policy.may_set_up_area(roles_of(by), team))
    if team.kind != TeamKind.DELIVERY:
        raise RuleBroken(f"{team.name} is a support team; areas belong to delivery teams.")
    name = _said(name)
    area = ProductArea(team=team, name=name, slug=_free_slug(name, team))
    _save(area)
    fact = AreaSetUp(area=name, team=team.slug)
    journal.record(fact, subject=area.pk, by=by, at=at, source=source)
    return area


@transaction.atomic
def rename_area(
    area_id: int, *, name: str, by: Person, at: datetime, source: str = "web"
) -> ProductArea:
    """Another name; the slug stays, because tools and addresses use it."""
    area = locked(AREAS, area_id)
    _allow(policy.may_rename_area(roles_of(by), area.team))
    was, area.name = area.name, _said(name)
    if area.name == was:
        return area
    _save(area)
    fact = AreaRenamed(area=area.name, was=was)
    journal.record(fact, subject=area.pk, by=by, at=at, source=source)
    return area


@transaction.atomic
def name_expert(
    area_id: int, *, person: Person, by: Person, at: datetime, source: str = "web"
) -> ProductArea:
    """This person of the team knows the area; naming twice changes nothing."""
    area = locked(AREAS, area_id)
    _allow(policy.may_name_expert(roles_of(by), area.team))
    if not person.memberships.filter(team_id=area.team_id).exists():
        raise RuleBroken(f"{person} is not in {area.team.name}.")
    _, new = AreaExpert.objects.get_or_create(area=area, person=person)
    if new:
        fact = ExpertNamed(person=person.username)
        journal.record(fact, subject=area.pk, by=by, at=at, source=source)
    return area


@transaction.atomic
def remove_expert(
    area_id: int, *, person: Person, by: Person, at: datetime, source: str = "web"
) -> ProductArea:
    """No longer an expert; removing twice changes nothing."""
    area = locked(AREAS, area_id)
    _allow(policy.may_remove_expert(roles_of(by), area.team))
    gone, _ = AreaExpert.objects.filter(area=area, person=person).delete()
    if gone:
        fact = ExpertRemoved(person=person.username)
        journal.record(fact, subject=area.pk, by=by, at=at, source=source)
    return area


def _allow(refusal: str | None) -> None:
    if refusal:
        raise NotAllowed(refusal)


def _said(name: str) -> str:
    if not name.strip():
        raise Invalid({"name": ["Give the area a name."]})
    return name.strip()


def _free_slug(name: str, team: Team) -> str:
    """The name as an address; with the team's, then with a number, when another area has it."""
    base = slugify(name)[:LONGEST_SLUG] or f"area-of-{team.slug}"[:LONGEST_SLUG]
    taken = set(
        ProductArea.objects.filter(slug__startswith=base[:40]).values_list("slug", flat=True)
    )
    tries = [base, f"{base}-{team.slug}"[: LONGEST_SLUG + 5]]
    tries += [f"{base}-{n}" for n in range(2, len(taken) + 3)]
    return next(slug for slug in tries if slug not in taken)


def _save(area: ProductArea) -> None:
    try:
        with transaction.atomic():
            area.save()
    except IntegrityError as error:
        if "area_name_once_per_team" not in str(error):
            raise
        raise Conflict(f"{area.team.name} already has an area called {area.name}.") from error
