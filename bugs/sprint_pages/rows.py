"""Prepared rows of the pages of sprints, built from loaded objects: no query happens here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bugs.models import Bug
from foundation.amounts import plain, unit_of, with_unit
from foundation.lifecycle import words
from foundation.moments import on_day
from foundation.references import address, reference
from sprints.lifecycle import OVER, EntryKind, State
from sprints.models import BacklogItem, ReserveEntry, Sprint
from sprints.querysets import line_of
from sprints.rules.reserve import Counters

ZERO = Decimal(0)


@dataclass(frozen=True)
class CarriedRow:
    """What the sprint ended without, with its points and why."""

    reference: str
    url: str
    points: str
    serves_goal: bool
    reason: str


def carried_rows(sprint: Sprint) -> list[CarriedRow]:
    """One read, none before the sprint is over."""
    if sprint.state not in OVER:
        return []
    found = []
    for row in sprint.carried_work.select_related("reason").order_by("pk"):
        kind, key = ("BUG", row.bug) if row.bug else ("BI", row.item_id)
        points = with_unit(row.points, sprint.team.unit)
        found.append(
            CarriedRow(
                reference(kind, key), address(kind, key), points, row.serves_goal, row.reason.body
            )
        )
    return found


@dataclass(frozen=True)
class SprintRow:
    """One line of the list; `words` say what the reserve has left, to who may look inside."""

    reference: str
    url: str
    name: str
    goal: str
    state: str
    state_words: str
    dates: str
    words: str


@dataclass(frozen=True)
class Segment:
    """A piece of the capacity bar: `x` and `width` in the sprint's unit, `amount` in words."""

    kind: str
    name: str
    amount: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """`one` is the word beside an amount of one."""

    unit: str
    one: str
    capacity: str
    width: str
    segments: list[Segment]
    limit: str
    limit_x: str
    beyond: str
    committed: str


@dataclass(frozen=True)
class LedgerRow:
    """A line of the statement: what happened, to which bug, and what was left after it."""

    at: datetime
    words: str
    reference: str
    url: str
    why: str
    amount: str
    left: str


@dataclass(frozen=True)
class WorkRow:
    reference: str
    url: str
    title: str
    priority: str
    state: str
    state_words: str
    points: str


def sprint_row(sprint: Sprint, today: date, *, inside: bool) -> SprintRow:
    left = f"reserve {plain(sprint.available)} of {plain(sprint.size)} {sprint.team.unit} left"
    return SprintRow(
        reference=sprint.reference,
        url=f"/sprints/{sprint.reference}/",
        name=sprint.name,
        goal=sprint.goal,
        state=sprint.state,
        state_words=words(sprint.state),
        dates=f"{on_day(sprint.starts_on, today)} to {on_day(sprint.ends_on, today)}",
        words=f"{sprint.team.name}, {left}" if inside else sprint.team.name,
    )


def bar(sprint: Sprint, committed: Decimal) -> Bar:
    """Planned work, what may still be planned, what duties and old work take, and the reserve: spent, held, left.

    On-call time supplies the reserve: only what goes beyond it is taken (SPR-2).
    """
    reserve = sprint.size + sprint.carried + sprint.overdraft
    limit = sprint.commit_limit
    duties = sprint.release_manager_duty + max(sprint.on_call_duty - sprint.size, ZERO)
    pieces = [
        ("committed", "Planned", committed),
        ("ground", "Still free to plan", max(limit - committed, ZERO)),
        ("duty", "Duties", duties),
        ("duty", "Stock stream", sprint.stock_stream),
        ("spent", "Reserve spent", sprint.spent),
        ("held", "Reserve held", sprint.held),
        ("free", "Reserve left", sprint.available),
    ]
    segments, x = [], ZERO
    for kind, name, amount in pieces:
        if amount > 0 or kind in ("committed", "free"):
            segments.append(Segment(kind, name, plain(amount), plain(x), plain(amount)))
        x += amount
    if sprint.overdraft:
        # Drawn over the end of the reserve: what goes beyond it, by name.
        start = x - sprint.overdraft
        over = plain(sprint.overdraft)
        segments.append(Segment("over", "Of it overdraft", over, plain(start), over))
    return Bar(
        unit=sprint.team.unit,
        one=unit_of(Decimal(1), sprint.team.unit),
        capacity=plain(sprint.capacity),
        width=plain(max(x, reserve, Decimal(1))),
        segments=segments,
        limit=plain(limit),
        limit_x=plain(limit),
        beyond=with_unit(committed - limit, sprint.team.unit) if committed > limit else "",
        committed=plain(sprint.committed) if sprint.committed is not None else "",
    )


