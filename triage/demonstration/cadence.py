"""The sprints of each team: two weeks, from some day of the week; the running one is well under way."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sprints import services as sprints
from sprints.models import Sprint
from sprints.querysets import unfinished
from triage.demonstration.stage import Story

if TYPE_CHECKING:
    from triage.demonstration.play import Play

LENGTH = timedelta(days=14)
PAST, COMING = 9, 2
GOAL_MISSED = (3, 7)
#: By whether somebody had begun.
WHY_CARRIED = {
    True: "More was behind it than the estimate said; it goes on in the next sprint",
    False: "Unplanned work took its place",
}
#: What a team tries after a sprint, in turn, and what the next retrospective says of it.
TRIES = (
    ("Look at new reports together every morning, for ten minutes", "yes"),
    ("Write the test before the fix, also when it hurries", "yes"),
    ("Ask for the browser and the clinic's time zone in the first answer", "too_early"),
    ("Keep Friday afternoon free of releases", "no"),
)
LESS_CAPACITY, MORE_RESERVE = (2, 6), (4, 8)  # somebody was ill; a rough start


@dataclass(frozen=True)
class Style:
    """How one team plans. `points` is what one point of an estimate is in the team's unit."""

    called: str
    first: int
    starts: int  # weekday; with the rule below the running sprint is 4 to 10 days old
    capacity: tuple[int, ...]
    reserve: tuple[int, ...]
    room: int  # how much of a sprint the bugs may take as planned work
    points: int
    planner: str
    goals: tuple[str, ...]


STYLES = {
    "clinic": Style(
        "Sprint {}",
        first=31,
        starts=2,
        capacity=(42, 40, 40, 38, 40, 36, 40, 42, 40, 40, 42, 42),
        reserve=(4, 5, 4, 6, 5, 5, 6, 6, 6, 14, 10, 10),
        room=15,
        points=1,
        planner="pia",
        goals=(
            "A receptionist moves a booking in one gesture",
            "Weights and doses in one unit, everywhere",
            "The day list opens in a second, also on Monday morning",
            "A claim leaves with everything the insurer asks for",
            "Lab results land in the right animal's file by themselves",
            "Vaccination reminders that owners can answer",
            "Month-end closes without a phone call to us",
            "Controlled drugs: a register that an inspector accepts",
            "Two vets can write in one consultation",
            "The waiting room screen shows who is next",
            "Estimates that owners sign on the tablet",
            "Hospital sheets for animals that stay the night",
        ),
    ),
    "platform": Style(
        "Platform {}",
        first=12,
        starts=0,
        capacity=(230, 230, 210, 230, 220, 200, 230, 230, 230, 220, 230, 230),
        reserve=(40, 40, 40, 45, 45, 45, 50, 50, 48, 48, 48, 48),
        room=70,
        points=6,
        planner="hugo",
        goals=(
            "Groups of clinics sign in with their own directory",
            "Online booking survives a Black Friday",
            "Exports that accountants can open",
            "A phone that was offline catches up by itself",
            "Import a competitor's records in one evening",
            "Webhooks that can be replayed",
            "Two-step sign-in for everybody who prescribes",
            "Owners book for two animals at once",
            "Scheduled reports by email",
            "The app starts in two seconds on an old phone",
            "Laboratory partners move to the new interface",
            "One audit log for all clinics of a group",
        ),
    ),
}


@dataclass
class Slot:
    """One sprint of a team on the calendar; `number` is its key once it is planned."""

    team: str
    nth: int
    starts_on: date
    ends_on: date
    planned_at: datetime
    started_at: datetime
    closed_at: datetime
    number: int = 0
    load: Decimal = Decimal(0)
    state: str = ""
    tried: int = 0  # the key of what was written down at its retrospective


def calendar_of(play: "Play", team: str) -> list[Slot]:
    """Nine past sprints, the running one and two to come."""
    style, hours, zone = STYLES[team], play.company.hours[team], play.company.zone(team)
    running = _running_since(play.now.astimezone(zone).date(), style.starts)
    found: list[Slot] = []
    for nth in range(PAST + 1 + COMING):
        starts_on = running + (nth - PAST) * LENGTH
        ends_on = starts_on + LENGTH - timedelta(days=1)
        started_at = hours.after(_midnight(starts_on, zone), 0.4 + nth % 3 / 7)
        first = found[0].started_at if found else started_at
        two_before = found[nth - 2].started_at if nth > 1 else hours.before(first, 60)
        closed_at = hours.before(_midnight(ends_on + timedelta(days=1), zone), 0.9 + nth % 4 / 5)
        planned_at = hours.after(two_before, 1.2 + nth % 5 / 3)
        found.append(Slot(team, nth, starts_on, ends_on, planned_at, started_at, closed_at))
    return found


def _running_since(today: date, weekday: int) -> date:
    """The start of the running sprint: the last such weekday that is four days ago or more."""
    ago = (today.weekday() - weekday) % 7
    return today - timedelta(days=ago if ago >= 4 else ago + 7)


def _midnight(day: date, zone: object) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)  # type: ignore[arg-type]


def sprint_story(play: "Play", slot: Slot) -> Story:
    """Planned two sprints ahead; started; now and then set anew; closed."""
    style, by = STYLES[slot.team], play.person(STYLES[slot.team].planner)
    at = yield slot.planned_at
    sprint = sprints.plan(
        play.company.teams[slot.team],
        name=style.called.format(style.first + slot.nth),
        goal=style.goals[slot.nth],
        starts_on=slot.starts_on,
        ends_on=slot.ends_on,
        capacity=Decimal(style.capacity[slot.nth]),
        reserve=Decimal(style.reserve[slot.nth]),
        by=by,
        at=at,
        source="demo",
    )
    slot.number, slot.state = sprint.pk, "planned"
    at = yield slot.started_at
    sprints.commit(sprint.pk, by=by, at=at, source="demo")
    sprints.start(sprint.pk, by=by, at=at, source="demo")
    slot.state = "running"
    hours, unit = play.company.hours[slot.team], style.points
    if slot.nth in LESS_CAPACITY:
        at = yield hours.after(slot.started_at, 9.5)
        less = Decimal(style.capacity[slot.nth] - 4 * unit)
        sprints.set_capacity(sprint.pk, less, by=by, at=at, source="demo")
    if slot.nth in MORE_RESERVE:
        at = yield hours.after(slot.started_at, 21.2)
        # More than it has come to by now, with what left the sprint for an injection.
        more = Sprint.objects.get(pk=sprint.pk).size + 2 * unit
        sprints.set_reserve(sprint.pk, more, by=by, at=at, source="demo")
    at = yield slot.closed_at
    left = {piece.reference: WHY_CARRIED[piece.started] for piece in unfinished(sprint.pk)}
    sprints.close(
        sprint.pk, reasons=left, goal_met=slot.nth not in GOAL_MISSED, by=by, at=at, source="demo"
    )
    slot.state = "closed"
    said = {"by": by, "at": at, "source": "demo"}
    if slot.nth and (before := play.sprints[slot.team][slot.nth - 1]).tried:
        helped = TRIES[before.nth % len(TRIES)][1]
        sprints.judge_improvement(before.tried, helped=helped, sprint_id=sprint.pk, **said)
    text = TRIES[slot.nth % len(TRIES)][0]
    slot.tried = sprints.add_improvement(sprint.pk, text=text, **said).pk
