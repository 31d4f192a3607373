"""What the clock does with bugs: a postponed one comes back on its review date, an undecided one reminds, and
so does a loan that is soon due or overdue.

Row by row, each in a transaction of its own; a row that somebody holds waits for the next round.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from bugs.events import BugCameBack, BugLoanReminded, BugNagged
from bugs.lifecycle import CLOCK_ACTS, LoanState, Reminded, State
from bugs.models import Bug, Loan
from bugs.querysets import overdue_from
from bugs.services._act import finish
from journal import services as journal
from journal.models import Source
from teams.querysets import CLOCK, automatic

#: So long may a bug wait for its decision before somebody is reminded, and again each time.
PATIENCE = timedelta(days=5)
BATCH = 200

# The date begins where the team works.
BACK = """
    SELECT b.id FROM bugs_bug b JOIN teams_team t ON t.id = b.team_id
    JOIN teams_businesscalendar c ON c.id = t.calendar_id
    WHERE b.state = 'postponed' AND b.review_on <= (%s AT TIME ZONE c.zone)::date
    ORDER BY b.id LIMIT %s FOR UPDATE OF b SKIP LOCKED
"""
# Kept by what is, not by who did it: whatever brings a bug into the queue starts its patience.
WAIT = "UPDATE bugs_bug SET nag_at = %s WHERE state = 'to_be_scheduled' AND nag_at IS NULL"
DECIDED = (
    "UPDATE bugs_bug SET nag_at = NULL WHERE nag_at IS NOT NULL AND state <> 'to_be_scheduled'"
)


def tend(*, at: datetime) -> int:
    """Do what has come due until `at`; returns how many bugs came back, or reminded, or owe."""
    done = 0
    while came := _come_back(at):
        done += came
    with connection.cursor() as cursor:
        cursor.execute(DECIDED)
        cursor.execute(WAIT, [at + PATIENCE])
    while nagged := _nag(at):
        done += nagged
    while chased := _chase(at):
        done += chased
    return done


@transaction.atomic
def _come_back(at: datetime) -> int:
    by = automatic(CLOCK)
    with connection.cursor() as cursor:
        cursor.execute(BACK, [at, BATCH])
        keys = [key for (key,) in cursor.fetchall()]
    for bug in Bug.objects.filter(pk__in=keys).order_by("pk"):
        CLOCK_ACTS.advance(bug, "come_back")
        assert bug.review_on is not None, "a postponed bug has a review date"
        fact = BugCameBack(review_on=bug.review_on)
        bug.review_on = None
        finish(bug, fact, ["state", "review_on"], by=by, at=at, source=Source.SYSTEM)
    return len(keys)


@transaction.atomic
def _chase(at: datetime) -> int:
    """Open loans, once when they are soon due and once when they are overdue (BUG-4)."""
    by = automatic(CLOCK)
    due = Loan.objects.filter(remind_at__lte=at, state=LoanState.OPEN).order_by("remind_at", "pk")
    rows = due.select_for_update(skip_locked=True, of=("self",))
    loans = list(rows.select_related("bug__team__calendar")[:BATCH])
    for loan in loans:
        late = overdue_from(loan.due_on, loan.bug.team)
        is_late = at >= late
        loan.reminded = Reminded.OVERDUE if is_late else Reminded.SOON
        loan.remind_at = None if is_late else late
        loan.save(update_fields=["reminded", "remind_at"])
        fact = BugLoanReminded(
            loan=loan.pk,
            way=loan.get_kind_display().lower(),
            due_on=loan.due_on,
            stage=loan.reminded,
            said="overdue since" if is_late else "due soon, on",
        )
        journal.record(fact, subject=loan.bug_id, by=by, at=at, source=Source.SYSTEM)
    return len(loans)


@transaction.atomic
def _nag(at: datetime) -> int:
    by = automatic(CLOCK)
    due = Bug.objects.filter(nag_at__lte=at, state=State.TO_BE_SCHEDULED).order_by("nag_at", "pk")
    rows = list(due.select_for_update(skip_locked=True)[:BATCH])
    for bug in rows:
        bug.nag_at = at + PATIENCE
        bug.save(update_fields=["nag_at"])
        fact = BugNagged(days=(at - bug.opened_at).days)
        journal.record(fact, subject=bug.pk, by=by, at=at, source=Source.SYSTEM)
    return len(rows)
