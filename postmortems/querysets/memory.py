"""What was learnt before (PM-9): earlier post-mortems that are like one, and what became of their actions."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from oncall.rules import Standing
from postmortems.lifecycle import WRITTEN
from postmortems.models import Action, Factor, PostMortem
from postmortems.querysets import visible_to
from postmortems.rules.similar import Likeness, Marks, similar


@dataclass(frozen=True)
class Before:
    """An earlier post-mortem, and what it shares with the one that is read."""

    thing: PostMortem
    like: Likeness
    #: How many of its actions are in each state.
    actions: Counter[str]


def similar_before(one: PostMortem, who: Standing) -> list[Before]:
    """Of those that were asked for earlier and that this person reads, the most alike first.

    Aggregate reviews count like those of a bug. Of those that are only asked for or waived nothing was learnt.
    """
    earlier = visible_to(who).filter(pk__lt=one.pk, state__in=WRITTEN)
    areas = {
        key: bugs or own
        for key, bugs, own in earlier.values_list("pk", "bug__product_area", "area")
    }
    categories: dict[int, set[str]] = defaultdict(set)
    factors = Factor.objects.filter(post_mortem__in=[*areas, one.pk]).order_by("pk")
    for key, category in factors.values_list("post_mortem", "category"):
        categories[key].add(category)
    mine = Marks(one.pk, one.product_area.pk, frozenset(categories[one.pk]))
    others = [Marks(key, area, frozenset(categories[key])) for key, area in areas.items()]
    found = similar(mine, others)
    things = earlier.in_bulk([like.key for like in found])
    actions: dict[int, Counter[str]] = defaultdict(Counter)
    for key, state in Action.objects.filter(post_mortem__in=things).values_list(
        "post_mortem", "state"
    ):
        actions[key][state] += 1
    return [Before(things[like.key], like, actions[like.key]) for like in found]
