"""What is owed has a date: who hears when it comes near, and when it has passed (BUG-4)."""

from collections.abc import Iterator
from datetime import date

from bugs.lifecycle import Reminded
from bugs.models import Loan
from bugs.notices.decisions import product_owners
from channels.lifecycle import Topic
from channels.registry import Letter, tells
from foundation.references import address
from journal.models import Event
from teams.querysets import members_of


@tells("bug.loan_reminded")
def to_be_paid_back(event: Event) -> Iterator[Letter]:
    """Who mitigated it, and the product owner: by then something is paid back, or the date is moved with a reason."""
    loan = Loan.objects.select_related("bug", "mitigation").get(pk=event.data["loan"])
    late = event.data["stage"] == Reminded.OVERDUE
    asked = {loan.mitigation.by_id, *(p.pk for p in product_owners(loan.bug.team_id))}
    day = f"{date.fromisoformat(event.data['due_on']):%-d %B %Y}"
    stands = f"was due on {day}" if late else f"is due on {day}"
    for person in members_of(loan.bug.team_id).filter(pk__in=asked):
        yield Letter(
            person_id=person.pk,
            subject=f"{'Overdue' if late else 'Soon due'}: what {loan.bug.reference} owes",
            body=(
                f"The payback of the {event.data['way']} for “{loan.bug.title}” {stands}. Finish what pays it "
                "back, extend it with a reason, or write it off together."
            ),
            url=f"{address('BUG', loan.bug_id)}#mitigations",
            topic=Topic.QUEUE,
            thread=loan.bug.reference,
        )
