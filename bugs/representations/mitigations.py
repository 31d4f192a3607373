"""How customers are kept from a bug, and what is owed for it, as the API shows it: the last way first."""

from typing import Any

from bugs.models import Bug, Loan
from bugs.querysets import mitigations_of
from channels.rest.plain import day, moment
from foundation.references import reference


def mitigations(bug: Bug) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind,
            "what": one.what,
            "why": one.why,
            "behaviour": one.behaviour,
            "by": one.by.username,
            "at": moment(one.at),
            "loan": loan_terms(one.loan) if hasattr(one, "loan") else None,
        }
        for one in mitigations_of(bug)
    ]


def loan_terms(loan: Loan) -> dict[str, Any]:
    cleanup = loan.cleanup_item
    return {
        "loan": loan.pk,
        "state": loan.state,
        "agreed": [p.username for p in loan.agreed_by.all()],
        "due_on": day(loan.due_on),
        "first_due_on": day(loan.first_due_on),
        "extensions": loan.extensions,
        "fix_item": loan.fix_item.reference,
        "cleanup_item": cleanup.reference if cleanup else None,
        "cleanup_because": loan.cleanup_because,
        "ended_on": day(loan.ended_on),
    }


def loan_listed(loan: Any) -> dict[str, Any]:
    """`loan` as `loans_visible_to` reads it."""
    return loan_terms(loan) | {
        "bug": reference("BUG", loan.bug_id),
        "team": loan.bug.team.slug,
        "kind": loan.kind,
        "overdue": loan.overdue,
    }
