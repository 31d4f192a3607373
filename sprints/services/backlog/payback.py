"""What a loan is repaid with: an item that is decided, estimated and planned in one act (BUG-4)."""

from datetime import datetime
from decimal import Decimal

from foundation.errors import Invalid, NotFound
from foundation.locking import locked_all
from journal import services as journal
from sprints.events import ItemAdded, ItemScheduled
from sprints.lifecycle import AHEAD, BACKLOG, DebtKind, ItemKind, State, Track
from sprints.models import BacklogItem, Sprint
from sprints.rules.ordering import between
from sprints.services import scope
from sprints.services._act import ROWS as SPRINTS
from sprints.services.backlog._act import lock_order
from teams.models import Person, Team


def lock_for_payback(team_id: int, named: dict[str, int]) -> dict[str, Sprint]:
    """The sprints that paybacks go into, locked behind the order of the team; refused beside their field."""
    lock_order(team_id)
    rows = locked_all(SPRINTS, named.values())
    found = {field: rows.get(key) for field, key in named.items()}
    wrong = {
        field: ["Choose a sprint of the team that runs or is planned."]
        for field, sprint in found.items()
        if sprint is None or sprint.team_id != team_id or sprint.state not in AHEAD
    }
    if wrong:
        raise Invalid(wrong)
    return {field: sprint for field, sprint in found.items() if sprint is not None}


def book_payback(
    team: Team,
    sprint: Sprint,
    *,
    title: str,
    rationale: str,
    points: Decimal,
    by: Person,
    at: datetime,
    source: str,
) -> BacklogItem:
    """Debt of a workaround, planned in a sprint that `lock_for_payback` has locked. Who takes the loan decided it."""
    if sprint.team_id != team.pk:
        raise NotFound(f"{team.name} has no such sprint.")
    last = BacklogItem.objects.filter(team=team).order_by("-position").first()
    item = BacklogItem(
        team=team, title=title[:200], kind=ItemKind.DEBT, debt=DebtKind.WORKAROUND, rationale=rationale,
        added_by=by, added_at=at, estimate=points, sprint=sprint,
    )  # fmt: skip
    item.position = between(last.position if last else None, None) or Decimal(1)
    BACKLOG.advance(item, "accept")
    BACKLOG.advance(item, "schedule")
    item.save()
    for fact in (ItemAdded(kind_of_item=item.kind), ItemScheduled(sprint=sprint.reference)):
        journal.record(fact, subject=item.pk, by=by, at=at, source=source)
    if sprint.state == State.RUNNING:
        scope.entered(sprint, track=Track.PLANNED, amount=points, at=at, item=item.pk)
    return item
