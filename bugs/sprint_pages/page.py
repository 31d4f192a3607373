"""What one sprint's page shows to one reader: read here, once, and handed on as prepared rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bugs.models import Bug
from bugs.querysets import in_sprint
from bugs.sprint_pages import rows
from bugs.sprint_pages.burnup.rows import burn_up as drawn_burn_up
from bugs.sprint_pages.doors import button, url_of
from bugs.sprint_pages.overdrafts.rows import rows as overdraft_rows
from bugs.sprint_pages.pulling import proposal
from channels.web import fresh_key
from channels.web.acting import Opened
from foundation.amounts import plain, with_unit
from journal.models import Event
from oncall.rules import Standing
from sprints import policy
from sprints.lifecycle import AHEAD, OVER, State
from sprints.models import BacklogItem, ReserveEntry, Sprint
from sprints.querysets import burn_up, items_of, planning_of, to_pull, visible_to
from teams.models import Team

MOST_LINES = 500
#: Drawn beside each thing that is proposed.
OF_A_PROPOSAL = {"pull_forward"}


@dataclass(frozen=True)
class Reader:
    """Who reads, and when."""

    at: datetime
    who: Standing

    @property
    def today(self) -> date:
        return self.at.astimezone(timezone.get_current_timezone()).date()


def rest_rows(sprint: Sprint) -> list[str]:
    """What nights took of the capacity, day by day: no sum of anybody's."""
    kept = sprint.night_rests.filter(amount__gt=0).select_related("person").order_by("day", "pk")
    return [f"{r.day:%a %-d %b}: {with_unit(r.hours, 'hours')}, {r.person}" for r in kept]


def context(sprint: Sprint, reader: Reader, opened: Opened | None = None) -> dict[str, Any]:
    inside = policy.sees_inside(reader.who, sprint)
    shared = {
        "sprint": rows.sprint_row(sprint, reader.today, inside=inside),
        "days": rows.day_words(sprint, reader.today),
        "team": sprint.team.name,
        "version": sprint.version,
        "idempotency_key": fresh_key(),
        "inside": inside,
        "refusal": None,
        **neighbours(sprint, reader.who),
    }
    if not inside:
        return shared | {"refusal": opened.refusal if opened else None}
    bugs = list(in_sprint(sprint.pk))
    planned = [b for b in bugs if not b.was_injected]
    items = list(items_of(sprint.pk))
    estimates = [thing.estimate or Decimal(0) for thing in (*planned, *items)]
    committed = sum(estimates, Decimal(0))
    ahead = sprint.state in AHEAD and policy.may_plan(reader.who, sprint.team_id) is policy.YES
    verbs = verbs_of(sprint, reader, [*bugs, *items], opened)
    may_pull = policy.may("pull_forward", reader.who, sprint) is policy.YES
    # A refused button has no form to say it beside: it is said on top.
    drawn = {v.name for v in verbs["forms"]}
    return shared | {
        **verbs,
        "refusal": opened.refusal if opened and opened.verb not in drawn else None,
        "goal": goal_words(sprint),
        "cancelled": cancelled_words(sprint),
        "carried": rows.carried_rows(sprint),
        "rests": rest_rows(sprint),
        "bar": rows.bar(sprint, committed),
        "burn_up": drawn_burn_up(sprint, burn_up(sprint, reader.at), reader.today),
        "overdrafts": overdraft_rows(sprint, reader.who, reader.at),
        "pulling": proposal(sprint, *to_pull(sprint, reader.at), may=may_pull),
        "ledger": statement(sprint),
        "closing": plain(sprint.available),
        "unplanned": rows.work_rows(b for b in bugs if b.was_injected),
        "planned": rows.work_rows(planned),
        "items": rows.item_rows(items),
        "plan_url": url_of(sprint, "plan") if ahead else "",
        "retrospective_url": url_of(sprint, "retrospective") if sprint.state in OVER else "",
        "people_url": url_of(sprint, "capacity") if ahead else "",
    }


def verbs_of(
    sprint: Sprint,
    reader: Reader,
    work: Sequence[Bug | BacklogItem],
    opened: Opened | None = None,
) -> dict[str, Any]:
    offered = [v for v in policy.offered(reader.who, sprint) if v not in OF_A_PROPOSAL]
    buttons = [button(v, sprint, work, opened) for v in offered]
    return {
        "next": None,
        "verbs": [b for b in buttons if b.asks is None],
        "forms": [b for b in buttons if b.asks is not None],
    }


def goal_words(sprint: Sprint) -> dict[str, Any] | None:
    """What became of the goal, or the risk that somebody sees for it."""
    if sprint.goal_met is not None:
        said = "The goal was met." if sprint.goal_met else "The goal was not met."
        return {"head": said, "reason": "", "note": ""}
    if sprint.risk_flagged_at is None or sprint.state != State.RUNNING:
        return None
    told = _last_words(sprint, "sprint.goal_risk_flagged")
    seen = (
        "The product owner has seen it."
        if sprint.risk_seen_at
        else "Not yet seen by the product owner."
    )
    return {"head": "The goal is at risk.", "reason": told, "note": seen}


def cancelled_words(sprint: Sprint) -> str:
    return _last_words(sprint, "sprint.cancelled") if sprint.state == State.CANCELLED else ""


def _last_words(sprint: Sprint, name: str) -> str:
    told = Event.objects.filter(kind="sprint", name=name, subject=sprint.pk, text__isnull=False)
    return told.order_by("-pk").values_list("text__body", flat=True).first() or ""


def statement(sprint: Sprint) -> list[rows.LedgerRow]:
    """The ledger with the reason of each injection beside it."""
    entries = list(entries_of(sprint).order_by("pk")[:MOST_LINES])
    injected = Event.objects.filter(
        kind="bug",
        name="bug.injected",
        subject__in={e.bug for e in entries if e.bug},
        data__sprint=sprint.reference,
        text__isnull=False,
    )
    reasons = dict(injected.order_by("pk").values_list("subject", "text__body"))
    return rows.ledger(entries, reasons)


def entries_of(sprint: Sprint) -> QuerySet[ReserveEntry]:
    return ReserveEntry.objects.filter(sprint=sprint).select_related("work")


def neighbours(sprint: Sprint, who: Standing) -> dict[str, Any]:
    """The sprints of the team before and after this one."""
    team = visible_to(who).filter(team_id=sprint.team_id)
    before = team.filter(starts_on__lt=sprint.starts_on).first()
    after = team.filter(starts_on__gt=sprint.starts_on).order_by("starts_on", "pk").first()
    return {"previous": before, "following": after}


def first_values(team: Team) -> dict[str, Any]:
    """The next sprint as the last ones suggest it: the same length, capacity and reserve."""
    last = Sprint.objects.filter(team=team).order_by("-ends_on", "-pk").first()
    own = planning_of(team).default_reserve
    if last is None:
        return {"team": team.slug, "reserve": plain(own)}
    starts = last.ends_on + timedelta(days=1)
    return {
        "team": team.slug,
        "name": _next_name(last.name),
        "starts_on": starts,
        "ends_on": starts + (last.ends_on - last.starts_on),
        "capacity": plain(last.capacity),
        "reserve": plain(last.size if own is None else own),
    }


def _next_name(name: str) -> str:
    """“Sprint 24” is followed by “Sprint 25”; another name is left to the person."""
    stem, _, number = name.rpartition(" ")
    known = stem and number.isascii() and number.isdecimal() and len(number) < 7
    return f"{stem} {int(number) + 1}" if known else ""
