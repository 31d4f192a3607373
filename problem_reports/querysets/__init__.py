"""Reading reports: who sees which, the queues, where one may file, what stands around a report, and lateness."""

from problem_reports.querysets.destinations import (
    Destination,
    areas_visible_to,
    destination,
)
from problem_reports.querysets.foresight import Foreseen, counted_by, foreseen
from problem_reports.querysets.histories import (
    Around,
    answered_by,
    answered_by_each,
    around,
    bugs_of,
    chain_from,
    customers_of,
    history,
    originals_of,
    promises_of,
)
from problem_reports.querysets.lateness import told_late, told_late_within
from problem_reports.querysets.reading import (
    PARTIES,
    awaits_filing_team,
    candidates,
    held_by,
    left_lying,
    may_be_taken,
    owing_cause,
    to_be_investigated,
    viewer,
    visible_to,
    with_card,
)

__all__ = [
    "PARTIES",
    "Around",
    "Destination",
    "Foreseen",
    "answered_by",
    "answered_by_each",
    "areas_visible_to",
    "around",
    "awaits_filing_team",
    "bugs_of",
    "candidates",
    "chain_from",
    "counted_by",
    "customers_of",
    "destination",
    "foreseen",
    "held_by",
    "history",
    "left_lying",
    "may_be_taken",
    "originals_of",
    "owing_cause",
    "promises_of",
    "to_be_investigated",
    "told_late",
    "told_late_within",
    "viewer",
    "visible_to",
    "with_card",
]
