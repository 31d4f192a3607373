"""Somebody reads the factors again and says their categories, without being shown the first ones (PM-9)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from foundation.errors import Conflict, Invalid
from postmortems.events import FactorsCategorised
from postmortems.lifecycle import Category
from postmortems.models import Factor, PostMortem, SecondCoding
from postmortems.services._act import begin, finish
from teams.models import Person


@transaction.atomic
def categorise(
    post_mortem_id: int,
    *,
    categories: Mapping[int, str],
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """`categories`: factor -> category, for every factor of it, once; it never changes afterwards."""
    if unknown := {*categories.values()} - {*Category.values}:
        raise Invalid({"categories": [f"There is no category {min(unknown)}."]})
    thing = begin(post_mortem_id, "categorise", by=by, at=at, version=version)
    factors = list(Factor.objects.filter(post_mortem=thing).order_by("pk"))
    if SecondCoding.objects.filter(factor__in=factors).exists():
        raise Conflict("Somebody has categorised these factors a second time already.")
    if not factors or {factor.pk for factor in factors} != {*categories}:
        raise Invalid({"categories": ["Say the category of every factor, and of nothing else."]})
    SecondCoding.objects.bulk_create(
        SecondCoding(factor=factor, category=categories[factor.pk], by=by, at=at)
        for factor in factors
    )
    return finish(thing, FactorsCategorised(factors=len(factors)), by=by, at=at, source=source)
