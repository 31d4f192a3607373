"""What the database refuses, as a sentence (HOUSE, decision 6).

The services look first, so that people read the right words; this is for the race that they lost and
for the constraint that only the database can hold. Nothing here may become a 500.
"""

from django.db import (
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)

from foundation.errors import Conflict, Invalid, Refused, RuleBroken

UNIQUE, EXCLUSION, CHECK, FOREIGN, NOT_NULL = "23505", "23P01", "23514", "23503", "23502"
#: Somebody holds the row longer than we wait; two waited for each other; the statement took too long.
BUSY = {"55P03", "40P01", "40001", "57014"}
#: A state guard's own refusal (pgtrigger raises it), and the append-only triggers'.
RAISED, GUARDED = "P0001", "23000"

SENTENCES = {
    "reserve_never_below_zero": "The reserve of the sprint does not cover this.",
    "one_running_sprint": "Another sprint of this team is running.",
    "duty_has_one_holder": "Somebody else holds this duty during a part of that time.",
    "customer_name_any_case": "This customer was added in this very moment; please send it again.",
    "classification_numbered": "It was classified in this very moment; look at it again.",
    "duplicate_never_of_itself": "A report is never a duplicate of itself.",
    "link_once_per_bug": "This link is there already.",
}


class Busy(Refused):
    """The rows are being changed by somebody else just now, or the database is not there."""

    status = 503
    title = "Busy: please send it again"


def as_refusal(error: Error) -> Refused | None:
    """The refusal that a database error means, or None when it is a mistake of our own."""
    cause = error.__cause__
    code = getattr(cause, "pgcode", None) or ""
    if code in BUSY:
        return Busy("Somebody else is changing this just now; send it again.", retry_after=1)
    if isinstance(error, OperationalError | InterfaceError):
        return Busy("The database does not answer just now; send it again.", retry_after=5)
    if isinstance(error, DataError):
        return Invalid({"body": ["A value is too large or has characters that cannot be stored."]})
    name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    if isinstance(error, IntegrityError):
        return _of_constraint(code, name)
    if isinstance(error, InternalError) and code == RAISED:
        return Conflict("Its state changed in this very moment; look at it again.")
    return None


def _of_constraint(code: str, name: str) -> Refused | None:
    words = SENTENCES.get(name, "")
    if code in (UNIQUE, EXCLUSION):
        return Conflict(
            words or "Somebody else has done this in this very moment; look at it again."
        )
    if code == FOREIGN:
        return Conflict(words or "Something that this names is gone; look at it again.")
    if code in (CHECK, NOT_NULL):
        return RuleBroken(words or "A rule that the database keeps does not allow this.")
    if code == GUARDED:
        return Conflict(words or "History never changes.")
    return None
