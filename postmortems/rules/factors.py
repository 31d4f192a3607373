"""The graph of contributing factors (PM-3): what it must not be, and how it is read. Pure.

A link leads from a cause to what it contributed to. A factor that contributes to no other contributes to what
happened itself and stands on top; a factor without causes is a leaf.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Link = tuple[int, int]
#: Kinds of factor that are about what a person did.
ABOUT_A_PERSON = ("decision",)


@dataclass(frozen=True)
class Line:
    """One line of the outline; `again` when its causes stand further up already."""

    key: int
    depth: int
    again: bool = False


@dataclass(frozen=True)
class Spot:
    """Where a factor stands in the picture: its layer from the top, its place in it from the left."""

    key: int
    layer: int
    place: int


def causes_of(links: Iterable[Link]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for cause, effect in links:
        found.setdefault(effect, []).append(cause)
    return {effect: sorted(causes) for effect, causes in found.items()}


def would_circle(links: Iterable[Link], cause: int, effect: int) -> bool:
    """Whether this link would make something contribute to itself."""
    causes = causes_of(links)
    seen, ahead = set(), [cause]
    while ahead:
        here = ahead.pop()
        if here == effect:
            return True
        if here not in seen:
            seen.add(here)
            ahead += causes.get(here, [])
    return False


def tops(keys: Sequence[int], links: Iterable[Link]) -> list[int]:
    below = {cause for cause, _ in links}
    return [key for key in keys if key not in below]


def leaves(keys: Sequence[int], links: Iterable[Link]) -> list[int]:
    explained = {effect for _, effect in links}
    return [key for key in keys if key not in explained]


def people_as_leaves(kinds: Mapping[int, str], links: Iterable[Link]) -> list[int]:
    """Factors about what a person did, where the asking stopped."""
    return [key for key in leaves(list(kinds), links) if kinds[key] in ABOUT_A_PERSON]


def is_bare_chain(keys: Sequence[int], links: Sequence[Link]) -> bool:
    """One thing after another and nothing beside it: “what else had to be true?” was not asked."""
    causes = [cause for cause, _ in links]
    effects = [effect for _, effect in links]
    single = len(set(causes)) == len(causes) and len(set(effects)) == len(effects)
    return bool(links) and single and len(tops(keys, links)) == 1


def outline(keys: Sequence[int], links: Sequence[Link]) -> list[Line]:
    """From what happened down to the leaves; what contributes twice is written out once."""
    causes = causes_of(links)
    lines: list[Line] = []
    written: set[int] = set()
    ahead = [(key, 0) for key in reversed(tops(keys, links))]
    while ahead:
        key, depth = ahead.pop()
        again = key in written and bool(causes.get(key))
        lines.append(Line(key, depth, again))
        if key not in written:
            written.add(key)
            ahead += [(cause, depth + 1) for cause in reversed(causes.get(key, []))]
    return lines


def layers(keys: Sequence[int], links: Sequence[Link]) -> list[Spot]:
    """Each factor below everything that it contributes to: a link never leads upwards in the picture."""
    causes = causes_of(links)
    depth = dict.fromkeys(keys, 0)
    # Each round settles one more layer; an acyclic graph has fewer layers than factors.
    for _ in keys:
        for effect, theirs in causes.items():
            for cause in theirs:
                depth[cause] = max(depth[cause], depth[effect] + 1)
    spots, filled = [], dict.fromkeys(range(len(keys) + 1), 0)
    for key in keys:
        layer = depth[key]
        spots.append(Spot(key, layer, filled[layer]))
        filled[layer] += 1
    return spots
