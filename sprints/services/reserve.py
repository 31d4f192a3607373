"""The reserve's ledger: every line and every counter moves here, in one statement (SPR-3).

All of it is called with the sprint already locked by a verb of this floor or of the one above: locks are
taken once, at the top, lowest floor first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import F
from psycopg2.extras import Json

from foundation.amounts import plain, with_unit
from foundation.errors import RuleBroken
from foundation.references import reference
from journal import services as journal
from sprints.events import ItemSwappedOut, SprintSwappedOut
from sprints.lifecycle import BACKLOG_SPRINT_ACTS, EntryKind, OverdraftState, State
from sprints.models import BacklogItem, Leaving, Overdraft, ReserveEntry, Sprint
from sprints.querysets import hold_left, next_working_day
from sprints.rules.leaving import Piece
from sprints.rules.reserve import EFFECTS, ZERO, Draw, draw
from sprints.services.scope import left
from teams.models import Person


@dataclass(frozen=True)
class Posting:
    """One line to be written; `amount` in the sprint's unit."""

    kind: str
    amount: Decimal
    bug: int | None = None
    item: int | None = None
    work: int | None = None


def draw_on_reserve(
    sprint: Sprint,
    *,
    bug: int,
    price: Decimal,
    leaves: Sequence[Piece],
    may_overdraw: bool,
    by: Person,
    at: datetime,
    source: str,
) -> Draw:
    """Hold `price` for a bug in a locked, running sprint (SPR-4).

    What may leave without a question leaves at once; the rest of `leaves` is proposed to the product
    owner, and until the answer what they would free is an overdraft by name. So is what nothing covers,
    for who `may_overdraw`; anybody else is refused.
    """
    if sprint.state != State.RUNNING:
        raise RuleBroken(
            f"{sprint.name} is {sprint.state}; a bug is injected into a running sprint."
        )
    gone = [p for p in leaves if p.leaves_unasked]
    asked = [p for p in leaves if not p.leaves_unasked]
    drawn = draw(price, available=sprint.available, leaving=[p.points for p in gone])
    missing = drawn.overdraft - sum((p.points for p in asked), ZERO)
    if missing > 0 and not may_overdraw:
        raise RuleBroken(
            f"The reserve has {with_unit(sprint.available, sprint.team.unit)} left and this takes "
            f"{plain(price)}. Name planned work that leaves the sprint to cover the other "
            f"{plain(missing)}, or ask the product owner to accept the risk."
        )
    if gone:
        leave(sprint, gone, instead_of=bug, by=by, at=at, source=source)
    if drawn.overdraft:
        post(sprint, [Posting(EntryKind.OVERDRAFT, drawn.overdraft, bug=bug)], at=at)
    post(sprint, [Posting(EntryKind.HOLD, price, bug=bug)], at=at)
    if drawn.overdraft:
        name_overdraft(sprint, drawn.overdraft, bug=bug, proposed=asked, at=at)
    return drawn


def settle(sprint: Sprint, *, bug: int, at: datetime) -> None:
    """The bug is fixed: what its logged work did not use is free; without logged work, all of it is spent."""
    rest = hold_left(sprint.pk, bug)
    worked = ReserveEntry.objects.filter(sprint=sprint, bug=bug, work__isnull=False).exists()
    if rest > 0:
        kind = EntryKind.RELEASE if worked else EntryKind.DEBIT
        post(sprint, [Posting(kind, rest, bug=bug)], at=at)


def release(sprint: Sprint, *, bug: int, at: datetime) -> None:
    """What is still held for a bug is free again."""
    _end_hold(sprint, bug, EntryKind.RELEASE, at)


def carry_out(sprint: Sprint, *, bug: int, at: datetime) -> None:
    """The sprint is over and the bug is not fixed: the next sprint has to count with what is held."""
    _end_hold(sprint, bug, EntryKind.CARRY_OUT, at)


def carry_in(sprint: Sprint, *, at: datetime) -> None:
    """Take over, in a planned sprint, what sprints of the team that are over still held and nobody took."""
    of_team = ReserveEntry.objects.filter(sprint__team_id=sprint.team_id)
    left_open = of_team.filter(kind=EntryKind.CARRY_OUT).values_list("bug", "amount")
    taken = list(of_team.filter(kind=EntryKind.CARRY_IN).values_list("bug", "amount"))
    waiting = []
    for bug, amount in left_open.order_by("pk"):
        if (bug, amount) in taken:
            taken.remove((bug, amount))
        else:
            waiting.append(Posting(EntryKind.CARRY_IN, amount, bug=bug))
    if waiting:
        post(sprint, waiting, at=at)


