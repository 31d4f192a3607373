"""Reading bugs: who sees which, the queues, and the plan of a fix."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import (
    Prefetch,
    Q,
    QuerySet,
    Sum,
    prefetch_related_objects,
)

from bugs import rules
from bugs.lifecycle import OPEN, URGENT, PlanState, Said, State
from bugs.models import Agreement, Bug, P1Policy, Plan
from foundation.lifecycle import words
from foundation.references import address, reference
from oncall.querysets import work_read_by
from oncall.rules import Standing
from sprints.querysets import hours_per_unit, next_working_day
from sprints.rules.holds import Suggestion, suggest
from sprints.rules.reserve import in_unit
from teams.lifecycle import PersonKind, Readers, Role
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
        .select_related(
            "team__calendar", "product_area", "sprint", "fixed_by", "paired_with", "release"
        )
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


DAY = Decimal(8)

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


def price_to_begin(bug: Bug) -> Suggestion:
    """What to hold for a bug that is worked on at once: what such bugs took, else a working day."""
    a_day = in_unit(DAY, hours_per_unit(bug.team))
    return suggested_price(bug) or Suggestion(a_day, "a working day, until somebody knows better")


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


def agreement_due(plan: Plan) -> datetime | None:
    """No agreement holds up a P0 or P1: the work goes on, and the word is due within one working day (BUG-3)."""
    bug = plan.bug
    if bug.priority not in URGENT or bug.plan_state != PlanState.WAITING:
        return None
    return next_working_day(bug.team, plan.proposed_at)


def plans_waiting_for(who: Standing) -> list[Plan]:
    """Last revisions that wait for this person's word, oldest first: asked by name, or for a side that is silent."""
    teams = [t for t, role in who.roles if role in (Role.DEVELOPER, Role.PRODUCT_OWNER)]
    waiting = (
        Bug.objects.select_related("team__calendar")
        .filter(team_id__in=teams, plan_state=PlanState.WAITING, state__in=OPEN)
        .order_by("pk")
    )
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


def post_mortem_of(bug_id: int) -> tuple[str, str] | None:
    """The post-mortem of a bug, in words, and its address; a waived one is in the register."""
    living = Bug.objects.filter(pk=bug_id, post_mortems__pk__isnull=False)
    for key, state in living.values_list("post_mortems__pk", "post_mortems__state"):
        if state != "waived":
            return f"{reference('PM', key)}, {words(state)}", address("PM", key)
    return None
