"""Reading actions, and what they rest on: reports, hours and customers around a bug or a factor (PM-6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from bugs.querysets import overdue_from
from oncall.querysets import work_read_by
from oncall.rules import Standing
from postmortems.lifecycle.actions import OPEN_ACTION, ActionState
from postmortems.models import Action, Factor, PostMortem
from postmortems.rules.actions import SOON, WINDOW, Figures
from teams.models import Team

ROWS = Action.objects.select_related(
    "item__sprint", "item__team__calendar", "post_mortem__bug__product_area", "post_mortem__area",
    "factor", "barrier", "owner", "agreed_by", "done_by", "verified_by", "proof",
)  # fmt: skip


def visible_to(who: Standing) -> QuerySet[Action]:
    """Those of post-mortems that the person reads."""
    return ROWS.filter(work_read_by(who, "item__team__")).order_by("-pk")


def asked_of(who: Standing) -> QuerySet[Action]:
    """What waits for this person: their own actions, and what others did in their teams and is to be verified. What is
    to be accepted the backlog asks already."""
    mine = Q(owner=who.person_id, state__in=(ActionState.ASKED, ActionState.ACCEPTED))
    verify = Q(item__team__in=who.teams, state=ActionState.DONE) & ~Q(done_by=who.person_id)
    return ROWS.filter(mine | verify).order_by("due_on", "pk")


def late(action: Action, at: datetime) -> bool:
    """Whether its day has passed where the team works, and it is neither done nor declined."""
    return action.state in OPEN_ACTION and overdue_from(action.due_on, action.item.team) <= at


def reminds_at(action: Action, team: Team) -> datetime:
    """The moment at which it is soon due."""
    return overdue_from(action.due_on, team) - SOON


def priority_of(thing: PostMortem) -> str:
    """What an action is due by; small reports added up have no bug, and wait like one in the middle."""
    return thing.bug.priority if thing.bug else "P2"


@dataclass(frozen=True)
class Around:
    """What is counted: everything about a bug, or the reports of an area with a cause; with a `category` also about
    other bugs of the area whose post-mortem names a factor of that category. From `since` on and before `until`."""

    key: int
    bug: int | None
    area: int
    cause: str
    category: str
    since: datetime
    until: datetime


# One statement for a whole list. What a report took is what was logged on it, or what its judge said if that is more.
COUNT = """
    WITH asked (key, bug, area, cause, category, since, until) AS (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[],
            %s::timestamptz[])
    ), about AS (
        SELECT key, bug, since, until FROM asked WHERE bug IS NOT NULL
        UNION
        SELECT a.key, other.id, a.since, a.until FROM asked a JOIN bugs_bug other ON other.product_area_id = a.area
        JOIN postmortems_postmortem p ON p.bug_id = other.id
        JOIN postmortems_factor f ON f.post_mortem_id = p.id AND f.category = a.category
        WHERE a.category <> ''
    ), reports AS (
        SELECT about.key, r.id, c.hours FROM about
        JOIN problem_reports_classification c ON c.bug_id = about.bug
        JOIN problem_reports_problemreport r ON r.living_id = c.id
        WHERE r.filed_at >= about.since AND r.filed_at < about.until
        UNION
        SELECT a.key, r.id, c.hours FROM asked a JOIN problem_reports_problemreport r ON r.product_area_id = a.area
        JOIN problem_reports_classification c ON c.id = r.living_id AND c.cause = a.cause
        WHERE a.cause <> '' AND r.filed_at >= a.since AND r.filed_at < a.until
    ), took AS (
        SELECT r.key, greatest(r.hours, coalesce(sum(w.hours), 0)) AS hours FROM reports r
        LEFT JOIN sprints_worklog w ON w.report_id = r.id GROUP BY r.key, r.id, r.hours
        UNION ALL
        SELECT about.key, w.hours FROM about JOIN sprints_worklog w ON w.bug_id = about.bug
        WHERE w.at >= about.since AND w.at < about.until
    )
    SELECT key,
        (SELECT count(*) FROM about WHERE about.key = asked.key),
        (SELECT count(*) FROM reports WHERE reports.key = asked.key),
        (SELECT count(DISTINCT c.customer_id) FROM reports JOIN problem_reports_affected c
            ON c.report_id = reports.id WHERE reports.key = asked.key),
        coalesce((SELECT sum(hours) FROM took WHERE took.key = asked.key), 0)
    FROM asked
"""


NAMES = tuple(field.name for field in fields(Around))


def counted(asked: Sequence[Around]) -> dict[int, Figures]:
    """key -> what there was, for all of them at once."""
    if not asked:
        return {}
    columns = [[getattr(a, name) for a in asked] for name in NAMES]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(COUNT, columns)
        return {key: Figures(*counts) for key, *counts in cursor.fetchall()}


def around(action: Action, since: datetime, until: datetime) -> Around:
    return around_factor(action.pk, action.post_mortem, action.factor, since, until)


def around_factor(
    key: int, thing: PostMortem, factor: Factor | None, since: datetime, until: datetime
) -> Around:
    """What an action from this factor (None: from a barrier) would rest on."""
    category = factor.category if factor else ""
    area = thing.product_area.pk
    return Around(key, thing.bug_id, area, thing.cause, category, since, until)


def rests_on(actions: Iterable[Action], at: datetime) -> dict[int, Figures]:
    """What each rests on now: the last 90 days."""
    return counted([around(action, at - WINDOW, at) for action in actions])


def came_back(actions: Iterable[Action], at: datetime) -> dict[int, Figures]:
    """What was reported again since each was verified; only of those with anything to tell (done but not effective)."""
    verified = [a for a in actions if a.verified_at]
    found = counted([around(a, a.verified_at, at) for a in verified if a.verified_at])
    return {key: figures for key, figures in found.items() if figures.reports}
