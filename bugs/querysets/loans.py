"""Reading what keeps customers from a defect, and what is owed for it (BUG-4)."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast

from bugs.lifecycle import LoanState, MitigationKind
from bugs.models import Bug, Loan, Mitigation
from oncall.rules import Standing
from teams.lifecycle import Readers, TeamKind
from teams.models import Team


def open_loans(bug: Bug) -> QuerySet[Loan]:
    """What is still owed, the first loan first."""
    rows = Loan.objects.filter(bug=bug, state=LoanState.OPEN)
    return rows.select_related("fix_item", "cleanup_item").order_by("pk")


def mitigations_of(bug: Bug) -> list[Mitigation]:
    """How customers are kept from it, the last way first, each with its loan."""
    paybacks = ("loan__fix_item__sprint", "loan__cleanup_item__sprint")
    rows = Mitigation.objects.filter(bug=bug).select_related(
        "by", *paybacks, "loan__owner", "loan__engineer", "loan__repaid_by"
    )
    return list(rows.prefetch_related("loan__agreed_by").order_by("-pk"))


def with_customer_words(bugs: QuerySet[Bug]) -> QuerySet[Bug]:
    """Each with `for_customers`: the text that L1 may give out, the last one."""
    told = Mitigation.objects.filter(bug=OuterRef("pk"), kind=MitigationKind.CUSTOMER_WORKAROUND)
    return bugs.annotate(for_customers=Subquery(told.order_by("-pk").values("what")[:1]))


def customer_workaround(bug_id: int) -> str:
    """The text that L1 may give out, the last one; empty when there is none."""
    told = Mitigation.objects.filter(bug=bug_id, kind=MitigationKind.CUSTOMER_WORKAROUND)
    return told.order_by("-pk").values_list("what", flat=True).first() or ""


#: So long before a loan is due the clock says so.
SOON_DUE = timedelta(days=2)


def soon_due(due_on: date, team: Team) -> datetime:
    """When the clock says that a loan is soon due: where the team works, at the beginning of a day."""
    return _begins(due_on - SOON_DUE, team)


def overdue_from(due_on: date, team: Team) -> datetime:
    """The moment at which its day has passed."""
    return _begins(due_on + timedelta(days=1), team)


def _begins(day: date, team: Team) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(team.calendar.zone))


# The day ends where the team works.
OVERDUE = """
    SELECT count(*) FROM bugs_loan l JOIN bugs_bug b ON b.id = l.bug_id
    JOIN teams_team t ON t.id = b.team_id JOIN teams_businesscalendar c ON c.id = t.calendar_id
    WHERE b.team_id = %s AND l.state = 'open' AND l.due_on < (%s AT TIME ZONE c.zone)::date
"""


def overdue_loans(team_id: int, at: datetime) -> int:
    """How many loans of a team should have been paid back."""
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, [team_id, at])
        (count,) = cursor.fetchone()
    return int(count)


def loans_visible_to(who: Standing, at: datetime) -> QuerySet[Loan]:
    """Those of the teams whose bugs the person reads inside, newest first; `overdue` where the team works."""
    reads = Q(bug__team_id__in=who.teams)
    if who.works_in_delivery:
        reads |= Q(bug__team__readers=Readers.COMPANY)
    zone = F("bug__team__calendar__zone")
    here = Func(zone, Value(at), function="timezone", output_field=DateTimeField())
    late = Q(state=LoanState.OPEN, due_on__lt=Cast(here, DateField()))
    return (
        Loan.objects.filter(reads, bug__team__kind=TeamKind.DELIVERY)
        .annotate(overdue=ExpressionWrapper(late, output_field=BooleanField()))
        .select_related("bug__team", "fix_item", "cleanup_item")
        .prefetch_related("agreed_by")
        .order_by("-pk")
    )


def loans_of(team_ids: Iterable[int]) -> QuerySet[Loan]:
    """Loans of these teams, the first due first."""
    rows = Loan.objects.filter(bug__team_id__in=list(team_ids))
    return rows.select_related(
        "bug__team", "fix_item__sprint", "cleanup_item__sprint", "owner", "engineer", "repaid_by"
    ).order_by("due_on", "pk")
