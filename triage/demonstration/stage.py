"""The stage: many stories at once, played in order of time, until now.

A story is a generator. It yields the moment at which it goes on, and is sent that moment when its
turn has come; whatever lies after now is not played, and so the present is simply where each story
has got to.
"""

import heapq
import itertools
from collections.abc import Generator
from datetime import datetime

Story = Generator[datetime, datetime, None]


class Stage:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self._turns: list[tuple[datetime, int, Story]] = []
        self._order = itertools.count()

    def enter(self, story: Story) -> None:
        """Let a story begin: it waits for the first moment that it names."""
        self._wait(story, next(story, None))

    def play(self) -> None:
        """Play every story up to now, the earliest moment first."""
        while self._turns:
            moment, _, story = heapq.heappop(self._turns)
            try:
                self._wait(story, story.send(moment))
            except StopIteration:
                continue

    def _wait(self, story: Story, moment: datetime | None) -> None:
        if moment is None or moment > self.now:
            story.close()
        else:
            heapq.heappush(self._turns, (moment, next(self._order), story))
