"""What an injection costs, before the click (SPR-4): points left, what could leave, what it touches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bugs.lifecycle import Priority
from bugs.models import Bug
from bugs.querysets import way_on, who_would_pair
from bugs.rules import who_takes_it
from foundation.amounts import plain, with_unit
from oncall.models import DutyKind
from oncall.querysets import holder
from sprints.models import Sprint
from sprints.querysets import chances
from sprints.rules.chance import ENOUGH, in_words
from sprints.rules.holds import Suggestion
from sprints.rules.leaving import Option, Piece, options
from sprints.rules.reserve import draw
from teams.models import Person


@dataclass(frozen=True)
class Price:
    """As `bugs/_price.html` wants it."""

    sprint: str
    sprint_url: str
    words: str
    lines: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def price(
    bug: Bug, sprint: Sprint | None, pieces: Sequence[Piece], offer: Suggestion | None
) -> Price:
    """Reserve left, what this takes, and what could leave; without a sprint, that its entry waits for one."""
    if sprint is None:
        waits = f"no sprint of {bug.team.name} runs: work starts, and the next sprint pays"
        return Price("", "", waits)
    unit, left = sprint.team.unit, sprint.available
    url = f"/sprints/{sprint.reference}/"
    if offer is None:
        words = f"{with_unit(left, unit)} left in the reserve"
        return Price(sprint.name, url, words, ("Nobody has estimated it: say what it takes.",))
    missing = draw(offer.amount, available=left).overdraft
    basis = _basis(offer, bug)
    if not missing:
        words = f"takes {plain(offer.amount)} of the {plain(left)} {unit} left in the reserve"
        return Price(sprint.name, url, words, basis)
    words = f"takes {with_unit(offer.amount, unit)}, the reserve has {plain(left)} left"
    offered = options(pieces, missing)
    lines = (*basis, *_shortage(bug, missing, pieces, offered))
    return Price(sprint.name, url, words, lines, tuple(_said(o, unit) for o in offered))


def suggested(bug: Bug, at: datetime) -> tuple[str, ...]:
    """Whom the team's way of fixing a P1 suggests (BUG-7); nothing while the team has not said its way."""
    way = way_on(bug.team, at) if bug.priority == Priority.P1 else None
    if way is None:
        return ()
    on_call = holder(bug.team_id, DutyKind.ON_CALL, at)
    experts = [str(p) for p in bug.product_area.experts.order_by("username")]
    area = bug.product_area.name
    return (who_takes_it(way, on_call=on_call and str(on_call), experts=experts, area=area),)


def pairing(bug: Bug, at: datetime, developers: Sequence[Person]) -> tuple[str, ...]:
    """Whom to send together, so that one more knows the area afterwards (BUG-8)."""
    found = who_would_pair(bug, at, developers)
    return (f"A pair: {found.first} and {found.second} ({found.words}).",) if found else ()


def goal_odds(
    sprint: Sprint | None, pieces: Sequence[Piece], offer: Suggestion | None, at: datetime
) -> tuple[str, ...]:
    """The chance of the goal before and after, from the team's own sprints; nothing where nothing serves a goal."""
    found = chances(sprint, pieces, offer.amount if offer else Decimal(0), at) if sprint else None
    if found is None:
        return ()
    if found.before is None or found.after is None:
        few = f"{found.sprints} of {ENOUGH} closed sprints"
        return (f"Chance of the goal: too few to say, {few}.",)
    before, after = in_words(found.before), in_words(found.after)
    if offer is None:
        return (f"Chance of the goal: {before} now, from {found.sprints} closed sprints.",)
    same = f"{before} before and after"
    said = same if before == after else f"{before} before, {after} after"
    return (
        f"Chance of the goal: {said}, from {found.sprints} closed sprints, when what serves it is done first.",
    )


def _basis(offer: Suggestion, bug: Bug) -> tuple[str, ...]:
    """What the price stands on, beside the developers' estimate when it is something else."""
    if not offer.n:
        return ()
    estimated = f"; estimated at {plain(bug.estimate)}" if bug.estimate is not None else ""
    return (f"{plain(offer.amount)} is {offer.basis} (n = {offer.n}){estimated}.",)


def _shortage(
    bug: Bug, missing: Decimal, pieces: Sequence[Piece], offered: Sequence[Option]
) -> Iterable[str]:
    if bug.priority == Priority.P0:
        yield (
            f"A P0 goes in all the same: the overdraft of {plain(missing)} is written down by name, and "
            "made good within a working day."
        )
        if offered:
            yield "Choose what leaves, and the overdraft gets smaller."
        return
    could = sum((p.points for p in pieces), Decimal(0))
    if offered:
        yield f"{plain(missing)} too few: choose planned work that leaves."
    else:
        yield (
            f"{plain(missing)} too few, and the planned work could free only {plain(could)}. Ask the "
            "product owner to accept the risk, or schedule it."
        )


def _said(option: Option, unit: str) -> str:
    """One of the three ways out, with what it touches."""
    names = ", ".join(f"{p.reference} {p.title}" for p in option.pieces)
    goal = option.goal_pieces
    touches = (
        "" if not goal else f", {goal} of it for the goal" if goal > 1 else ", it serves the goal"
    )
    return f"{option.name.capitalize()}: {names} ({with_unit(option.points, unit)}{touches})"
