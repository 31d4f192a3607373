"""What becomes of a bug: estimated, decided, worked on in a sprint, fixed, verified, sometimes back.

Each step looks at the bug anew: its sprint may have closed, or made room for something worse.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bugs import services as bugs
from bugs.models import Bug
from foundation.errors import RuleBroken
from sprints import services as sprints
from sprints.querysets import open_overdrafts
from teams.querysets import clauses_of
from triage.demonstration.bank import BugText, phrases
from triage.demonstration.cadence import STYLES, Slot
from triage.demonstration.play import ALWAYS, Play, chance
from triage.demonstration.stage import Story

#: A team that changed its mind, and the sprint from which on it fixes P1s in pairs.
WAYS, PAIRS_SINCE = {"clinic": ("on_call_fixes", "pair")}, 7


class Repair:
    def __init__(self, play: Play, bug_id: int, text: BugText, area: str) -> None:
        self.play, self.bug_id, self.text, self.area = play, bug_id, text, area
        self.team = play.company.areas[area].team.slug
        self.die = chance(f"repair {text.title}")
        self.urgent = False
        self.fixer = ""

    @property
    def bug(self) -> Bug:
        return Bug.objects.get(pk=self.bug_id)

    @property
    def points(self) -> Decimal:
        return Decimal(str(self.text.points)) * STYLES[self.team].points

    def told(self, at: datetime) -> Story:
        priority = self.bug.priority
        hours = ALWAYS if priority == "P0" else self.play.company.hours[self.team]
        fate = self.text.fate
        if fate != "queue":
            haste = {"P0": 0.1, "P1": 0.3}.get(priority, 1)
            at = yield hours.after(at, self.die.uniform(0.3, 4) * haste)
            self._estimate(at)
            at = yield hours.after(at, self.die.uniform(0.3, 8) * haste)
        if fate == "queue":
            if self.die.random() < 0.6:
                at = yield hours.after(at, self.die.uniform(0.3, 3))
                self._estimate(at)
            return
        if fate == "declined":
            self._manage("decline", at, reason=self.text.why)
            return
        if fate == "postponed":
            days = self.die.choice((18, 25, 32, 46, 60))
            until = self.play.now.date() + timedelta(days=days)
            self._manage("postpone", at, until=until, reason=self.text.why)
            return
        yield from self._until_verified(at)
        if fate == "comes_back" and self.bug.state == "verified":
            at = yield self.play.company.hours[self.team].after(self.bug.verified_at, 22)
            fixer = self.play.person(self.fixer)
            bugs.reopen(self.bug_id, reason=self.text.why, by=fixer, at=at, source="demo")
            at = yield self.play.company.hours[self.team].after(at, 2)
            yield from self._until_verified(at)

    def _until_verified(self, at: datetime) -> Story:
        """Decide, work, and decide again for as long as a sprint gives it back unfinished."""
        hours = self.play.company.hours[self.team]
        for _ in range(6):
            while not self._decide(at):
                at = yield hours.after(at, 9)
            at = yield self._begins(at)
            if not self._still("in_sprint"):
                at = yield hours.after(at, self.die.uniform(0.5, 4))
                continue
            self.fixer = self._developer(at)
            self._do("start", at, self.fixer)
            at = yield hours.after(at, self._effort())
            if not self._still("in_progress"):
                at = yield hours.after(at, self.die.uniform(0.5, 4))
                continue
            self._do("fix", at, self.fixer, links=self._links(), **self._met())
            at = yield hours.after(at, self.die.uniform(0.5, 9))
            self._do("verify", at, self._verifier())
            return

    def _met(self) -> dict[str, Any]:
        """Nearly always every clause of the definition of done; one has no environment to run in."""
        keys = [clause.pk for clause in clauses_of(self.play.company.teams[self.team].pk)]
        if self.bug_id % 5:
            return {"ticked": keys}
        return {"ticked": keys[1:], "open_because": "There is no environment of that size yet."}

    def _decide(self, at: datetime) -> bool:
        """Inject what burns, schedule the rest; False when no sprint has room yet."""
        bug = self.bug
        if bug.priority in ("P0", "P1") and self._inject(bug, at):
            return True
        promised = bug.priority in ("P0", "P1") or self.text.fate == "waits"
        for slot in self.play.sprints[self.team]:
            full = slot.load + self.points > STYLES[self.team].room
            if slot.state == "planned" and (promised or not full):
                self._manage("schedule", at, sprint_id=slot.number)
                slot.load += self.points
                self.urgent = False
                return True
        return False

    def _inject(self, bug: Bug, at: datetime) -> bool:
        slot = self.play.slot_of(self.team, at)
        if slot is None or slot.state != "running":
            return False
        why = self.text.why or self.die.choice(phrases()["injections"])
        for leaves in self._may_leave(slot):
            try:
                self._manage(
                    "inject",
                    at,
                    sprint_id=slot.number,
                    points=self.points,
                    reason=why,
                    leaves=leaves,
                    pair=self._pair(slot, at),
                )
            except RuleBroken:
                continue  # the reserve is spent: something leaves, or it waits for the next sprint
            self._answer(slot, at)
            self.urgent = True
            return True
        return False

    def _pair(self, slot: Slot, at: datetime) -> str:
        """Since the team fixes P1s in pairs: an expert of the area beside who is on call."""
        if self.team not in WAYS or slot.nth < PAIRS_SINCE or self.bug.priority != "P1":
            return ""
        on_call = self._on_call(at)
        others = [n for n in self.play.company.experts(self.area) if n != on_call]
        return others[0] if others else ""

    def _on_call(self, at: datetime) -> str:
        return self.play.on_duty(self.team, "on_call", at)

    def _answer(self, slot: Slot, at: datetime) -> None:
        """The product owner lets go what is proposed; an overdraft without a proposal is a risk to accept."""
        owner = self.play.person(STYLES[self.team].planner)
        for overdraft in open_overdrafts(slot.number):
            if overdraft.leaving.all():
                sprints.swap_out(overdraft.pk, by=owner, at=at, source="demo")
            elif self.die.random() < 0.7:
                why = "The goal has room; the customer has not."
                sprints.accept_risk(overdraft.pk, reason=why, by=owner, at=at, source="demo")

    def _may_leave(self, slot: Slot) -> Iterator[list[str]]:
        yield []
        unstarted = Bug.objects.filter(
            sprint_id=slot.number,
            state="in_sprint",
            injected_at_price__isnull=True,
            priority__in=("P2", "P3"),
        )
        names = [bug.reference for bug in unstarted.order_by("-priority", "pk")]
        if names:
            yield names[:1]
            yield names[:2]

    def _begins(self, at: datetime) -> datetime:
        """When somebody starts on it: soon if it was injected, else when the sprint gets to it."""
        hours = self.play.company.hours[self.team]
        if self.urgent:
            return hours.after(at, self.die.uniform(0.2, 2))
        sprint = self.bug.sprint_id
        slot = next(s for s in self.play.sprints[self.team] if s.number == sprint)
        if self.text.fate == "waits":
            return hours.before(slot.closed_at, 3)
        return hours.after(slot.started_at, self.die.uniform(2, 62))

    def _effort(self) -> float:
        pace = 2.2 if self.urgent else 3.5
        return float(self.text.points) * self.die.uniform(0.6, 1.5) * pace

    def _still(self, state: str) -> bool:
        return Bug.objects.filter(pk=self.bug_id, state=state).exists()

    def _developer(self, at: datetime) -> str:
        if self.urgent:
            return self._on_call(at)
        experts = self.play.company.experts(self.area)
        pool = [*experts, *experts, *self.play.company.developers(self.team)]
        return str(self.die.choice(pool))

    def _verifier(self) -> str:
        others = [n for n in self.play.company.developers(self.team) if n != self.fixer]
        return str(self.die.choice([*others, STYLES[self.team].planner]))

    def _estimate(self, at: datetime) -> None:
        self._do("estimate", at, self._developer(at), points=self.points)

    def _links(self) -> list[str]:
        self.play.pulls += self.die.randint(2, 9)
        home = f"https://git.larkfold.example/{self.team}/larkfold"
        links = [f"{home}/pull/{self.play.pulls}"]
        if self.die.random() < 0.35:
            links.append(f"{home}/commit/{self.die.randbytes(5).hex()}")
        return links

    def _manage(self, verb: str, at: datetime, **words: Any) -> None:
        self._do(verb, at, self.play.on_duty(self.team, "release_manager", at), **words)

    def _do(self, verb: str, at: datetime, name: str, **words: Any) -> None:
        service = getattr(bugs, verb)
        service(self.bug_id, by=self.play.person(name), at=at, source="demo", **words)


def repair_story(play: Play, bug_id: int, text: BugText, area: str, at: datetime) -> Story:
    return Repair(play, bug_id, text, area).told(at)


def ways_story(play: Play, team: str) -> Story:
    """How a team fixes its P1s: said before the first sprint, and another way after some of them (BUG-7)."""
    first, then = play.sprints[team][0], play.sprints[team][PAIRS_SINCE]
    for slot, way in zip((first, then), WAYS[team], strict=True):
        at = yield play.company.hours[team].before(slot.started_at, 3)
        bugs.publish_p1_policy(
            play.company.teams[team].pk, way=way, since=slot.starts_on, by=play.person("adam"),
            at=at, source="demo",
        )  # fmt: skip
