"""What a post-mortem needs before it is reviewed and published (PM-3, PM-5, PM-11). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from postmortems.rules.factors import Link, is_bare_chain, people_as_leaves

LEAST_FACTORS = 2


@dataclass(frozen=True)
class Draft:
    """What there is so far. `factors`: key -> kind; `named`: factors whose words name a person; `blame`: phrases
    that are neither mended nor kept."""

    light: bool
    told: bool
    moments: int
    factors: Mapping[int, str]
    links: Sequence[Link]
    named: Sequence[int] = ()
    blame: Sequence[str] = ()


def missing(draft: Draft) -> list[str]:
    """Every reason why it is not ready, as sentences; empty when it is."""
    return [words for words in _asked(draft) if words]


def _asked(draft: Draft) -> list[str]:
    keys = list(draft.factors)
    people = {*people_as_leaves(draft.factors, draft.links)}
    people |= {key for key in draft.named if key not in {effect for _, effect in draft.links}}
    return [
        "" if draft.told else "Tell in a few sentences what happened.",
        "" if draft.moments else "The timeline is empty.",
        ""
        if draft.light or len(keys) >= LEAST_FACTORS
        else "Name at least two contributing factors.",
        "Nothing stands beside the chain of factors: what else had to be true?"
        if not draft.light and is_bare_chain(keys, draft.links)
        else "",
        f"{_factors(len(people))} with what a person did: what made that reasonable, and what would have caught it?"
        if people
        else "",
        *(
            f"“{said}” blames somebody: say it another way, or keep it with a reason."
            for said in draft.blame
        ),
    ]


def _factors(count: int) -> str:
    return (
        "One branch of the factors ends" if count == 1 else f"{count} branches of the factors end"
    )