def leave(
    sprint: Sprint,
    pieces: Sequence[Piece],
    *,
    instead_of: int | None,
    by: Person,
    at: datetime,
    source: str,
) -> None:
    """Planned work leaves the running sprint, and its points cover unplanned work.

    Items go back to the backlog here; bugs by a reaction of their floor to the fact.
    """
    post(
        sprint,
        [Posting(EntryKind.SWAP_OUT, p.points, bug=p.bug, item=p.item) for p in pieces],
        at=at,
    )
    items = [p.item for p in pieces if p.item]
    for item in BacklogItem.objects.select_for_update().filter(pk__in=items).order_by("pk"):
        BACKLOG_SPRINT_ACTS.advance(item, "swap_out")
        item.sprint = item.worked_on_by = None
        item.swappable = item.serves_goal = False
        item.version = F("version") + 1
        item.save(
            update_fields=["state", "sprint", "worked_on_by", "swappable", "serves_goal", "version"]
        )
        told = {"instead_of": reference("BUG", instead_of)} if instead_of else {}
        gone = ItemSwappedOut(sprint=sprint.reference, **told)
        journal.record(gone, subject=item.pk, by=by, at=at, source=source)
    for piece in pieces:
        left(sprint, at=at, bug=piece.bug, item=piece.item)
    fact = SprintSwappedOut(
        bugs=tuple(reference("BUG", p.bug) for p in pieces if p.bug),
        items=tuple(reference("BI", key) for key in items),
        points=sum((p.points for p in pieces), ZERO),
        instead_of=reference("BUG", instead_of) if instead_of else "",
    )
    journal.record(fact, subject=sprint.pk, by=by, at=at, source=source)


def name_overdraft(
    sprint: Sprint,
    amount: Decimal,
    *,
    bug: int | None,
    proposed: Iterable[Piece] = (),
    at: datetime,
) -> Overdraft:
    """Write by name what goes beyond the reserve, with what is proposed to leave for it."""
    due = next_working_day(sprint.team, at)
    overdraft = Overdraft.objects.filter(sprint=sprint, bug=bug, state=OverdraftState.OPEN).first()
    if overdraft is None:
        overdraft = Overdraft.objects.create(
            sprint=sprint, bug=bug, amount=amount, left=amount, opened_at=at, due_at=due, nag_at=due
        )
    else:
        overdraft.amount += amount
        overdraft.left += amount
        overdraft.save(update_fields=["amount", "left"])
    propose(overdraft, proposed)
    return overdraft


def propose(overdraft: Overdraft, pieces: Iterable[Piece]) -> None:
    """What is proposed to leave, in place of an earlier proposal."""
    overdraft.leaving.all().delete()
    Leaving.objects.bulk_create(
        Leaving(
            overdraft=overdraft,
            bug=p.bug,
            item_id=p.item,
            points=p.points,
            asked_id=p.worked_on_by if p.started else None,
        )
        for p in pieces
    )


def open_reserve(sprint: Sprint, amount: Decimal, *, at: datetime) -> None:
    ReserveEntry.objects.create(sprint=sprint, kind=EntryKind.OPEN, amount=amount, at=at)


def _end_hold(sprint: Sprint, bug: int, kind: EntryKind, at: datetime) -> None:
    if (rest := hold_left(sprint.pk, bug)) > 0:
        post(sprint, [Posting(kind, rest, bug=bug)], at=at)


def _sum(counter: int) -> str:
    """How much the new lines add to a counter, as SQL over them: the table of effects, spelled out."""
    of_hold = " * (bug_id IS NOT NULL)::int" if counter == HELD else ""
    parts = [
        f"WHEN '{kind}' THEN {effect[counter]}"
        for kind, effect in EFFECTS.items()
        if effect[counter]
    ]
    return f"coalesce(sum(amount{of_hold} * CASE kind {' '.join(parts)} ELSE 0 END), 0)"


HELD = 1
# The lines and the counters move in one statement: there is no moment in which the reserve differs
# from its ledger, and the CHECK on the sprint has the last word.
POST = f"""
    WITH line AS (
        INSERT INTO sprints_reserveentry (sprint_id, kind, amount, bug_id, item_id, work_id, at)
        SELECT %(sprint)s, l.kind, l.amount, l.bug, l.item, l.work, %(at)s
        FROM jsonb_to_recordset(%(lines)s)
            AS l(kind text, amount numeric, bug bigint, item bigint, work bigint)
        RETURNING kind, amount, bug_id
    ), total AS (
        SELECT {_sum(0)} AS size, {_sum(1)} AS held, {_sum(2)} AS spent, {_sum(3)} AS overdraft,
            {_sum(4)} AS carried FROM line
    )
    UPDATE sprints_sprint AS s
    SET size = s.size + total.size, held = s.held + total.held, spent = s.spent + total.spent,
        overdraft = s.overdraft + total.overdraft, carried = s.carried + total.carried,
        version = s.version + 1
    FROM total WHERE s.id = %(sprint)s
    RETURNING s.size, s.held, s.spent, s.overdraft, s.carried, s.version
"""  # noqa: S608  # built of the table above, never of what somebody typed


def post(sprint: Sprint, lines: Sequence[Posting], *, at: datetime) -> None:
    rows = [{**asdict(line), "kind": str(line.kind), "amount": str(line.amount)} for line in lines]
    with connection.cursor() as cursor:
        cursor.execute(POST, {"sprint": sprint.pk, "lines": Json(rows), "at": at})
        (
            sprint.size, sprint.held, sprint.spent, sprint.overdraft, sprint.carried, sprint.version,
        ) = cursor.fetchone()  # fmt: skip
