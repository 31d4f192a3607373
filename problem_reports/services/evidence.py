"""What *classify* is told beside the outcome: each outcome asks for its own evidence (PR-2)."""

from dataclasses import dataclass
from decimal import Decimal

from foundation.errors import Invalid, need
from problem_reports import rules
from sprints.rules.reserve import out_of_range
from teams.models import ProductArea

#: What the column of hours holds.
MOST_HOURS = Decimal("99999.99")


@dataclass(frozen=True)
class NewBug:
    """What a confirmed defect needs beside its report."""

    title: str
    priority: str
    confirmed_by_steps: str
    product_area: ProductArea | None = None


def check(
    outcome: str,
    message: str,
    hours: Decimal,
    bug: NewBug | None,
    existing_bug: int | None,
    duplicate_of: int | None,
    already_fixed_in: str,
    item_title: str,
    item: int | None,
) -> None:
    """The shape: each outcome with its own evidence and no other's, in words and amounts that fit."""
    given = {
        "bug": bug,
        "existing_bug": existing_bug,
        "duplicate_of": duplicate_of,
        "already_fixed_in": already_fixed_in.strip(),
        "item_title": item_title.strip(),
        "item": item,
    }
    wrong = rules.evidence_refused(outcome, {name for name, value in given.items() if value})
    if bug is not None and not (bug.title.strip() and bug.confirmed_by_steps.strip()):
        wrong["bug"] = "A bug needs a title, and how it was confirmed."
    if refused := out_of_range(hours, most=MOST_HOURS):
        wrong["hours"] = refused
    if wrong:
        raise Invalid({field: [words] for field, words in wrong.items()})
    need(message=message)
