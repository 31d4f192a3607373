"""What a team's closed sprints, 26 at most, say about the rest of the one that runs (SPR-4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from foundation.statements import Statement
from sprints.models import Sprint
from sprints.rules.chance import Rest, chance
from sprints.rules.leaving import Piece
from sprints.rules.reserve import ZERO

_RESTS = Statement(
    "rests_of_closed_sprints",
    """
    WITH past AS (
        SELECT id, (starts_on + round(%(share)s * (ends_on - starts_on + 1))::int)::timestamp
            AT TIME ZONE %(zone)s AS cut
        FROM sprints_sprint WHERE team_id = %(team)s AND state = 'closed'
        ORDER BY ended_at DESC, id DESC LIMIT 26
    )
    SELECT coalesce(sum(e.amount) FILTER (WHERE e.kind = 'done'), 0)
            - coalesce(sum(e.amount) FILTER (WHERE e.kind = 'undone'), 0),
        coalesce(sum(e.amount) FILTER (WHERE e.kind = 'entered' AND e.track = 'unplanned'), 0)
    FROM past LEFT JOIN sprints_scopeentry e ON e.sprint_id = past.id AND e.at >= past.cut
    GROUP BY past.id ORDER BY past.id
    """,
    team="bigint",
    share="numeric",
    zone="text",
)


def rests_of_the_past(sprint: Sprint, at: datetime) -> list[Rest]:
    """Of each of the last closed sprints of the team, the rest from the same day on as this one has now."""
    zone = sprint.team.calendar.zone
    today = at.astimezone(ZoneInfo(zone)).date()
    length = (sprint.ends_on - sprint.starts_on).days + 1
    over = min(max((today - sprint.starts_on).days, 0), length)
    share = Decimal(over) / Decimal(length)
    rows = _RESTS.rows(team=sprint.team_id, share=share, zone=zone)
    return [Rest(done, came) for done, came in rows]


@dataclass(frozen=True)
class Chances:
    """Of the goal, now and with one more injection; None while `sprints` (the closed ones) are too few."""

    sprints: int
    before: float | None
    after: float | None


def chances(
    sprint: Sprint, pieces: Iterable[Piece], price: Decimal, at: datetime
) -> Chances | None:
    """The chance before and after an injection of `price`; `pieces` is the planned work that is not finished.

    None when there is no goal, or no planned work is marked as serving it.
    """
    serving = [piece.points for piece in pieces if piece.serves_goal]
    if not sprint.goal or not serving:
        return None
    goal, past = sum(serving, ZERO), rests_of_the_past(sprint, at)

    def with_promised(promised: Decimal) -> float | None:
        return chance(past, goal=goal, promised=promised, seed=sprint.pk)

    return Chances(len(past), with_promised(sprint.held), with_promised(sprint.held + price))
