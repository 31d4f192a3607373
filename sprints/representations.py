"""A sprint as the API shows it, with its days; and a backlog item."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from channels.rest.plain import amount, day, hyphens, moment
from foundation.references import reference
from oncall.rules import Standing
from sprints import policy
from sprints.models import BacklogItem, Overdraft, Sprint
from sprints.policy import backlog, overdrafts
from sprints.querysets import to_pull
from sprints.rules.burnup import Day
from sprints.rules.reserve import ZERO


def card(sprint: Sprint, who: Standing) -> dict[str, Any]:
    """A sprint with its reserve; `sprint` comes with its team. Amounts are in the team's unit.

    Who does not read the team's work (L1) sees its name, goal, dates and state (PRODUCT §1).
    """
    inside = policy.sees_inside(who, sprint)
    return {
        "reference": sprint.reference,
        "state": sprint.state,
        "version": sprint.version,
        "name": sprint.name,
        "goal": sprint.goal,
        "team": sprint.team.slug,
        "starts_on": day(sprint.starts_on),
        "ends_on": day(sprint.ends_on),
        **{name: told if inside else None for name, told in _inside(sprint).items()},
        "promises": [],
        "allowed": [hyphens(v) for v in policy.offered(who, sprint)],
    }


def _inside(sprint: Sprint) -> dict[str, Any]:
    return {
        "capacity": amount(sprint.capacity),
        "commit_limit": amount(sprint.commit_limit),
        "committed": amount(sprint.committed),
        "committed_at": moment(sprint.committed_at),
        "stock_stream": amount(sprint.stock_stream),
        "reserve": {
            "size": amount(sprint.size),
            "held": amount(sprint.held),
            "spent": amount(sprint.spent),
            "overdraft": amount(sprint.overdraft),
            "available": amount(sprint.available),
            "unit": sprint.team.unit,
        },
        "risk_flagged_at": moment(sprint.risk_flagged_at),
        "risk_seen_at": moment(sprint.risk_seen_at),
        "goal_met": sprint.goal_met,
        "started_at": moment(sprint.started_at),
        "ended_at": moment(sprint.ended_at),
    }


def item(shown: BacklogItem, who: Standing) -> dict[str, Any]:
    """A backlog item; it comes with team, area, sprint and who works on it."""
    return {
        "reference": shown.reference,
        "state": shown.state,
        "version": shown.version,
        "title": shown.title,
        "team": shown.team.slug,
        "product_area": shown.product_area.slug if shown.product_area else None,
        "kind": shown.kind,
        "debt": shown.debt or None,
        "rationale": shown.rationale,
        "url": shown.url,
        "key": shown.key,
        "estimate": amount(shown.estimate),
        "unit": shown.team.unit,
        "sprint": shown.sprint.reference if shown.sprint else None,
        "swappable": shown.swappable,
        "serves_goal": shown.serves_goal,
        "stock": shown.stock,
        "worked_on_by": shown.worked_on_by.username if shown.worked_on_by else None,
        "added_at": moment(shown.added_at),
        "finished_at": moment(shown.finished_at),
        "promises": [],
        "allowed": [hyphens(v) for v in backlog.allowed(who, shown)],
    }


def burn_up(sprint: Sprint, days: Sequence[Day]) -> dict[str, Any]:
    return {"sprint": sprint.reference, "unit": sprint.team.unit, "days": [_day(d) for d in days]}


def _day(of: Day) -> dict[str, Any]:
    figures = {name: amount(value) for name, value in asdict(of.figures).items()}
    return {
        "day": day(of.day),
        "scope": amount(of.figures.scope),
        "done": amount(of.figures.done),
        **figures,
        "changes": [
            {"kind": mark.kind, "reference": mark.thing, "change": amount(mark.change)}
            for mark in of.marks
        ],
    }


def unused(sprint: Sprint, at: datetime) -> dict[str, Any]:
    """What unused reserve is proposed for; `sprint` comes with its team's calendar."""
    room, things = to_pull(sprint, at)
    return {
        "sprint": sprint.reference,
        "unit": sprint.team.unit,
        "spare": amount(room.spare if room else ZERO),
        "kept": amount(room.kept if room else ZERO),
        "proposed": [
            {
                "reference": thing.reference,
                "title": thing.title,
                "points": amount(thing.points),
                "priority": thing.priority or None,
                "since": day(thing.since),
            }
            for thing in things
        ],
    }


def overdraft(shown: Overdraft, who: Standing) -> dict[str, Any]:
    """An overdraft with what is proposed to leave; it comes with sprint, team and its leaving rows."""
    leaving = list(shown.leaving.all())
    return {
        "key": shown.pk,
        "state": shown.state,
        "version": shown.version,
        "sprint": shown.sprint.reference,
        "bug": reference("BUG", shown.bug) if shown.bug else None,
        "amount": amount(shown.amount),
        "left": amount(shown.left),
        "unit": shown.sprint.team.unit,
        "opened_at": moment(shown.opened_at),
        "due_at": moment(shown.due_at),
        "decided_by": shown.decided_by.username if shown.decided_by else None,
        "decided_at": moment(shown.decided_at),
        "leaving": [
            {
                "reference": row.reference,
                "points": amount(row.points),
                "asked": row.asked.username if row.asked else None,
                "let_go_at": moment(row.let_go_at),
            }
            for row in leaving
        ],
        "allowed": [hyphens(v) for v in overdrafts.allowed(who, shown, leaving)],
    }