def item_rows(items: Iterable[BacklogItem]) -> list[WorkRow]:
    return [
        WorkRow(
            reference=item.reference,
            url=address("BI", item.pk),
            title=item.title,
            priority="",
            state=item.state,
            state_words=words(item.state),
            points=plain(item.estimate),
        )
        for item in items
    ]


SAID = {
    EntryKind.OPEN: "Reserve set",
    EntryKind.HOLD: "Held for",
    EntryKind.TRUE_UP: "Held more, as logged, for",
    EntryKind.DEBIT: "Spent on",
    EntryKind.CREDIT: "Logged by mistake, taken back:",
    EntryKind.RELEASE: "Released, not needed for",
    EntryKind.CARRY_OUT: "Still held at the close, carried on for",
    EntryKind.CARRY_IN: "Carried over, held for",
    EntryKind.OVERDRAFT: "Overdraft for",
    EntryKind.MAKE_GOOD: "Overdraft made good, of",
    EntryKind.SWAP_OUT: "Made room by leaving:",
    EntryKind.PULL_FORWARD: "Given to planned work:",
}
WORK_SAID = {"report": "a report", "shadow": "a direct request", "page": "a page"}


def ledger(entries: Iterable[ReserveEntry], reasons: Mapping[int, str]) -> list[LedgerRow]:
    """The reserve as a bank statement, oldest line first; `reasons` says why a bug was injected.

    `entries` come with their item and work.
    """
    rows: list[LedgerRow] = []
    now = Counters()
    for entry in entries:
        before, now = now, now.after(line_of(entry))
        name, url = _names(entry)
        rows.append(
            LedgerRow(
                at=entry.at,
                words=_said(entry, first=not rows),
                reference=name,
                url=url,
                why=reasons.get(entry.bug or 0, "") if entry.kind == EntryKind.HOLD else "",
                amount=_signed(now.available - before.available),
                left=plain(now.available),
            )
        )
    return rows


def _names(entry: ReserveEntry) -> tuple[str, str]:
    """What the line is about: its reference and its page."""
    if entry.bug:
        return reference("BUG", entry.bug), address("BUG", entry.bug)
    if entry.item_id:
        return reference("BI", entry.item_id), address("BI", entry.item_id)
    if entry.work and entry.work.report:
        return reference("PR", entry.work.report), address("PR", entry.work.report)
    return "", ""


def _said(entry: ReserveEntry, *, first: bool) -> str:
    said = SAID[EntryKind(entry.kind)]
    if entry.kind == EntryKind.OPEN and not first:
        return f"Reserve set anew, to {plain(entry.amount)}"
    if entry.kind == EntryKind.DEBIT:
        how = "as logged" if entry.work_id else "as held"
        said = f"{plain(entry.amount)} spent, {how}, on"
    if entry.work and not entry.bug and not entry.work.report:
        return f"{said} {WORK_SAID[entry.work.kind]}"
    return said


def _signed(change: Decimal) -> str:
    """With a real minus sign, and a dash when a line moved nothing."""
    if not change:
        return "–"
    return f"{'+' if change > 0 else '−'}{plain(abs(change))}"


def work_rows(bugs: Iterable[Bug]) -> list[WorkRow]:
    return [
        WorkRow(
            reference=bug.reference,
            url=f"/bugs/{bug.reference}/",
            title=bug.title,
            priority=bug.priority,
            state=bug.state,
            state_words=words(bug.state),
            points=plain(bug.injected_at_price if bug.was_injected else bug.estimate),
        )
        for bug in bugs
    ]


def day_words(sprint: Sprint, today: date) -> str:
    """Where the sprint stands, in days of the calendar."""
    days = (sprint.ends_on - sprint.starts_on).days + 1
    if sprint.state == State.PLANNED:
        ahead = (sprint.starts_on - today).days
        return f"{days} days" + (f", in {ahead} days" if ahead > 1 else "")
    if sprint.state != State.RUNNING:
        return f"{days} days"
    gone = (today - sprint.starts_on).days + 1
    if gone > days:
        return f"over since {on_day(sprint.ends_on, today)}"
    return f"day {gone} of {days}" if gone > 0 else f"{days} days"


@dataclass(frozen=True)
class CapacityFact:
    name: str
    value: str
    url: str = ""


def capacity_facts(sprint: Sprint) -> list[CapacityFact]:
    """How the commit limit comes about, as it is kept now (SPR-2)."""
    unit = sprint.team.unit
    known = [
        ("Working capacity", sprint.capacity),
        ("Release-manager duty", sprint.release_manager_duty),
        ("On-call duty, supplies the reserve", sprint.on_call_duty),
        ("Reserve", sprint.size),
        ("Stock stream", sprint.stock_stream),
        ("Carried holds", sprint.carried),
        ("Commit limit", sprint.commit_limit),
    ]
    return [CapacityFact(name, with_unit(amount, unit)) for name, amount in known]
