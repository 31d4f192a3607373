"""The verb on what counts in a team's balance of duties (ONC-5)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from foundation.amounts import plain
from foundation.errors import Invalid, NotAllowed, Stale
from foundation.locking import locked
from journal import services as journal
from oncall.events.fairness import TeamFairnessWeightsSet
from oncall.models import FairnessWeights
from oncall.policy.fairness import may_set_fairness_weights
from oncall.querysets import standing
from oncall.querysets.fairness import weights_of
from oncall.rules.fairness import CLASSES, DAY, NAMES
from teams.models import Person, Team

MOST = Decimal(20)


@transaction.atomic
def set_fairness_weights(
    team_id: int,
    *,
    changes: Mapping[str, Decimal],
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> FairnessWeights:
    """Points an hour of a class or a page; what is left out or the same stays. The past is counted anew with them."""
    team = locked(Team.objects.all(), team_id)
    if refusal := may_set_fairness_weights(standing(by, at), team):
        raise NotAllowed(refusal)
    kept = weights_of(team)
    if version is not None and version != kept.version:
        raise Stale("Somebody changed this since you opened it.")
    _check(changes)
    told = {n: v for n, v in changes.items() if v != Decimal(str(getattr(kept, n)))}
    if not told:
        return kept
    for name, value in told.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.save()
    words = tuple(f"{NAMES[name]} {plain(value)}" for name, value in told.items())
    journal.record(
        TeamFairnessWeightsSet(changed=words), subject=team.pk, by=by, at=at, source=source
    )
    return kept


def _check(changes: Mapping[str, Decimal]) -> None:
    wrong: dict[str, list[str]] = {}
    for name, value in changes.items():
        if name not in CLASSES:
            wrong[name] = ["There is no such class."]
        elif not value.is_finite() or not 0 <= value <= MOST:
            wrong[name] = [f"From 0 to {MOST} points."]
        elif name == DAY and not value:
            wrong[name] = ["An hour by day counts more than nothing: the rest is measured by it."]
    if wrong:
        raise Invalid(wrong)
