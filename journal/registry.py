"""Who is told of a fact inside the transaction: reactions of higher floors, found by event class.

Each app's `apps.ready` imports its reactions; nothing else registers. Also the list of all event
classes, for the house tests and the catalogue.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from journal.facts import Fact

Reaction = Callable[..., Any]
_reactions: dict[type[Fact], list[Reaction]] = defaultdict(list)


def on(fact_class: type[Fact]) -> Callable[[Reaction], Reaction]:
    """Register a reaction: called as `reaction(fact, subject=…, by=…, at=…, source=…)`."""

    def register(reaction: Reaction) -> Reaction:
        if reaction not in _reactions[fact_class]:
            _reactions[fact_class].append(reaction)
        return reaction

    return register


def reactions_to(fact_class: type[Fact]) -> list[Reaction]:
    return _reactions[fact_class]
