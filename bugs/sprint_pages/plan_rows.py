"""Prepared rows of the page that plans a sprint: what is in it, and what waits beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bugs.models import Bug
from bugs.policy import may_schedule
from foundation.amounts import plain
from foundation.references import address
from oncall.rules import Standing
from sprints.lifecycle import ItemState, State
from sprints.models import BacklogItem, Sprint
from sprints.policy.backlog import may_order
from sprints.rules.ordering import Move, moves


@dataclass(frozen=True)
class PlanRow:
    """A backlog item beside a sprint: what can be done with it, and why not."""

    reference: str
    url: str
    title: str
    points: str
    version: int
    state: str
    swappable: bool
    serves_goal: bool
    may_go_in: bool
    may_go_out: bool
    moves: tuple[Move, ...] = ()


def plan_rows(items: Sequence[BacklogItem], *, moved_by: Standing | None = None) -> list[PlanRow]:
    """`moved_by` may move them in the product owner's order, when the policy says so."""
    order = [(item.reference, item.title) for item in items]
    return [
        PlanRow(
            reference=item.reference,
            url=address("BI", item.pk),
            title=item.title,
            points=plain(item.estimate),
            version=item.version,
            state=item.state,
            swappable=item.swappable,
            serves_goal=item.serves_goal,
            may_go_in=item.estimate is not None,
            may_go_out=item.state == ItemState.SCHEDULED,
            moves=moves(order, n) if moved_by and may_order(moved_by, item) is None else (),
        )
        for n, item in enumerate(items)
    ]


@dataclass(frozen=True)
class WaitingBug:
    """A bug beside a sprint: whether the reader may promise it there, and what it lacks."""

    reference: str
    url: str
    title: str
    priority: str
    points: str
    version: int
    may_go_in: bool
    why_not: str


def waiting_bugs(bugs: Iterable[Bug], sprint: Sprint, who: Standing) -> list[WaitingBug]:
    """`bugs` wait to be scheduled; who decides on one puts it in, when it is estimated."""
    found = []
    for bug in bugs:
        why_not = "not estimated yet" if bug.estimate is None else ""
        may = sprint.state == State.PLANNED and may_schedule(who, bug) is None
        found.append(
            WaitingBug(
                reference=bug.reference,
                url=address("BUG", bug.pk),
                title=bug.title,
                priority=bug.priority,
                points=plain(bug.estimate),
                version=bug.version,
                may_go_in=may and not why_not,
                why_not=why_not,
            )
        )
    return found


def nobody_puts_in(bugs: Sequence[Bug], sprint: Sprint, who: Standing) -> str:
    """Why the reader puts none of these bugs in, said once above them."""
    if not bugs:
        return ""
    if sprint.state == State.RUNNING:
        return "The sprint runs: a bug is injected into it, from its own page."
    return may_schedule(who, bugs[0]) or ""
