"""From a telling to acts: how a report is filed, triaged, talked over, classified, and questioned again.

A story is a list of beats: how many working hours pass, and then which verb. The list is known
before the play begins, so that a story can be placed to end, or to stand still, at a chosen moment.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from triage.demonstration.bank import Telling
from triage.demonstration.play import Play
from triage.demonstration.report_acts import HASTE, ReportActs
from triage.demonstration.stage import Story

Beat = tuple[float, Callable[[datetime], Any]]

#: What the policy promises, in working hours: some weeks are too short for it.
FIRST_ANSWER_HOURS = {"P0": 1, "P1": 4, "P2": 8, "P3": 16}
INVESTIGATED_HOURS = {"P0": 4, "P1": 16, "P2": 40, "P3": 80}
AT_A_GLANCE = ("duplicate", "withdrawn", "no_longer_relevant")


class ReportStory(ReportActs):
    """One report from filing to its end, or to the state in which today finds it."""

    def __init__(self, play: Play, telling: Telling) -> None:
        super().__init__(play, telling)
        self.beats: list[Beat] = list(self._beats())

    @property
    def length(self) -> float:
        """Working hours from filing to the last act."""
        return sum(gap for gap, _ in self.beats)

    def told(self, filed_at: datetime) -> Story:
        at = yield filed_at
        self._file(at)
        for nth in range(self.telling.joins):
            self.play.stage.enter(self._joined(nth, at))
        for gap, act in self.beats:
            at = yield self.hours.after(at, gap)
            act(at)

    def _beats(self) -> Iterator[Beat]:
        telling = self.telling
        if telling.returned:
            yield self._gap(0.3, 2), self._return
            if telling.state == "returned":
                return
            yield self._gap(1.5, 9), self._resubmit
        if telling.filed_in:
            yield self._gap(0.3, 1.5), self._route
        if telling.state == "to_be_investigated" and not (telling.priority or telling.talk):
            return  # nobody has looked at it yet
        yield self._gap(0.2, 1.5), self._prioritise
        if telling.late or self._now_and_then(0.06):
            yield FIRST_ANSWER_HOURS[self.priority] * self.die.uniform(0.9, 1.5), self._nothing
        if telling.handed_back or (not telling.talk and self._now_and_then(0.5)):
            yield self._gap(0.1, 0.8), self._greet
        if telling.state == "to_be_investigated" and not (telling.outcome or telling.handed_back):
            yield from self._talk()
            return
        if telling.state == "snoozed" and not telling.assignee:
            yield from self._talk()
            yield self._gap(0.2, 1), self._snooze
            return
        if self._now_and_then(0.07):
            yield INVESTIGATED_HOURS[self.priority] * self.die.uniform(0.7, 1.2), self._nothing
        yield from self._investigation()
        if not telling.outcome:
            return
        yield self._thinking(), self._classify
        if telling.dispute or telling.reopen:
            yield self._gap(3, 20), self._dispute if telling.dispute else self._reopen
            if telling.state:
                return
            yield self._gap(0.5, 2), self._assign
            yield self._gap(0.2, 2), self._start
            if telling.second:
                yield self._gap(2, 8), self._classify_again

    def _investigation(self) -> Iterator[Beat]:
        telling = self.telling
        if telling.outcome in AT_A_GLANCE and not telling.talk:
            return  # the release manager sees it at a glance
        yield self._gap(0.2, 2), self._assign
        if telling.state == "assigned":
            return
        yield self._gap(0.2, 2.5), self._start
        if telling.handed_back:
            yield self._gap(1, 4), self._hand_back
            if telling.state == "to_be_investigated":
                return
            yield self._gap(0.3, 1.5), self._assign
            yield self._gap(0.2, 1.5), self._start
        yield from self._talk()
        if telling.snoozed or self._now_and_then(0.04):
            yield self._gap(0.2, 1), self._snooze
            if telling.state != "snoozed":
                self.pause = self._gap(8, 20)
                yield self.pause, self._wake

    def _talk(self) -> Iterator[Beat]:
        for line in self.telling.talk:
            verb, _, words = line.partition(": ")
            gap = self._gap(0.6, 7) if verb == "answer" else self._gap(0.3, 2.5)
            yield gap, self._say(verb, words)

    def _now_and_then(self, share: float) -> bool:
        """Whether it happens to this report; never to one of today or to one seen at a glance."""
        told_in_full = not self.telling.state and self.telling.outcome not in AT_A_GLANCE
        return self.die.random() < share and told_in_full

    def _thinking(self) -> float:
        """The hours until the classification; nobody's answer is awaited for more than a week."""
        if self.telling.outcome == "no_answer":
            return self.die.uniform(38, 46)
        return max(self._gap(0.5, 4), self.telling.first.hours * 1.1)

    def _gap(self, least: float, most: float) -> float:
        return self.die.uniform(least, most) * HASTE[self.priority]
