"""The lifecycle: one table of verb -> from -> to per kind of thing (HOUSE, decision 3).

The table drives the guards in services, the buttons, the API's `allowed` list, the database's
state trigger, the exhaustive tests and the diagram in the docs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from foundation.errors import Conflict

STAYS = "(no change)"
BACK = "(back to the state left)"


class HasState(Protocol):
    state: Any


@dataclass(frozen=True)
class Step:
    """One verb: the states it may start from and the state it leads to (STAYS and BACK are special).

    `elsewhere` names the states from which it leads to another one.
    """

    sources: frozenset[str]
    target: str
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def target_from(self, state: str) -> str:
        return self.elsewhere.get(state, self.target)

    def ends(self, state: str, resting: Iterable[str]) -> Iterator[str]:
        """Every state that this step may lead to from `state`."""
        target = self.target_from(state)
        if target == STAYS:
            yield state
        elif target == BACK:
            yield from resting
        else:
            yield target


def step(sources: Iterable[str], target: str, elsewhere: Mapping[str, str] | None = None) -> Step:
    """`step({WAITING}, BACK, {CLOSED: QUEUE})`: from *waiting* back, and from *closed* to the queue."""
    apart = {str(source): str(end) for source, end in (elsewhere or {}).items()}
    return Step(frozenset({*map(str, sources), *apart}), str(target), apart)


class Lifecycle:
    """The table itself.

    `asides` are the states one enters to wait and leaves by a BACK step; `resting` are the states
    that a BACK step may return to.
    """

    def __init__(
        self,
        steps: Mapping[str, Step],
        *,
        asides: Iterable[str] = (),
        resting: Iterable[str] = (),
    ) -> None:
        self.steps = dict(steps)
        self.asides = frozenset(str(s) for s in asides)
        self.resting = tuple(str(s) for s in resting)
        # Asked for every row of every list: counted once.
        states = {state for s in self.steps.values() for state in s.sources}
        self._verbs = {
            state: [verb for verb, s in self.steps.items() if state in s.sources]
            for state in states
        }

    def permits(self, state: str, verb: str) -> bool:
        return state in self.steps[verb].sources

    def verbs_from(self, state: str) -> list[str]:
        """The verbs that the table permits from `state`, in table order."""
        return list(self._verbs.get(state, ()))

    def advance(self, thing: HasState, verb: str) -> None:
        """Move `thing` by `verb`, or raise Conflict. The only place that assigns a state.

        A thing with asides keeps in `thing.left` the states that it left, oldest first: asking
        while snoozed and being answered leads back to snoozed, waking back to the work.
        """
        here = str(thing.state)
        if not self.permits(here, verb):
            raise Conflict(f"It is {words(here)}; {words(verb)} is not possible from there.")
        target = self.steps[verb].target_from(here)
        if target == STAYS:
            return
        if target == BACK:
            *earlier, last = thing.left  # type: ignore[attr-defined]
            thing.left, thing.state = earlier, last  # type: ignore[attr-defined]
            return
        if self.asides and target in self.asides:
            if here != target:
                left = [s for s in thing.left if s != target]  # type: ignore[attr-defined]
                thing.left = [*left, here]  # type: ignore[attr-defined]
        elif self.asides:
            thing.left = []  # type: ignore[attr-defined]
        thing.state = target

    def moves(self) -> set[tuple[str, str]]:
        """Every pair (from, to) that some verb makes: the database's state guard is built of it."""
        pairs = set()
        for s in self.steps.values():
            for source in s.sources:
                back = (*self.resting, *self.asides)
                pairs |= {(source, end) for end in s.ends(source, back) if end != source}
        return pairs

    def as_mermaid(self) -> str:
        """The table as a Mermaid state diagram, for the docs."""
        lines = ["stateDiagram-v2"]
        grouped: dict[tuple[str, str], list[str]] = {}
        for verb, s in self.steps.items():
            for source in sorted(s.sources):
                if s.target_from(source) == STAYS:
                    continue
                for end in s.ends(source, self.resting):
                    grouped.setdefault((source, end), []).append(verb)
        lines += [f"    {a} --> {b}: {', '.join(verbs)}" for (a, b), verbs in grouped.items()]
        return "\n".join(lines)


def words(name: str) -> str:
    """`to_be_investigated` as people read it."""
    return str(name).replace("_", " ")
