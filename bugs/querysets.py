"""Reading bugs."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet, Sum, prefetch_related_objects

from bugs import rules
from bugs.lifecycle import OPEN, LoanState, MitigationKind, PlanState, Said, State
from bugs.models import Agreement, Bug, Loan, Mitigation, P1Policy, Plan, Release, ReleaseEntry
from oncall.querysets import work_read_by
from oncall.rules import Standing
from sprints.querysets import hours_per_unit
from sprints.rules.holds import Suggestion, suggest
from sprints.rules.reserve import in_unit
from teams.lifecycle import PersonKind, Readers, Role, TeamKind
from teams.models import Membership, Person, Team
from teams.querysets import members_of


def visible_to(who: Standing) -> QuerySet[Bug]:
    """Own teams' bugs, those of teams that the company reads, and for L1 those of its own reports."""
    report = "classifications__living_for__"
    supports = Q(**{f"{report}filed_by": who.person_id}) | (
        Q(**{f"{report}filing_team_id__in": who.teams}) & ~Q(team__readers=Readers.RESTRICTED)
    )
    return (
        Bug.objects.filter(Q(pk__in=Bug.objects.filter(supports).values("pk")) | work_read_by(who))
        .select_related("team__calendar", "product_area", "sprint", "fixed_by", "release")
        .order_by("-pk")
    )


def awaiting_schedule(team_id: int) -> QuerySet[Bug]:
    """*To be scheduled*, oldest first: the release manager's second queue."""
    return (
        Bug.objects.filter(team_id=team_id, state=State.TO_BE_SCHEDULED)
        .select_related("team", "product_area")
        .order_by("opened_at", "pk")
    )


def in_sprint(sprint_id: int) -> QuerySet[Bug]:
    return (
        Bug.objects.filter(sprint_id=sprint_id)
        .select_related("team", "product_area", "fixed_by")
        .order_by("pk")
    )


TOOK = """
    SELECT b.product_area_id, sum(w.hours) FROM bugs_bug b JOIN sprints_worklog w ON w.bug_id = b.id
    WHERE b.team_id = %s AND b.priority = %s AND b.fixed_at IS NOT NULL AND b.id <> %s
    GROUP BY b.id HAVING sum(w.hours) > 0
"""


def suggested_price(bug: Bug) -> Suggestion | None:
    """What to hold for this bug, from what fixed bugs like it took by their logged hours; `bug` with team and area."""
    per_unit = hours_per_unit(bug.team)
    with connection.cursor() as cursor:
        cursor.execute(TOOK, [bug.team_id, bug.priority, bug.pk])
        taken = [(area, in_unit(hours, per_unit)) for area, hours in cursor.fetchall()]
    return suggest(
        [amount for area, amount in taken if area == bug.product_area_id],
        [amount for _, amount in taken],
        bug.estimate,
        area=bug.product_area.name,
        priority=bug.priority,
    )


def planned_points(sprint_ids: Iterable[int]) -> dict[int, Decimal]:
    """sprint -> what its planned bugs (not the injected ones) take, as far as they are estimated."""
    planned = Bug.objects.filter(sprint_id__in=list(sprint_ids), injected_at_price__isnull=True)
    sums = planned.order_by().values("sprint_id").annotate(taken=Sum("estimate"))
    return {row["sprint_id"]: row["taken"] or Decimal(0) for row in sums}


def plans_of(bug: Bug) -> list[Plan]:
    """Every revision with what was said to it, the last one first; read once for a bug in hand."""
    said = Agreement.objects.select_related("person", "reason").order_by("pk")
    plans = Plan.objects.select_related("proposed_by").prefetch_related(
        Prefetch("agreements", said)
    )
    if bug.plan_state:
        prefetch_related_objects([bug], Prefetch("plans", plans.order_by("-revision")))
        return list(bug.plans.all())
    return []


def last_plan(bug: Bug) -> Plan | None:
    return Plan.objects.filter(bug=bug).select_related("bug__team").order_by("-revision").first()


def asked_about(plan: Plan) -> list[Person]:
    """Who agreed to an earlier revision and is still of the team: this one waits for them."""
    earlier = Agreement.objects.filter(
        plan__bug_id=plan.bug_id,
        plan__revision__lt=plan.revision,
        said__in=(Said.AGREED, Said.OVERRODE),
    )
    return list(members_of(plan.bug.team_id).filter(pk__in=earlier.values("person")))


def verdict_on(plan: Plan) -> rules.Verdict:
    """How a revision stands, and whom it waits for."""
    said = plan.agreements.order_by("pk").values_list("person_id", "said")
    asked = [p.pk for p in asked_about(plan)]
    return rules.verdict(
        list(said), asked=asked, sides=_sides([plan.bug.team_id])[plan.bug.team_id]
    )


