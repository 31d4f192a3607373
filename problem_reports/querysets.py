"""Reading reports: who sees which, the queues, and the load of developers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from journal.querysets import timeline
from journal.timeline import Item, items
from oncall.models import Duty
from oncall.querysets import STANDING, standing_from
from oncall.rules import ON_CALL, Standing
from problem_reports.lifecycle import HELD, State
from problem_reports.models import Classification, PolicyVersion, ProblemReport, Timer
from teams.lifecycle import Readers, Role
from teams.models import AreaExpert, Person, ProductArea
from teams.querysets import developers_of

RELATED = (
    "team",
    "product_area",
    "filing_team",
    "filed_by",
    "assignee",
    "living",
    "living__bug",
    "living__bug__sprint",
)

HOLDING = """
    UNION ALL
    SELECT 'holding', team_id, count(*)::text FROM problem_reports_problemreport
    WHERE assignee_id = %(person)s AND state IN ('assigned', 'investigating') GROUP BY team_id
"""


def viewer(person: Person, at: datetime) -> Standing:
    """A person's standing at a moment, with the open investigations that they hold, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING + HOLDING, {"person": person.pk, "at": at})
        rows = cursor.fetchall()
    return standing_from(person, rows, at)


def visible_to(who: Standing) -> QuerySet[ProblemReport]:
    """The reports that a person may know of.

    L1: those that their own support team filed. Delivery: those of their own teams and of teams
    that the company reads. A restricted team's: its named roles, its release manager, and the
    person who filed.
    """
    seen = Q(filed_by_id=who.person_id)
    if who.teams:
        seen |= Q(filing_team_id__in=who.teams) & ~Q(team__readers=Readers.RESTRICTED)
        seen |= Q(team_id__in=who.teams) & ~Q(team__readers=Readers.RESTRICTED)
    if who.works_in_delivery:
        seen |= Q(team__readers=Readers.COMPANY)
    for team_id, role in who.roles:
        if role != Role.REPORTER:
            seen |= Q(team_id=team_id, team__reading_roles__contains=[role])
    managed = [team for team, _ in who.duties]
    if managed:
        seen |= Q(team_id__in=managed)
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


def areas_visible_to(who: Standing) -> QuerySet[ProductArea]:
    """The areas that a person may file into, those of their own teams first.

    Support files into every delivery team; others into their own and those that the company reads.
    """
    own = Q(team_id__in=who.teams)
    areas = ProductArea.objects.select_related("team", "team__calendar")
    if not who.roles:
        return areas.none()
    if all(team in who.delivery for team, _ in who.roles):
        areas = areas.filter(own | Q(team__readers=Readers.COMPANY))
    elsewhere = Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
    return areas.annotate(elsewhere=elsewhere).order_by("elsewhere", "team__name", "name", "pk")


def with_current_policy(areas: QuerySet[ProductArea]) -> QuerySet[Any]:
    """Each area with `policy_version`, the key of what a report filed there now is judged by."""
    versions = PolicyVersion.objects.filter(team=OuterRef("team")).order_by("-number")
    return areas.annotate(policy_version=Subquery(versions.values("pk")[:1]))


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


def originals_of(keys: Iterable[int]) -> dict[int, int]:
    """report -> the report that its living classification calls the original."""
    rows = ProblemReport.objects.filter(pk__in=list(keys), living__duplicate_of__isnull=False)
    return dict(rows.values_list("pk", "living__duplicate_of_id"))


def chain_from(report_id: int) -> list[int]:
    """The report and the originals after it; the last is the living end of the chain."""
    chain = [report_id]
    while (nxt := originals_of(chain[-1:]).get(chain[-1])) is not None and nxt not in chain:
        chain.append(nxt)
    return chain


AND_THEIR_DUPLICATES = """
    WITH RECURSIVE told(id) AS (
        SELECT r.id FROM problem_reports_problemreport r
        JOIN problem_reports_classification c ON c.id = r.living_id WHERE c.bug_id = %s
      UNION
        SELECT r.id FROM problem_reports_problemreport r
        JOIN problem_reports_classification c ON c.id = r.living_id
        JOIN told ON told.id = c.duplicate_of_id
    )
    SELECT id FROM told
"""


def answered_by(bug_id: int) -> list[int]:
    """The reports that a bug explains, and the whole chain of their duplicates."""
    with connection.cursor() as cursor:
        cursor.execute(AND_THEIR_DUPLICATES, [bug_id])
        return [key for (key,) in cursor.fetchall()]


def promises_of(report_id: int) -> QuerySet[Timer]:
    """Every epoch of every promise, oldest first: the slip history (PR-8)."""
    return Timer.objects.filter(report_id=report_id).order_by("kind", "epoch")


def history(report: ProblemReport, *, inside: bool) -> list[Item]:
    """What happened to a report and to the bug that explains it, as this reader may see it.

    Of a bug, readers outside the delivery team see what its promise is made of, nothing else.
    """
    bugs = {
        bug for bug in report.classifications.values_list("bug_id", flat=True) if bug is not None
    }
    own = [("problem_report", report.pk)]
    told = items(timeline([*own, *(("bug", b) for b in sorted(bugs))]), inside=inside)
    return [item for item in told if inside or item.about[0] != "bug" or item.name in TOLD_OF_A_BUG]


#: What readers outside the delivery team hear of a bug: what the promise is made of.
TOLD_OF_A_BUG = frozenset(
    f"bug.{verb}"
    for verb in (
        "opened",
        "injected",
        "scheduled",
        "swapped_out",
        "postponed",
        "declined",
        "carried_back",
        "fixed",
        "verified",
        "reopened",
    )
)
