"""Reading reports: who sees which, the queues, and the load of developers."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from foundation.statements import Statement
from oncall.models import Absence, Duty
from oncall.querysets import STANDING, standing_from
from oncall.rules import ON_CALL, Standing
from problem_reports.lifecycle import HELD, State
from problem_reports.models import Classification, ProblemReport
from teams.models import AreaExpert, Person
from teams.querysets import developers_of

PARTIES = ("team", "product_area", "filing_team", "filed_by", "assignee")
RELATED = (*PARTIES, "living", "living__bug", "living__bug__sprint", "living__bug__release")

HOLDING = """
    UNION ALL
    SELECT 'holding', team_id, count(*)::text FROM problem_reports_problemreport
    WHERE assignee_id = %(person)s AND state IN ('assigned', 'investigating') GROUP BY team_id
"""
_VIEWER = Statement("viewer", STANDING + HOLDING, person="bigint", at="timestamptz")


def viewer(person: Person, at: datetime) -> Standing:
    """A person's standing at a moment, with the open investigations that they hold, in one query."""
    return standing_from(person, _VIEWER.rows(person=person.pk, at=at), at)


def visible_to(who: Standing) -> QuerySet[ProblemReport]:
    """The reports that a person may know of.

    L1: those that their own support team filed. Delivery: those of their own teams and of teams
    that the company reads. A restricted team's: its named roles, its release manager, and the
    person who filed.
    """
    seen = Q(filed_by_id=who.person_id)
    if who.reads:
        seen |= Q(team_id__in=who.reads)
    if who.teams:
        filed = Q(filing_team_id__in=who.teams)
        seen |= filed & ~Q(team_id__in=who.restricted) if who.restricted else filed
    return ProblemReport.objects.filter(seen)


def with_card(reports: QuerySet[ProblemReport]) -> QuerySet[ProblemReport]:
    """Everything that one row of a list shows, without a query per row."""
    return reports.select_related(*RELATED).prefetch_related("affected__customer", "timers")


def to_be_investigated(team_id: int) -> QuerySet[ProblemReport]:
    """The release manager's first queue, by the nearest promise."""
    return ProblemReport.objects.filter(team_id=team_id, state=State.TO_BE_INVESTIGATED).order_by(
        "due_at", "pk"
    )


def held_by(person_id: int) -> QuerySet[ProblemReport]:
    return ProblemReport.objects.filter(
        assignee_id=person_id,
        state__in=(*HELD, State.WAITING, State.SNOOZED),
    ).order_by("due_at", "pk")


def owing_cause(person_id: int) -> QuerySet[ProblemReport]:
    """Confirmed reports of which this person still owes cause and hours, the first due first (PR-4)."""
    owed = ProblemReport.objects.filter(cause_nag_at__isnull=False, assignee_id=person_id)
    return owed.order_by("cause_due_at", "pk")


def left_lying(team_ids: Iterable[int], at: datetime) -> QuerySet[ProblemReport]:
    """Begun by somebody who is away at this moment; `away_until` is when they are back."""
    away = Absence.objects.filter(
        person=OuterRef("assignee"), during__contains=at, taken_back_at__isnull=True
    )
    ends = away.annotate(ends=F("during__endswith")).order_by("-ends").values("ends")[:1]
    begun = ProblemReport.objects.filter(
        team_id__in=list(team_ids), state__in=(State.INVESTIGATING, State.WAITING)
    ).annotate(away_until=Subquery(ends))
    return (
        begun.filter(away_until__isnull=False).select_related("assignee").order_by("due_at", "pk")
    )


def may_be_taken(team_ids: Iterable[int]) -> QuerySet[ProblemReport]:
    """Reports that the release manager has prioritised and nobody holds yet."""
    return ProblemReport.objects.filter(
        team_id__in=list(team_ids),
        state=State.TO_BE_INVESTIGATED,
        prioritised_at__isnull=False,
    ).order_by("priority", "due_at", "pk")


def awaits_filing_team(who: Standing) -> QuerySet[ProblemReport]:
    """What waits on the person's own filing teams: a question, or a report sent back."""
    return ProblemReport.objects.filter(
        filing_team_id__in=who.teams, state__in=(State.WAITING, State.RETURNED)
    ).order_by("pk")


def candidates(report: ProblemReport, at: datetime) -> QuerySet[Person]:
    """Developers who may investigate a report, with what *assign* shows of each (PR-9).

    `open_investigations` now, `knows_area` as reports investigated there, `is_expert`, `is_on_call`.
    Present load only, never a ranking: ordered by expertise, then load, then name.
    """
    duty = Duty.objects.filter(
        team_id=report.team_id, duty=ON_CALL, during__contains=at, person=OuterRef("pk")
    )
    expert = AreaExpert.objects.filter(area_id=report.product_area_id, person=OuterRef("pk"))
    classified = (
        Classification.objects.filter(
            by=OuterRef("pk"), report__product_area_id=report.product_area_id
        )
        .order_by()
        .values("by")
        .annotate(n=Count("report", distinct=True))
        .values("n")
    )
    held = (
        ProblemReport.objects.filter(
            assignee=OuterRef("pk"), team_id=report.team_id, state__in=HELD
        )
        .order_by()
        .values("assignee")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        developers_of(report.team_id)
        .annotate(
            open_investigations=Coalesce(Subquery(held), 0),
            knows_area=Coalesce(Subquery(classified), 0),
            is_expert=Exists(expert),
            is_on_call=Exists(duty),
        )
        .order_by("-is_expert", "open_investigations", "first_name", "pk")
    )
