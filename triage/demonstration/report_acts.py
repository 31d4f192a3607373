"""The acts of one report: each calls one verb of the services, as the person whose turn it is."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from problem_reports import services as reports
from problem_reports.models import ProblemReport
from problem_reports.rules import stated_priority
from problem_reports.services.classification import NewBug
from triage.demonstration.bank import CAUSES, Judgement, Telling, phrases
from triage.demonstration.hours import Hours
from triage.demonstration.pictures import screenshot
from triage.demonstration.play import ALWAYS, Play, chance
from triage.demonstration.repairs import repair_story
from triage.demonstration.stage import Story

#: How fast a priority makes people, against an ordinary P2.
HASTE = {"P0": 0.06, "P1": 0.4, "P2": 1.0, "P3": 1.6}
REPORTERS = ("lena", "lena", "lena", "bram", "bram", "noor", "noor", "jude")


class ReportActs:
    """Who tells it, about which part, and what may be done with it; the order is the story's."""

    def __init__(self, play: Play, telling: Telling) -> None:
        self.play, self.telling = play, telling
        self.die = chance(telling.key)
        self.area = play.company.areas[telling.area]
        self.team = self.area.team.slug
        self.priority = telling.priority or stated_priority(telling.impact, telling.urgency)
        self.filer = telling.by or self.die.choice(REPORTERS)
        self.customers = self._customers()
        self.assignee = telling.assignee
        self.report_id = 0
        self.pause = 0.0

    @property
    def hours(self) -> Hours:
        return ALWAYS if self.priority == "P0" else self.play.company.hours[self.team]

    def _file(self, at: datetime) -> None:
        telling = self.telling
        report = reports.file(
            title=telling.title,
            description=self._words(telling.says),
            product_area=telling.filed_in or telling.area,
            impact=telling.impact,
            urgency=telling.urgency,
            customer=self.customers[0] if self.filer in REPORTERS else telling.customer,
            steps=telling.steps,
            expected=telling.expected,
            actual=telling.actual,
            affected_version=self._version(at),
            environment=telling.env or self._environment(),
            by=self.play.person(self.filer),
            at=at,
            source="demo",
        )
        self.report_id = self.play.filed[telling.key] = report.pk
        for name, content in self._files(at):
            self._act("attach", at + timedelta(seconds=40), self.filer, name=name, content=content)

    def _files(self, at: datetime) -> Iterator[tuple[str, bytes]]:
        if self.telling.log:
            yield f"larkfold-{at:%Y%m%d-%H%M}.log", self.telling.log.encode()
        if self.telling.picture:
            yield f"screenshot-{at:%Y-%m-%d}.png", screenshot(self.telling.key)

    def _joined(self, nth: int, filed_at: datetime) -> Story:
        die = chance(f"{self.telling.key} joins {nth}")
        at = yield self.play.company.hours["care"].after(
            filed_at, die.uniform(1, 9) * (nth + 1) * HASTE[self.priority]
        )
        others = [name for name in sorted(set(REPORTERS)) if name != self.filer]
        self._act("join", at, die.choice(others), customer=self.customers[nth + 1])
        if die.random() < 0.3:
            self._act("watch", at, die.choice(others))

    def _return(self, at: datetime) -> None:
        self._managed("return_", at, reason=self._words(self.telling.returned))

    def _resubmit(self, at: datetime) -> None:
        if self.telling.filled_in:
            changes = {"steps": self.telling.filled_in}
            self._act("edit", at - timedelta(seconds=70), self.filer, changes=changes)
        self._act("resubmit", at, self.filer)

    def _route(self, at: datetime) -> None:
        where = self.play.company.areas[self.telling.filed_in].team.slug
        by = self.play.release_manager(where, at)
        reports.route(self.report_id, product_area=self.area, by=by, at=at, source="demo")

    def _prioritise(self, at: datetime) -> None:
        telling = self.telling
        why = telling.why if telling.priority else ""
        self._managed("prioritise", at, priority=self.priority, reason=why)

    def _nothing(self, at: datetime) -> None:
        """Time passes; nobody answers."""

    def _greet(self, at: datetime) -> None:
        self._managed("respond", at, message=self._words(self.die.choice(phrases()["greetings"])))

    def _assign(self, at: datetime) -> None:
        before = self.assignee if self.telling.handed_back else ""
        name = self.telling.assignee or self.play.investigator(
            self.telling.area, self.priority, at, not_=before
        )
        self.assignee = name
        takes = self.die.random() < 0.2 and not self.play.holding[name]
        self.play.holding[name] += 1
        if takes:
            self._act("take", at, name)
        else:
            self._managed("assign", at, assignee=self.play.person(name))

    def _start(self, at: datetime) -> None:
        self._act("start", at, self.assignee)

    def _hand_back(self, at: datetime) -> None:
        self._act(
            "note", at - timedelta(minutes=4), self.assignee, message=self.telling.handed_back
        )
        self._act("hand_back", at, self.assignee)
        self.play.holding[self.assignee] -= 1

    def _say(self, verb: str, words: str) -> Callable[[datetime], None]:
        words = self._words(words)

        def said(at: datetime) -> None:
            if verb == "answer":
                self._act("answer", at, self.filer, message=words)
            elif self.assignee and verb != "rm":
                self._act(verb, at, self.assignee, message=words)
            else:
                self._managed("respond" if verb == "rm" else verb, at, message=words)

        return said

    def _snooze(self, at: datetime) -> None:
        if self.telling.state:
            until = self.hours.after(self.play.now, self.die.uniform(9, 44))
        else:
            until = self.hours.after(at, self.pause)
        reason = self.telling.snoozed or self.die.choice(phrases()["pauses"])
        self._managed("snooze", at, reason=self._words(reason), until=until)

    def _wake(self, at: datetime) -> None:
        self._managed("wake", at)

    def _classify(self, at: datetime) -> None:
        self._judge(at, self.telling.first)

    def _classify_again(self, at: datetime) -> None:
        self._judge(at, self.telling.second)

    def _dispute(self, at: datetime) -> None:
        self._act("dispute", at, self.filer, message=self._words(self.telling.dispute))

    def _reopen(self, at: datetime) -> None:
        self._act("reopen", at, self.assignee, reason=self._words(self.telling.reopen))

    def _judge(self, at: datetime, judged: Judgement | None) -> None:
        """Classify with what the telling says; a bug goes on as a story of its own."""
        assert judged is not None
        by = self.assignee or self.play.on_duty(self.team, "release_manager", at)
        hours = judged.hours or round(self.die.uniform(0.2, 1.5) * 4) / 4
        report = self._act(
            "classify",
            at,
            by,
            message=self._words(judged.message or self._known_already(judged)),
            cause=judged.cause or CAUSES.get(judged.outcome, ""),
            hours=Decimal(str(hours)),
            **self._evidence(judged, at),
        )
        if self.assignee:
            self.play.holding[self.assignee] -= 1
        if judged.bug:
            bug_id = self.play.bugs[self.telling.key] = report.living.bug_id
            self.play.stage.enter(repair_story(self.play, bug_id, judged.bug, self.area.slug, at))

    def _known_already(self, judged: Judgement) -> str:
        same_bug = judged.same_bug and judged.original in self.play.bugs
        return str(self.die.choice(phrases()["same_bugs" if same_bug else "duplicates"]))

    def _evidence(self, judged: Judgement, at: datetime) -> dict[str, Any]:
        """The outcome, with what it asks for."""
        known = self.play.bugs.get(judged.original)
        if judged.same_bug and known:
            return {"outcome": "bug", "existing_bug": known}
        evidence: dict[str, Any] = {"outcome": judged.outcome}
        if judged.outcome == "duplicate":
            evidence["duplicate_of"] = self.play.filed[judged.original]
        elif judged.outcome == "already_fixed":
            evidence["already_fixed_in"] = judged.fixed_in or self.play.version_at(at)
        elif judged.outcome == "evolution":
            evidence["item_title"] = ProblemReport.objects.get(pk=self.report_id).title
        elif judged.bug:
            priority = judged.bug.priority or self.priority
            evidence["bug"] = NewBug(judged.bug.title, priority, judged.bug.how)
        return evidence

    def _managed(self, verb: str, at: datetime, /, **words: Any) -> None:
        self._act(verb, at, self.play.on_duty(self.team, "release_manager", at), **words)

    def _act(self, verb: str, at: datetime, who: str, /, **words: Any) -> ProblemReport:
        service = getattr(reports, verb)
        changed: ProblemReport = service(
            self.report_id, by=self.play.person(who), at=at, source="demo", **words
        )
        return changed

    # --- What a telling leaves to chance ------------------------------------------------------------

    def _words(self, text: str) -> str:
        first = self.play.company.people[self.filer].first_name
        return text.replace("{customer}", self.customers[0]).replace("{reporter}", first)

    def _customers(self) -> list[str]:
        pool = [c for c in phrases()["customers"] if c != self.telling.customer]
        drawn = self.die.sample(pool, self.telling.joins + 1)
        return [self.telling.customer, *drawn] if self.telling.customer else drawn

    def _version(self, at: datetime) -> str:
        if self.telling.version:
            return self.telling.version
        return self.play.version_at(at, behind=self.die.choice((0, 0, 0, 0, 1, 1, 2)))

    def _environment(self) -> str:
        if self.die.random() < 0.15:
            return ""
        group = "phones" if self.telling.area == "mobile" else "computers"
        return str(self.die.choice(phrases()[group]))
