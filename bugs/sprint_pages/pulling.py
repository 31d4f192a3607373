"""What unused reserve is proposed for, late in a sprint: prepared rows (SPR-8)."""

from dataclasses import dataclass
from datetime import date

from bugs.sprint_pages.doors import url_of
from channels.web import Verb
from foundation.amounts import are, with_unit
from foundation.moments import on_day
from foundation.references import address
from sprints.models import Sprint
from sprints.querysets.pulling import Room
from sprints.rules.pulling import Thing


@dataclass(frozen=True)
class Row:
    """One thing that fits into what is left; `button` for who may pull it forward."""

    reference: str
    url: str
    title: str
    why: str
    points: str
    button: Verb | None


@dataclass(frozen=True)
class Proposal:
    words: str
    kept: str
    rows: list[Row]


def proposal(
    sprint: Sprint, room: Room | None, things: list[Thing], *, may: bool
) -> Proposal | None:
    """None while there is nothing to propose."""
    if room is None or not things:
        return None
    unit = sprint.team.unit
    return Proposal(
        words=f"{with_unit(room.spare, unit)} of the reserve {are(room.spare)} not used and can be given away.",
        kept=f"Kept for the days that are left: {with_unit(room.kept, unit)}." if room.kept else "",
        rows=[_row(sprint, thing, room.today, may=may) for thing in things],
    )


def _row(sprint: Sprint, thing: Thing, today: date, *, may: bool) -> Row:
    kind, key = ("BUG", thing.bug) if thing.bug else ("BI", thing.item)
    assert key is not None
    button = Verb(
        name=f"pull_{thing.reference}",
        label="Pull forward",
        url=url_of(sprint, "pull_forward"),
        fields={"thing": thing.reference},
    )
    return Row(
        reference=thing.reference,
        url=address(kind, key),
        title=thing.title,
        why=f"{thing.priority}, opened {on_day(thing.since, today)}"
        if thing.bug
        else f"payback, was due {on_day(thing.since, today)}",
        points=with_unit(thing.points, sprint.team.unit),
        button=button if may else None,
    )
