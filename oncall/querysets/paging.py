"""Reading pages, whom a step would tell now, and a team's escalation policy."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from oncall.models import Absence, EscalationPolicy, Page
from oncall.querysets import holder
from oncall.rules import ON_CALL, RELEASE_MANAGER, escalation
from teams.lifecycle import PersonKind, Role
from teams.models import Person

HERE = Person.objects.filter(is_active=True, kind=PersonKind.PERSON)


def plan_of(team_id: int) -> tuple[int, escalation.Plan]:
    """The version by which a page begun now tells people; (0, what a team begins with) before the first."""
    found = EscalationPolicy.objects.filter(team_id=team_id).order_by("-number").first()
    return (found.number, plan(found)) if found else (0, escalation.DEFAULT)


def plan(version: EscalationPolicy) -> escalation.Plan:
    steps = escalation.from_data(version.steps)
    return escalation.Plan(steps, version.gives_up_after, version.p1)


def versions(team_id: int) -> QuerySet[EscalationPolicy]:
    rows = EscalationPolicy.objects.filter(team_id=team_id).select_related("published_by")
    return rows.order_by("-number")


def roster(page: Page, at: datetime, step: escalation.Step) -> escalation.Roster:
    """Who could be told now by a step of a page."""
    return roster_of(page.team_id, page.area_id, at, step)


def roster_of(
    team_id: int, area_id: int | None, at: datetime, step: escalation.Step
) -> escalation.Roster:
    named = [
        w.removeprefix(escalation.PERSON) for w in step.whom if w.startswith(escalation.PERSON)
    ]
    leads = HERE.filter(memberships__team_id=team_id, memberships__role=Role.LEAD)
    return escalation.Roster(
        on_call=_here(holder(team_id, ON_CALL, at)),
        release_manager=_here(holder(team_id, RELEASE_MANAGER, at)),
        # Somebody has to hear it: when every lead is away, they all do.
        leads=_keys(_not_away(leads, at)) or _keys(leads),
        experts=_keys(_not_away(HERE.filter(expert_areas=area_id), at)) if area_id else (),
        people=dict(HERE.filter(username__in=named).values_list("username", "pk")) if named else {},
    )


def _here(person: Person | None) -> int | None:
    return person.pk if person and person.is_active else None


def _not_away(people: QuerySet[Person], at: datetime) -> QuerySet[Person]:
    away = Absence.objects.filter(
        person=OuterRef("pk"), during__contains=at, taken_back_at__isnull=True
    )
    return people.exclude(Exists(away))


def _keys(people: QuerySet[Person]) -> tuple[int, ...]:
    return tuple(people.distinct().order_by("pk").values_list("pk", flat=True))


def running(**about: int) -> Page | None:
    """The page that runs for a report or a bug (`report=12`)."""
    return Page.objects.filter(state="paging", **about).first()


def unanswered(**about: int) -> Page | None:
    """The last page for a report or a bug, while it runs or when nobody answered it."""
    last = Page.objects.filter(**about).order_by("-pk").first()
    return last if last and last.state in ("paging", "exhausted") else None
