"""The scheme of categories as a team uses it: how often each, and how alike two people give them (PM-9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from oncall.rules import Standing
from postmortems.lifecycle import WRITTEN, Category, State
from postmortems.models import Factor, PostMortem, SecondCoding
from postmortems.querysets import visible_to
from postmortems.rules.agreement import Agreement, agreement


@dataclass(frozen=True)
class Used:
    """A category, how many factors have it, and in how many post-mortems."""

    category: str
    factors: int
    post_mortems: int


def used(who: Standing, team_id: int) -> list[Used]:
    """The categories of all that is written, most factors first."""
    rows = _factors(who, team_id).values("category")
    told = rows.annotate(n=Count("pk"), of=Count("post_mortem", distinct=True))
    found = [Used(Category(row["category"]).label, row["n"], row["of"]) for row in told.order_by()]
    return sorted(found, key=lambda one: (-one.factors, one.category))


def agreed(who: Standing, team_id: int) -> Agreement:
    """Both categories of every factor that was read twice: pairs without names."""
    pairs = SecondCoding.objects.filter(factor__in=_factors(who, team_id)).order_by("pk")
    return agreement(pairs.values_list("factor__category", "category"))


def to_be_read_again(who: Standing, team_id: int, *, most: int = 20) -> Sequence[PostMortem]:
    """Published ones with factors that nobody read twice, and that this person neither wrote nor reviewed."""
    rows = _of_team(who, team_id).filter(
        Exists(Factor.objects.filter(post_mortem=OuterRef("pk"))),
        ~Exists(SecondCoding.objects.filter(factor__post_mortem=OuterRef("pk"))),
        state=State.PUBLISHED,
    )
    return list(rows.exclude(author=who.person_id).exclude(reviewer=who.person_id)[:most])


def statements(thing: PostMortem) -> list[tuple[int, str]]:
    """What the second reader is shown: key and words of each factor, and no category."""
    return list(thing.factors.order_by("pk").values_list("pk", "statement"))


def _of_team(who: Standing, team_id: int) -> QuerySet[PostMortem]:
    return visible_to(who).filter(Q(bug__team=team_id) | Q(area__team=team_id))


def _factors(who: Standing, team_id: int) -> QuerySet[Factor]:
    return Factor.objects.filter(post_mortem__in=_of_team(who, team_id).filter(state__in=WRITTEN))
