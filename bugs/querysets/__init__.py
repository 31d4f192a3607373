"""Reading bugs, what they owe, and the versions that bring their fixes."""

from bugs.querysets.loans import (
    customer_workaround,
    loans_of,
    loans_visible_to,
    mitigations_of,
    open_loans,
    overdue_from,
    overdue_loans,
    soon_due,
    with_customer_words,
)
from bugs.querysets.pairing import who_would_pair
from bugs.querysets.reading import (
    agreement_due,
    asked_about,
    awaiting_schedule,
    in_sprint,
    last_plan,
    planned_points,
    plans_of,
    plans_waiting_for,
    suggested_price,
    verdict_on,
    visible_to,
    way_on,
)
from bugs.querysets.releases import (
    next_release,
    releases_visible_to,
    reports_answered_by,
    to_be_released,
)

__all__ = [
    "agreement_due",
    "asked_about",
    "awaiting_schedule",
    "customer_workaround",
    "in_sprint",
    "last_plan",
    "loans_of",
    "loans_visible_to",
    "mitigations_of",
    "next_release",
    "open_loans",
    "overdue_from",
    "overdue_loans",
    "planned_points",
    "plans_of",
    "plans_waiting_for",
    "releases_visible_to",
    "reports_answered_by",
    "soon_due",
    "suggested_price",
    "to_be_released",
    "verdict_on",
    "visible_to",
    "way_on",
    "who_would_pair",
    "with_customer_words",
]
