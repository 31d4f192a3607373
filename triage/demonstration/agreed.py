"""How the teams work, as they agreed it: one agreement is adopted after two uses, one is on trial (PM-10)."""

from typing import Any

from bugs.models import Bug
from sprints.lifecycle import State
from sprints.models import Sprint
from teams.rules import USES_BEFORE_REVIEW
from teams.services import agreements
from triage.demonstration.company import LEADS
from triage.demonstration.play import Play
from triage.demonstration.stage import Story

P1 = (
    "A P1 is looked at by two people before anybody changes code: on call, and one who knows the area.",
    "In two of our last P1s the second pair of eyes found the cause in minutes.",
    "We tried it on two P1s. The second person cost an hour and saved a day, so we keep it.",
)
CHANGES = (
    "Whoever took a decision about the plan changes it, in writing, where the plan is; others comment first.",
    "A sprint was planned anew in a hallway, and half of the team read of it two days later.",
)


def p1_story(play: Play, team: str) -> Story:
    """Proposed some weeks ago, used on two P1s, adopted."""
    hours, lead = play.company.hours[team], play.person(LEADS[team])
    act: dict[str, Any] = {"by": lead, "source": "demo"}
    text, because, words = P1
    at = yield hours.before(play.now, 400)
    agreed = agreements.propose(
        play.company.teams[team], kind="working", text=text, because=because, priorities=["P1"],
        decides="The release manager of the week", binds="p1_policy", at=at, **act,
    )  # fmt: skip
    used: set[int] = set()
    while len(used) < USES_BEFORE_REVIEW:
        at = yield hours.after(at, 9)
        fixed = Bug.objects.filter(team=agreed.team, priority="P1", fixed_at__gt=agreed.proposed_at)
        bug = fixed.exclude(pk__in=used).order_by("fixed_at", "pk").first()
        if bug is not None:
            used.add(bug.pk)
            what = {"kind": "bug", "subject": bug.pk, "what": bug.reference}
            agreements.use(agreed.pk, **what, followed=True, at=at, **act)
    at = yield hours.after(at, 5)
    agreements.adopt(agreed.pk, words=words, at=at, **act)


def changes_story(play: Play, team: str) -> Story:
    """On trial, and used once."""
    hours, lead = play.company.hours[team], play.person(LEADS[team])
    act: dict[str, Any] = {"by": lead, "source": "demo"}
    text, because = CHANGES
    at = yield hours.before(play.now, 60)
    agreed = agreements.propose(
        play.company.teams[team], kind="working", text=text, because=because,
        decides="The product owner", binds="planning", at=at, **act,
    )  # fmt: skip
    at = yield hours.before(play.now, 20)
    sprint = Sprint.objects.filter(team=agreed.team, state=State.RUNNING).first()
    if sprint is not None:
        what = {"kind": "sprint", "subject": sprint.pk, "what": sprint.reference}
        agreements.use(agreed.pk, **what, followed=True, at=at, **act)
