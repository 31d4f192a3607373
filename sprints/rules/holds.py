"""What to hold for an injected bug: what such bugs really took, before what somebody guesses (SPR-3). Pure.

Source: research/flow.md §4, "hold size at injection = P70 of actual hours for (priority, area)".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sprints.rules.reserve import CENT

SHARE = Decimal("0.7")
#: So many bugs of a kind say something about the next one.
ENOUGH = 8


@dataclass(frozen=True)
class Suggestion:
    """An amount in the sprint's unit, and what it stands on: so many bugs of one kind, or the estimate."""

    amount: Decimal
    basis: str
    n: int = 0


def suggest(
    alike: Sequence[Decimal],
    same_priority: Sequence[Decimal],
    estimate: Decimal | None,
    *,
    area: str,
    priority: str,
) -> Suggestion | None:
    """The 70th percentile of what bugs of this priority and area took, else of this priority, else the estimate.

    `alike` and `same_priority` are in the sprint's unit; None when nothing at all is known.
    """
    for taken, of in ((alike, f"{priority} bugs in {area}"), (same_priority, f"{priority} bugs")):
        if len(taken) >= ENOUGH:
            return Suggestion(percentile(taken, SHARE), f"what 7 of 10 {of} took", len(taken))
    return Suggestion(estimate, "the developers' estimate") if estimate is not None else None


def percentile(values: Sequence[Decimal], share: Decimal) -> Decimal:
    """The share-quantile, between neighbours in proportion (type 7), to the hundredth; `values` not empty."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    exact = ordered[low] + (ordered[high] - ordered[low]) * (at - low)
    return max(exact.quantize(CENT, ROUND_HALF_UP), CENT)
