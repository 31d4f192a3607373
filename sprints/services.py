"""Verbs on sprints, and the acts on the reserve that the floor above draws on.

`draw_on_reserve`, `debit` and `release` are called with the sprint already locked by the verb of
the floor above: locks are taken once, at the top, lowest floor first.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from psycopg2.extras import Json

from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, Stale
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from oncall.querysets import standing
from sprints import policy, rules
from sprints.events import CapacitySet, ReserveSet, SprintClosed, SprintPlanned, SprintStarted
from sprints.lifecycle import LIFECYCLE, EntryKind, State
from sprints.models import ReserveEntry, Sprint
from teams.models import Person, Team


@transaction.atomic
def plan(
    team: Team,
    *,
    name: str,
    goal: str,
    starts_on: date,
    ends_on: date,
    capacity: Decimal,
    reserve: Decimal,
    by: Person,
    at: datetime,
    source: str = "web",
) -> Sprint:
    """Plan a sprint with its capacity and reserve, in the team's unit."""
    if refusal := policy.may_plan(standing(by, at), team.pk):
        raise NotAllowed(refusal)
    _check_amounts(capacity=capacity, reserve=reserve)
    if ends_on < starts_on:
        raise RuleBroken("A sprint ends on or after the day it starts.")
    if reserve > capacity:
        raise RuleBroken("The reserve is a part of the capacity; it cannot be larger.")
    try:
        with transaction.atomic():
            sprint = Sprint.objects.create(
                team=team,
                name=name,
                goal=goal,
                starts_on=starts_on,
                ends_on=ends_on,
                capacity=capacity,
                size=reserve,
            )
    except IntegrityError as error:
        if "sprint_name_once_per_team" not in str(error):
            raise
        raise Conflict(f"{team.name} already has a sprint called {name}.") from error
    _open_reserve(sprint, reserve, at=at)
    fact = SprintPlanned(capacity=capacity, reserve=reserve)
    journal.record(fact, subject=sprint.pk, by=by, at=at, source=source)
    return sprint


