"""Which earlier post-mortems are like one (PM-9): the same area, the same categories of factors. Pure."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

#: More of them nobody reads beside another text.
MOST = 5


@dataclass(frozen=True)
class Marks:
    """What a post-mortem can be like another in: its area, and the categories of its factors."""

    key: int
    area: int
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    key: int
    same_area: bool
    shared: tuple[str, ...]


def similar(one: Marks, others: Iterable[Marks], *, most: int = MOST) -> list[Likeness]:
    """The most alike first: an area weighs as much as one category; of equals the later one.

    An area alone is enough, and so is a category: “this again” may be about either.
    """
    found = [_likeness(one, other) for other in others if other.key != one.key]
    alike = [like for like in found if like.same_area or like.shared]
    return sorted(alike, key=lambda like: (-like.same_area - len(like.shared), -like.key))[:most]


def _likeness(one: Marks, other: Marks) -> Likeness:
    shared: Set[str] = one.categories & other.categories
    return Likeness(other.key, one.area == other.area, tuple(sorted(shared)))
