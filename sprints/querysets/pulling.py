"""What is left of a reserve late in a sprint, and what it could be given to (SPR-8)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q

from sprints.lifecycle import EntryKind, ItemState, State
from sprints.models import BacklogItem, ReserveEntry, Sprint
from sprints.querysets.sprints import working_days
from sprints.rules.pulling import Thing, kept, late_from, proposed, spare
from sprints.rules.reserve import ZERO

MORNING = time(9)


@dataclass(frozen=True)
class Room:
    """What may be pulled forward now, in the sprint's unit: `unused` less what is `kept` for the days left."""

    late_from: date
    today: date
    unused: Decimal
    kept: Decimal

    @property
    def is_late(self) -> bool:
        return self.today >= self.late_from

    @property
    def spare(self) -> Decimal:
        return spare(self.unused, self.kept)


def room_in(sprint: Sprint, at: datetime) -> Room:
    """`sprint` comes with its team's calendar. An overdraft is made good before anything is given away."""
    days = sorted(working_days(sprint))
    today = at.astimezone(ZoneInfo(sprint.team.calendar.zone)).date()
    opened = ReserveEntry.objects.filter(sprint=sprint, kind=EntryKind.OPEN).order_by("-pk")
    set_aside = opened.values_list("amount", flat=True).first() or ZERO
    return Room(
        late_from=late_from(days, sprint.ends_on),
        today=today,
        unused=max(min(sprint.available - sprint.overdraft, sprint.size), ZERO),
        kept=kept(set_aside, days, today),
    )


def proposes_at(sprint: Sprint) -> datetime:
    """The morning on which it is late: when the clock looks for the first time."""
    zone = ZoneInfo(sprint.team.calendar.zone)
    late = late_from(sorted(working_days(sprint)), sprint.ends_on)
    return datetime.combine(late, MORNING, zone)


def could_be_pulled(sprint: Sprint, at: datetime) -> list[Thing]:
    """Overdue paybacks that no sprint runs with, and bugs that are scheduled for a later sprint of the team."""
    zone = ZoneInfo(sprint.team.calendar.zone)
    return [*_paybacks(sprint, at.astimezone(zone).date()), *_bugs(sprint, zone)]


def to_pull(sprint: Sprint, at: datetime) -> tuple[Room | None, list[Thing]]:
    """What is proposed to the team now; no room is told of a sprint that does not run or is not late."""
    if sprint.state != State.RUNNING:
        return None, []
    room = room_in(sprint, at)
    if not room.is_late or not room.spare:
        return None, []
    return room, proposed(could_be_pulled(sprint, at), room.spare)


def _paybacks(sprint: Sprint, today: date) -> list[Thing]:
    # Loans are of the floor above, by the names of their relations (HOUSE, Reading upward).
    found: dict[int, Thing] = {}
    for loan in ("fixes_loan", "cleans_up_loan"):
        owed = BacklogItem.objects.filter(
            Q(state=ItemState.ACCEPTED) | Q(state=ItemState.SCHEDULED, sprint__state=State.PLANNED),
            team_id=sprint.team_id,
            estimate__isnull=False,
            **{f"{loan}__state": "open", f"{loan}__due_on__lt": today},
        ).order_by("pk")
        for key, points, title, due in owed.values_list(
            "pk", "estimate", "title", f"{loan}__due_on"
        ):
            found[key] = Thing(points, due, title, item=key)
    return list(found.values())


def _bugs(sprint: Sprint, zone: ZoneInfo) -> list[Thing]:
    waiting = Sprint.objects.filter(
        team_id=sprint.team_id, state=State.PLANNED, bugs__state="scheduled"
    ).order_by("bugs__pk")
    fields = ("pk", "estimate", "title", "opened_at", "priority")
    return [
        Thing(points, opened.astimezone(zone).date(), title, bug=key, priority=priority)
        for key, points, title, opened, priority in waiting.values_list(
            *(f"bugs__{name}" for name in fields)
        )
    ]
