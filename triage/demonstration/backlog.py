"""The planned work of Clinic: proposed by developers, decided by the product owner, some of it in sprints (SPR-9)."""

from decimal import Decimal
from typing import NamedTuple

from sprints import services as sprints
from sprints.lifecycle import AHEAD
from sprints.models import Sprint
from sprints.querysets import planned_work
from sprints.services import backlog
from triage.demonstration.cadence import STYLES
from triage.demonstration.play import Play, chance
from triage.demonstration.stage import Story


class Wanted(NamedTuple):
    """`fate`: running, coming (sprints ahead), accepted, proposed or declined."""

    title: str
    kind: str
    points: int
    fate: str
    why: str = ""
    debt: str = ""


CLINIC = (
    Wanted("Owners sign estimates on the tablet", "evolution", 8, "running"),
    Wanted("Alert when an export hangs for ten minutes", "debt", 2, "running",
           "Nine reports since June; nobody sees it until Monday.", "monitoring_gap"),
    Wanted("Two vets write in one consultation", "evolution", 5, "coming"),
    Wanted("Retry the laboratory's slow answers", "debt", 3, "coming",
           "Four injections in three sprints.", "error_handling"),
    Wanted("A rehearsal of the restore, by everybody on call", "prevention", 2, "coming",
           "The last one took a morning, and only one of us knew how."),
    Wanted("Hospital sheets for animals that stay the night", "evolution", 8, "accepted"),
    Wanted("One timeout for all calls to the insurers", "debt", 3, "accepted",
           "Each insurer has its own; claims hang at month-end.", "brittle_integration"),
    Wanted("Invoice numbering in the settings of a clinic", "debt", 2, "accepted",
           "Eleven hours of configuration by hand since May.", "configuration"),
    Wanted("How invoicing rounds: an hour for the whole team", "knowledge", 1, "accepted"),
    Wanted("Reminders that owners answer by message", "evolution", 5, "proposed"),
    Wanted("A dark theme for the waiting room screen", "evolution", 3, "declined",
           "Two clinics ask for it; the screen is replaced next year."),
)  # fmt: skip


def wanted_story(play: Play, nth: int, wanted: Wanted) -> Story:
    """Added weeks ago; decided a day or two later; planned when its sprint is there."""
    die, hours = chance(f"wanted {wanted.title}"), play.company.hours["clinic"]
    owner = play.person(STYLES["clinic"].planner)
    developer = play.person(die.choice(play.company.developers("clinic")))
    at = yield hours.before(play.now, 50 - nth)
    act = {"source": "demo"}
    item = backlog.add(
        play.company.teams["clinic"], title=wanted.title, kind=wanted.kind, debt=wanted.debt,
        rationale="" if wanted.fate == "declined" else wanted.why, by=developer, at=at, **act,
    )  # fmt: skip
    if wanted.fate == "proposed":
        return
    at = yield hours.after(at, die.uniform(2, 6))
    if wanted.fate == "declined":
        backlog.decline(item.pk, reason=wanted.why, by=owner, at=at, **act)
        return
    backlog.accept(item.pk, by=owner, at=at, **act)
    at = yield hours.after(at, die.uniform(2, 6))
    backlog.estimate(item.pk, points=Decimal(wanted.points), by=developer, at=at, **act)
    if wanted.fate == "accepted":
        return
    at = yield hours.before(play.now, 14 - nth / 4)
    ahead = Sprint.objects.filter(team=play.company.teams["clinic"], state__in=AHEAD)
    there = ahead.order_by("starts_on")[wanted.fate == "coming" :].first()
    if there is not None:
        backlog.schedule(item.pk, sprint_id=there.pk, by=owner, at=at, **act)
        marks = {"swappable": wanted.kind == "debt", "serves_goal": wanted.kind == "evolution"}
        backlog.mark(item.pk, **marks, by=owner, at=at, **act)


def committed_story(play: Play) -> Story:
    """The coming sprint is committed to, lately."""
    at = yield play.company.hours["clinic"].before(play.now, 2)
    ahead = Sprint.objects.filter(team=play.company.teams["clinic"], state__in=AHEAD)
    for sprint in ahead.order_by("starts_on")[:2]:
        fits = sprint.commit_limit >= sum(p.points for p in planned_work(sprint.pk))
        why = "" if fits else "A fair on the 12th: the team says that it fits."
        owner = play.person(STYLES["clinic"].planner)
        sprints.commit(sprint.pk, reason=why, by=owner, at=at, source="demo")