def _sides(team_ids: Iterable[int]) -> dict[int, dict[str, list[int]]]:
    """team -> who may speak for the developers, and who for the product owner."""
    sides: dict[int, dict[str, list[int]]] = {
        team: {"developers": [], "product owner": []} for team in team_ids
    }
    people = Membership.objects.filter(
        team_id__in=list(sides), person__is_active=True, person__kind=PersonKind.PERSON
    )
    for team, person, role in people.values_list("team_id", "person_id", "role"):
        if role == Role.DEVELOPER:
            sides[team]["developers"].append(person)
        elif role == Role.PRODUCT_OWNER:
            sides[team]["product owner"].append(person)
    return sides


def plans_waiting_for(who: Standing) -> list[Plan]:
    """Last revisions that wait for this person's word, oldest first: asked by name, or for a side that is silent."""
    teams = [t for t, role in who.roles if role in (Role.DEVELOPER, Role.PRODUCT_OWNER)]
    waiting = Bug.objects.filter(
        team_id__in=teams, plan_state=PlanState.WAITING, state__in=OPEN
    ).order_by("pk")
    said = Prefetch("agreements", Agreement.objects.order_by("pk"))
    plans = Plan.objects.prefetch_related(said).order_by("revision")
    bugs = list(waiting.prefetch_related(Prefetch("plans", plans)))
    sides = _sides(teams) if bugs else {}
    found = []
    for bug in bugs:
        *earlier, last = bug.plans.all()
        people = sides[bug.team_id]
        agreed = {
            a.person_id
            for plan in earlier
            for a in plan.agreements.all()
            if a.said != Said.OBJECTED
        }
        words = [(a.person_id, a.said) for a in last.agreements.all()]
        stands = rules.verdict(words, asked=agreed, sides=people)
        spoken = any(person == who.person_id for person, _ in words)
        side = any(who.person_id in people[name] for name in stands.sides)
        if not spoken and (side or who.person_id in stands.waits_for):
            found.append(last)
    return found


def way_on(team: Team, at: datetime) -> str | None:
    """How the team fixes a P1 on the day of this moment; None before it said so (BUG-7)."""
    today = at.astimezone(ZoneInfo(team.calendar.zone)).date()
    held = P1Policy.objects.filter(team=team, since__lte=today).order_by("-since")
    return held.values_list("way", flat=True).first()


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


def customer_workaround(bug_id: int) -> str:
    """The text that L1 may give out, the last one; empty when there is none."""
    told = Mitigation.objects.filter(bug=bug_id, kind=MitigationKind.CUSTOMER_WORKAROUND)
    return told.order_by("-pk").values_list("what", flat=True).first() or ""


def releases_visible_to(who: Standing) -> QuerySet[Release]:
    """Those of the teams whose bugs the person reads inside, newest first, with what each brings."""
    entries = ReleaseEntry.objects.select_related("bug").order_by("pk")
    return (
        Release.objects.filter(work_read_by(who), team__kind=TeamKind.DELIVERY)
        .select_related("team__calendar", "by")
        .prefetch_related(Prefetch("entries", entries))
        .order_by("-pk")
    )


def next_release(team_id: int) -> Release | None:
    """The planned version that comes first."""
    return Release.objects.filter(team=team_id, out_at=None).order_by("on", "pk").first()


def to_be_released(team_id: int) -> QuerySet[Bug]:
    """What is fixed and in no version that is out, the oldest fix first."""
    fixed = Bug.objects.filter(team_id=team_id, state__in=(State.FIXED, State.VERIFIED))
    waits = fixed.filter(Q(release=None) | Q(release__out_at=None))
    return waits.select_related("release", "product_area").order_by("fixed_at", "pk")


def reports_answered_by(bug_ids: Iterable[int]) -> dict[int, list[int]]:
    """bug -> the reports that it explains now."""
    found: dict[int, list[int]] = {}
    # Upward by the names of reverse relations, never by an import (HOUSE, Reading upward).
    living = Bug.objects.filter(pk__in=list(bug_ids), classifications__living_for__isnull=False)
    pairs = living.order_by("classifications__report").values_list("pk", "classifications__report")
    for bug, report in pairs:
        found.setdefault(bug, []).append(report)
    return found


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


def loans_of(team_ids: Iterable[int]) -> QuerySet[Loan]:
    """Loans of these teams, the first due first."""
    rows = Loan.objects.filter(bug__team_id__in=list(team_ids))
    return rows.select_related(
        "bug__team", "fix_item__sprint", "cleanup_item__sprint", "owner", "engineer", "repaid_by"
    ).order_by("due_on", "pk")
