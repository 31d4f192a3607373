"""A bug as the API shows it: whole to who reads inside, `{reference, state, promise}` to others (L1)."""

from typing import Any

from django.db.models import Count

from bugs import policy
from bugs.lifecycle import OPEN
from bugs.models import Bug
from bugs.promises import Promise, fix_promise
from bugs.querysets import customer_workaround
from bugs.representations.mitigations import mitigations
from bugs.representations.plans import plans
from bugs.representations.releases import in_version
from channels.rest.plain import amount, day, hyphens, moment
from foundation.references import reference
from oncall.rules import Standing


def promise(given: Promise) -> dict[str, Any]:
    """A dated promise, with every earlier date that it had."""
    return {
        "kind": given.kind,
        "label": given.label,
        "state": given.state,
        "due_at": moment(given.due_at),
        "due_on": day(given.due_on),
        "started_at": moment(given.started_at),
        "kept_at": moment(given.kept_at),
        "kept_by": given.kept_by_event,
        "words": given.words,
        "paused_since": moment(given.paused_since),
        "paused_why": given.paused_why or None,
        "slips": [
            {"due_at": moment(s.due_at), "until": moment(s.until), "because": hyphens(s.because)}
            for s in given.slips
        ],
    }


def outside(bug: Bug) -> dict[str, Any]:
    """All that a reader outside the delivery team sees of a bug (issue 2 §4)."""
    return {
        "reference": bug.reference,
        "state": bug.state,
        "promise": promise(fix_promise(bug)),
        "workaround": _workaround(bug),
    }


def _workaround(bug: Bug) -> str | None:
    """What customers may be told until it is fixed; lists have read it with the bug."""
    if bug.state not in OPEN:
        return None
    if not hasattr(bug, "for_customers"):
        return customer_workaround(bug.pk) or None
    return bug.for_customers or None


def card(bug: Bug, who: Standing) -> dict[str, Any]:
    """One row of a list; `bug` comes with team, area, sprint and who fixed it."""
    if not policy.sees_inside(who, bug):
        return outside(bug)
    shown = outside(bug)
    return shown | {
        "version": bug.version,
        "title": bug.title,
        "team": bug.team.slug,
        "product_area": bug.product_area.slug,
        "priority": bug.priority,
        "estimate": amount(bug.estimate),
        "unit": bug.team.unit,
        "sprint": bug.sprint.reference if bug.sprint else None,
        "injected_at_price": amount(bug.injected_at_price),
        "paired_with": bug.paired_with.username if bug.paired_with else None,
        "p1_way": bug.p1_way,
        "p1_done_as": bug.p1_done_as,
        "plan_state": bug.plan_state or None,
        "owes": bug.owes,
        "release": in_version(bug.release) if bug.release else None,
        "review_on": day(bug.review_on),
        "opened_at": moment(bug.opened_at),
        "fixed_by": bug.fixed_by.username if bug.fixed_by else None,
        "fixed_at": moment(bug.fixed_at),
        "verified_at": moment(bug.verified_at),
        "promises": [shown["promise"]],
        "allowed": [hyphens(v) for v in policy.allowed(who, bug)],
    }


def whole(bug: Bug, who: Standing) -> dict[str, Any]:
    """The bug with its links and the reports that it explains."""
    shown = card(bug, who)
    if not policy.sees_inside(who, bug):
        return shown
    judged = list(bug.classifications.order_by("pk").values_list("pk", "report_id", "living_for"))
    # Upward by the names of reverse relations, never by an import (HOUSE, Reading upward).
    customers = bug.classifications.filter(living_for__isnull=False).aggregate(
        n=Count("living_for__affected__customer", distinct=True)
    )
    return shown | {
        "plans": plans(bug),
        "mitigations": mitigations(bug),
        "how_confirmed": bug.how_confirmed,
        "opened_by": next((reference("PR", r) for pk, r, _ in judged if pk == bug.opened_by), None),
        "reports": [reference("PR", report) for _, report, living in judged if living],
        "customers_count": customers["n"],
        "links": list(bug.links.order_by("pk").values_list("url", flat=True)),
    }
