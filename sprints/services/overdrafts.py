"""What becomes of an overdraft: a swap is proposed, and the product owner swaps out or accepts the risk (SPR-4)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from foundation.errors import Conflict, NotAllowed, NotFound, RuleBroken, Stale, need
from foundation.locking import locked, locked_all
from foundation.references import reference
from oncall.querysets import standing
from sprints import policy
from sprints.events import SprintLetGo, SprintRiskAccepted, SprintSwapProposed
from sprints.lifecycle import OVERDRAFTS, EntryKind, OverdraftState, State
from sprints.models import Overdraft, Sprint
from sprints.querysets import hold_left, planned_work
from sprints.rules.leaving import Piece
from sprints.services._act import ROWS, finish
from sprints.services.reserve import Posting, leave, post, propose
from teams.models import Person


@transaction.atomic
def propose_swap(
    overdraft_id: int,
    *,
    leaves: Sequence[str],
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Name the planned work (references) that would leave, in place of an earlier proposal."""
    sprint, overdraft = _begin(overdraft_id, "propose_swap", by=by, at=at, version=version)
    pieces = chosen(sprint, leaves)
    if not pieces:
        raise RuleBroken("Name at least one piece of planned work that would leave.")
    propose(overdraft, pieces)
    fact = SprintSwapProposed(
        overdraft=overdraft.pk, leaves=tuple(p.reference for p in pieces), bug=_bug(overdraft)
    )
    return finish(sprint, fact, [], by=by, at=at, source=source)


@transaction.atomic
def let_go(
    overdraft_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Who works on a started piece says that it may leave."""
    sprint, overdraft = _begin(overdraft_id, "let_go", by=by, at=at, version=version)
    mine = overdraft.leaving.filter(asked=by, let_go_at__isnull=True)
    if not mine.update(let_go_at=at):
        raise NotAllowed("Nothing that you work on is asked for here.")
    fact = SprintLetGo(overdraft=overdraft.pk, bug=_bug(overdraft))
    return finish(sprint, fact, [], by=by, at=at, source=source)


@transaction.atomic
def swap_out(
    overdraft_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """The proposed work leaves the sprint, and makes the overdraft good as far as it reaches."""
    sprint, overdraft = _begin(overdraft_id, "swap_out", by=by, at=at, version=version)
    proposed = list(overdraft.leaving.select_related("asked").order_by("pk"))
    if not proposed:
        raise RuleBroken("Nothing is proposed to leave. Propose it first, or accept the risk.")
    if waiting := [row for row in proposed if row.asked_id and row.let_go_at is None]:
        people = ", ".join(str(row.asked) for row in waiting)
        raise RuleBroken(f"{people} works on what would leave and has not let it go yet.")
    names = [reference("BUG", r.bug) if r.bug else reference("BI", r.item_id) for r in proposed]
    pieces = chosen(sprint, names)
    freed = sum((p.points for p in pieces), overdraft.left * 0)
    leave(sprint, pieces, instead_of=overdraft.bug, by=by, at=at, source=source)
    good = min(freed, overdraft.left)
    if good:
        post(sprint, [_make_good(overdraft, good)], at=at)
    overdraft.left -= good
    overdraft.leaving.all().delete()
    if not overdraft.left:
        _answer(overdraft, "swap_out", by=by, at=at)
    else:
        overdraft.save(update_fields=["left"])
    sprint.refresh_from_db()
    return sprint


@transaction.atomic
def accept_risk(
    overdraft_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Nothing leaves: the overdraft stays, by name, and the product owner carries the risk for the goal."""
    need(reason=reason)
    sprint, overdraft = _begin(overdraft_id, "accept_risk", by=by, at=at, version=version)
    _answer(overdraft, "accept_risk", by=by, at=at)
    fact = SprintRiskAccepted(overdraft=overdraft.pk, points=overdraft.left, bug=_bug(overdraft))
    return finish(sprint, fact, [], by=by, at=at, source=source, text=reason)


def chosen(sprint: Sprint, references: Sequence[str]) -> list[Piece]:
    """The pieces of planned work with these references; refuses what is not (or no longer) planned in it."""
    there = {p.reference: p for p in planned_work(sprint.pk)}
    if gone := [name for name in references if name not in there]:
        raise RuleBroken(
            f"{', '.join(gone)} cannot leave {sprint.name}: only its planned, unfinished work can."
        )
    return [there[name] for name in dict.fromkeys(references)]


def _begin(
    overdraft_id: int, verb: str, *, by: Person, at: datetime, version: int | None
) -> tuple[Sprint, Overdraft]:
    """Lock sprint, then overdraft; ask the policy, compare the version; an answered one is answered."""
    key = Overdraft.objects.filter(pk=overdraft_id).values_list("sprint_id", flat=True).first()
    if key is None:
        raise NotFound("There is no such overdraft.")
    sprint = locked(ROWS, key)
    if refusal := policy.may(verb, standing(by, at), sprint):
        raise NotAllowed(refusal)
    if version is not None and version != sprint.version:
        raise Stale("Somebody changed this sprint since you opened it.")
    overdraft = locked(Overdraft.objects.all(), overdraft_id)
    if not OVERDRAFTS.permits(overdraft.state, verb):
        raise Conflict("This is answered already: look at the sprint to see how.")
    if sprint.state != State.RUNNING:
        raise Conflict(f"{sprint.name} is {sprint.state}: its plan changes no more.")
    return sprint, overdraft


def _answer(overdraft: Overdraft, verb: str, *, by: Person, at: datetime) -> None:
    OVERDRAFTS.advance(overdraft, verb)
    overdraft.decided_by, overdraft.decided_at, overdraft.nag_at = by, at, None
    overdraft.save(update_fields=["state", "left", "decided_by", "decided_at", "nag_at"])


def give_back(sprint: Sprint, *, bug: int, by: Person, at: datetime) -> None:
    """The bug is no defect: what is still held for it is free, and makes good what it took beyond the reserve.

    Called with the sprint locked. An overdraft that is made good in full needs no answer any more.
    """
    rest = hold_left(sprint.pk, bug)
    if rest <= 0:
        return
    post(sprint, [Posting(EntryKind.RELEASE, rest, bug=bug)], at=at)
    beyond = Overdraft.objects.filter(sprint=sprint, bug=bug, left__gt=0).select_related("sprint")
    for overdraft in locked_all(beyond, beyond.values_list("pk", flat=True)).values():
        good = min(rest, overdraft.left)
        if not good:
            break
        post(sprint, [_make_good(overdraft, good)], at=at)
        rest, overdraft.left = rest - good, overdraft.left - good
        overdraft.save(update_fields=["left"])
        if not overdraft.left and overdraft.state == OverdraftState.OPEN:
            overdraft.leaving.all().delete()
            _answer(overdraft, "swap_out", by=by, at=at)  # made good, as by a swap


def _make_good(overdraft: Overdraft, amount: Decimal) -> Posting:
    """The line names what the overdraft's own lines name: a bug, or the work that overdrew."""
    named = overdraft.sprint.entries.filter(kind=EntryKind.OVERDRAFT, bug=overdraft.bug)
    bug, work = named.order_by("-pk").values_list("bug", "work").first() or (None, None)
    return Posting(EntryKind.MAKE_GOOD, amount, bug=bug, work=work)


def _bug(overdraft: Overdraft) -> str:
    return reference("BUG", overdraft.bug) if overdraft.bug else ""
