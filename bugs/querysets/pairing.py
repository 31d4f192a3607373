"""Whom to send to an injected bug together (BUG-8)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain

from bugs import rules
from bugs.models import Bug
from oncall.models import DutyKind
from oncall.querysets import holder
from teams.models import Person

A_YEAR = timedelta(days=365)


def who_would_pair(bug: Bug, at: datetime, developers: Iterable[Person]) -> rules.Pair | None:
    """Whom to propose for an injected bug, so that one more knows its area (BUG-8).

    `bug` comes with its area, `developers` are its team's.

    How often each has met the area orders them, and is told to nobody.
    """
    on_call = holder(bug.team_id, DutyKind.ON_CALL, at)
    experts = {p.pk: str(p) for p in bug.product_area.experts.order_by("username")}
    lately = Bug.objects.filter(product_area=bug.product_area_id, fixed_at__gt=at - A_YEAR)
    times = Counter(chain.from_iterable(lately.values_list("fixed_by", "paired_with")))
    others = [p for p in developers if p.pk not in experts]
    others.sort(key=lambda p: (times[p.pk], p.username))
    return rules.who_pairs(
        on_call=str(on_call) if on_call else None,
        experts=list(experts.values()),
        others=[str(p) for p in others],
        area=bug.product_area.name,
    )
