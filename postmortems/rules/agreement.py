"""Whether two people who read the same factors give them the same categories (PM-9). Pure.

Cohen's kappa (Cohen 1960) is how far two agree beyond what chance would give them: (p - e) / (1 - e), where p is the
share of equal pairs and e what it would be if each had drawn from their own habits. 1 is always the same, 0 is chance.
It is about the scheme of categories and never about a person: pairs hold no names.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

#: Fewer pairs than this say nothing about the scheme (research §4.7).
LEAST = 20
Pair = tuple[str, str]


@dataclass(frozen=True)
class Agreement:
    """`kappa` is None with too few pairs, and where both always gave one and the same category."""

    n: int
    equal: int
    kappa: float | None
    #: Which two are taken for each other, most often first: (one, other) in alphabetical order, how often.
    confused: tuple[tuple[Pair, int], ...]

    @property
    def enough(self) -> bool:
        return self.n >= LEAST

    @property
    def share(self) -> float:
        """Of the pairs, how many are equal."""
        return self.equal / self.n if self.n else 0.0


def agreement(pairs: Iterable[Pair]) -> Agreement:
    """`pairs` are (first coder's category, second coder's) of each factor."""
    known = list(pairs)
    unlike = Counter(tuple(sorted(pair)) for pair in known if pair[0] != pair[1])
    confused = sorted(unlike.items(), key=lambda item: (-item[1], item[0]))
    kappa = cohens_kappa(known) if len(known) >= LEAST else None
    return Agreement(
        n=len(known),
        equal=len(known) - unlike.total(),
        kappa=kappa,
        confused=tuple(((one, other), n) for (one, other), n in confused),
    )


def cohens_kappa(pairs: Iterable[Pair]) -> float | None:
    """None for no pairs, and where chance alone would make every pair equal."""
    known = list(pairs)
    n = len(known)
    firsts, seconds = Counter(a for a, _ in known), Counter(b for _, b in known)
    # In whole numbers up to the last step: the same table gives the same figure in any order.
    equal, by_chance = (
        n * sum(a == b for a, b in known),
        sum(firsts[c] * seconds[c] for c in firsts),
    )
    return (equal - by_chance) / (n * n - by_chance) if n * n > by_chance else None


def in_words(kappa: float) -> str:
    """The usual reading of it (Landis and Koch 1977)."""
    steps = (
        (0.8, "almost perfect"),
        (0.6, "substantial"),
        (0.4, "moderate"),
        (0.2, "fair"),
        (0.0, "slight"),
    )
    return next((words for least, words in steps if kappa > least), "no better than chance")