@transaction.atomic
def set_capacity(
    sprint_id: int,
    capacity: Decimal,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    _check_amounts(capacity=capacity)
    sprint = begin(sprint_id, "set_capacity", by=by, at=at, version=version)
    if capacity < sprint.size:
        raise RuleBroken("The reserve is a part of the capacity; lower the reserve first.")
    fact = CapacitySet(capacity=capacity, was=sprint.capacity)
    sprint.capacity = capacity
    return _finish(sprint, fact, ["capacity"], by=by, at=at, source=source)


@transaction.atomic
def set_reserve(
    sprint_id: int,
    reserve: Decimal,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Set the reserve anew; never below what is already promised or used."""
    _check_amounts(reserve=reserve)
    sprint = begin(sprint_id, "set_reserve", by=by, at=at, version=version)
    if reserve > sprint.capacity:
        raise RuleBroken("The reserve is a part of the capacity; it cannot be larger.")
    if sprint.held + sprint.spent > reserve + sprint.overdraft:
        raise RuleBroken(
            f"{sprint.held + sprint.spent} is already held or spent; the reserve cannot go below it."
        )
    fact = ReserveSet(reserve=reserve, was=sprint.size)
    sprint.size = reserve
    _open_reserve(sprint, reserve, at=at)
    return _finish(sprint, fact, ["size"], by=by, at=at, source=source)


@transaction.atomic
def start(
    sprint_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Start the sprint; what was scheduled for it is now in it (a reaction of bugs)."""
    sprint = begin(sprint_id, "start", by=by, at=at, version=version)
    if Sprint.objects.filter(team_id=sprint.team_id, state=State.RUNNING).exists():
        raise RuleBroken("Another sprint of this team is running; close it first.")
    try:
        with transaction.atomic():
            return _finish(sprint, SprintStarted(), ["state"], by=by, at=at, source=source)
    except IntegrityError as error:  # two sprints of a team, started in the same moment
        if "one_running_sprint" not in str(error):
            raise
        raise Conflict("Another sprint of this team was started in this very moment.") from error


@transaction.atomic
def close(
    sprint_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Close the sprint; unfinished bugs go back to the queue (a reaction of bugs)."""
    sprint = begin(sprint_id, "close", by=by, at=at, version=version)
    _finish(sprint, SprintClosed(), ["state"], by=by, at=at, source=source)
    sprint.refresh_from_db()
    return sprint


def draw_on_reserve(
    sprint: Sprint,
    *,
    bug: int,
    price: Decimal,
    leaving: Mapping[int, Decimal],
    may_overdraw: bool,
    at: datetime,
) -> rules.Draw:
    """Hold `price` for a bug in a locked, running sprint; refuse what neither reserve nor swaps cover.

    `leaving` maps the bugs that leave the sprint to their points. Only a P0 may overdraw, and the
    overdraft grows only in the statement that writes its named row.
    """
    if sprint.state != State.RUNNING:
        raise RuleBroken(
            f"{sprint.name} is {sprint.state}; a bug is injected into a running sprint."
        )
    drawn = rules.draw(
        price,
        available=sprint.available,
        leaving=leaving.values(),
        may_overdraw=may_overdraw,
    )
    if drawn.missing:
        raise RuleBroken(
            f"The reserve has {_plain(sprint.available)} {sprint.team.unit} left and this takes "
            f"{_plain(price)}. Name planned work that leaves the sprint to cover the other "
            f"{_plain(drawn.missing)}."
        )
    lines = [(EntryKind.SWAP_OUT, points, gone) for gone, points in leaving.items()]
    if drawn.overdraft:
        lines.append((EntryKind.OVERDRAFT, drawn.overdraft, bug))
    _post(sprint, [*lines, (EntryKind.HOLD, price, bug)], at=at)
    return drawn


def debit(sprint: Sprint, *, bug: int, amount: Decimal, at: datetime) -> None:
    """What was held for a bug is used."""
    _post(sprint, [(EntryKind.DEBIT, amount, bug)], at=at)


def release(sprint: Sprint, *, bug: int, amount: Decimal, at: datetime) -> None:
    """What was held for a bug is free again."""
    _post(sprint, [(EntryKind.RELEASE, amount, bug)], at=at)


# The lines and the counters move in one statement: there is no moment in which the reserve differs
# from its ledger, and the CHECK on the sprint has the last word.
POST = """
    WITH line AS (
        INSERT INTO sprints_reserveentry (sprint_id, kind, amount, bug_id, at)
        SELECT %(sprint)s, l.kind, l.amount, l.bug, %(at)s
        FROM jsonb_to_recordset(%(lines)s) AS l(kind text, amount numeric, bug bigint)
        RETURNING kind, amount
    ), total AS (
        SELECT coalesce(sum(amount) FILTER (WHERE kind = 'swap_out'), 0) AS swapped,
               coalesce(sum(amount) FILTER (WHERE kind = 'overdraft'), 0) AS overdrawn,
               coalesce(sum(amount) FILTER (WHERE kind = 'debit'), 0) AS debited,
               coalesce(sum(amount) FILTER (WHERE kind = 'hold'), 0)
                 - coalesce(sum(amount) FILTER (WHERE kind IN ('debit', 'release')), 0) AS held
        FROM line
    )
    UPDATE sprints_sprint AS s
    SET size = s.size + total.swapped, overdraft = s.overdraft + total.overdrawn,
        held = s.held + total.held, spent = s.spent + total.debited, version = s.version + 1
    FROM total WHERE s.id = %(sprint)s
    RETURNING s.size, s.overdraft, s.held, s.spent, s.version
"""


def _post(sprint: Sprint, lines: list[tuple[str, Decimal, int]], *, at: datetime) -> None:
    rows = [{"kind": str(kind), "amount": str(amount), "bug": bug} for kind, amount, bug in lines]
    with connection.cursor() as cursor:
        cursor.execute(POST, {"sprint": sprint.pk, "lines": Json(rows), "at": at})
        (sprint.size, sprint.overdraft, sprint.held, sprint.spent, sprint.version) = (
            cursor.fetchone()
        )


def _open_reserve(sprint: Sprint, amount: Decimal, *, at: datetime) -> None:
    ReserveEntry.objects.create(sprint=sprint, kind=EntryKind.OPEN, amount=amount, at=at)


def _check_amounts(**amounts: Decimal) -> None:
    refused = {name: rules.out_of_range(amount) for name, amount in amounts.items()}
    if any(refused.values()):
        raise Invalid({name: [words] for name, words in refused.items() if words})


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def begin(sprint_id: int, verb: str, *, by: Person, at: datetime, version: int | None) -> Sprint:
    """Lock the sprint, ask the policy, compare the version and move it by the table."""
    sprint = locked(Sprint.objects.select_related("team"), sprint_id)
    if refusal := policy.may(verb, standing(by, at), sprint):
        raise NotAllowed(refusal)
    if version is not None and version != sprint.version:
        raise Stale("Somebody changed this sprint since you opened it.")
    LIFECYCLE.advance(sprint, verb)
    return sprint


def _finish(
    sprint: Sprint, fact: Fact, fields: list[str], *, by: Person, at: datetime, source: str
) -> Sprint:
    sprint.version += 1
    sprint.save(update_fields=[*fields, "version"])
    journal.record(fact, subject=sprint.pk, by=by, at=at, source=source)
    return sprint
