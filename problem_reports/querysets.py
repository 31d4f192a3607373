"""Reading reports: who sees which, the queues, and the load of developers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from foundation.statements import Statement
from journal.querysets import timeline
from journal.timeline import Item, items
from oncall.models import Duty
from oncall.querysets import STANDING, standing_from
from oncall.rules import ON_CALL, Standing
from problem_reports.lifecycle import HELD, State
from problem_reports.models import Classification, ProblemReport, Timer
from teams.lifecycle import Readers
from teams.models import AreaExpert, BusinessCalendar, Person, ProductArea, Team
from teams.querysets import developers_of

PARTIES = ("team", "product_area", "filing_team", "filed_by", "assignee")
RELATED = (*PARTIES, "living", "living__bug", "living__bug__sprint")

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
    if not _files_everywhere(who):
        areas = areas.filter(own | Q(team__readers=Readers.COMPANY))
    elsewhere = Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
    return areas.annotate(elsewhere=elsewhere).order_by("elsewhere", "team__name", "name", "pk")


def _files_everywhere(who: Standing) -> bool:
    return not all(team in who.delivery for team, _ in who.roles)


_DESTINATION = Statement(
    "destination",
    """
    SELECT a.id, a.slug, a.name, t.id, t.slug, t.name, t.readers, t.investigation_limit, c.id, c.version,
        (SELECT p.id FROM problem_reports_policyversion p WHERE p.team_id = t.id
         ORDER BY p.number DESC LIMIT 1),
        (SELECT f.slug FROM teams_team f WHERE f.id = %(filing_team)s)
    FROM teams_productarea a JOIN teams_team t ON t.id = a.team_id
    JOIN teams_businesscalendar c ON c.id = t.calendar_id WHERE a.slug = %(slug)s
    """,
    slug="text",
    filing_team="bigint",
)


Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Destination:
    """From which team to where a report is filed: an area with its team and calendar, and the policy."""

    filing_team: Team
    area: ProductArea
    policy_version: int | None


def destination(who: Standing, slug: str) -> Destination | None:
    """The area of this slug, if this person may file into it: one statement, for every filing asks."""
    filing_team = _filing_team(who)
    found = _DESTINATION.rows(slug=slug, filing_team=filing_team)
    if not found:
        return None
    ((area_id, area_slug, area_name, *rest),) = found
    *of_team, calendar, calendar_version, policy_version, filing_slug = rest
    team = _row(Team, "id slug name readers investigation_limit", of_team)
    own = team.pk in who.teams or team.readers == Readers.COMPANY
    if not (own or _files_everywhere(who)):
        return None
    team.calendar = _row(BusinessCalendar, "id version", (calendar, calendar_version))
    area = _row(ProductArea, "id slug name team_id", (area_id, area_slug, area_name, team.pk))
    area.team = team
    return Destination(_row(Team, "id slug", (filing_team, filing_slug)), area, policy_version)


def _filing_team(who: Standing) -> int:
    """The support team of the person, else any team of theirs."""
    own = {team for team, _ in who.roles}
    return min(own - who.delivery or own)


def _row(of: type[Row], columns: str, values: Sequence[Any]) -> Row:
    """A row with some of its columns; Django asks for the others if anybody wants them."""
    given = dict(zip(columns.split(), values, strict=True))
    names = [f.attname for f in of._meta.concrete_fields if f.attname in given]
    return of.from_db("default", names, [given[name] for name in names])


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


class Around(NamedTuple):
    """What stands around a report, mostly little: asked in one, so that a page asks further only for what is there."""

    watched: bool
    has_duplicates: bool
    has_files: bool
    bugs: list[int]


_AROUND = Statement(
    "around_report",
    """
    SELECT
        EXISTS (SELECT FROM problem_reports_watch w
                WHERE w.report_id = %(report)s AND w.person_id = %(person)s),
        EXISTS (SELECT FROM problem_reports_classification c WHERE c.duplicate_of_id = %(report)s),
        EXISTS (SELECT FROM problem_reports_attachment a WHERE a.report_id = %(report)s),
        ARRAY(SELECT DISTINCT c.bug_id FROM problem_reports_classification c
              WHERE c.report_id = %(report)s AND c.bug_id IS NOT NULL ORDER BY 1)
    """,
    report="bigint",
    person="bigint",
)


def around(report_id: int, person_id: int) -> Around:
    ((*found,),) = _AROUND.rows(report=report_id, person=person_id)
    return Around(*found)


def bugs_of(report: ProblemReport) -> list[int]:
    """Every bug that explained a report, now or before a dispute."""
    named = report.classifications.filter(bug__isnull=False).order_by("bug_id")
    return list(named.values_list("bug_id", flat=True).distinct())


def history(
    report: ProblemReport, *, inside: bool, bugs: Sequence[int] | None = None
) -> list[Item]:
    """What happened to a report and to the bug that explains it, as this reader may see it.

    Of a bug, readers outside the delivery team see what its promise is made of, nothing else.
    """
    own = [("problem_report", report.pk)]
    theirs = [("bug", bug) for bug in (bugs_of(report) if bugs is None else bugs)]
    told = items(timeline([*own, *theirs]), inside=inside)
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
