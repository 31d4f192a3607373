"""What a post-mortem needs before it is reviewed and published (PM-3, PM-5, PM-7, PM-11). Pure.

One list of conditions: what is to be there before publishing is added to `Draft` and to `CONDITIONS`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from postmortems.rules.actions import asks_for_care
from postmortems.rules.factors import Link, is_bare_chain, people_as_leaves

LEAST_FACTORS = 2


@dataclass(frozen=True)
class Draft:
    """What there is so far. `questions`: question -> whether it has an answer, the first one first; `factors`:
    key -> kind; `named`: factors whose words name a person; `blame`: phrases neither mended nor kept;
    `actions`: what each says."""

    light: bool
    questions: Mapping[str, bool]
    moments: int
    factors: Mapping[int, str]
    links: Sequence[Link]
    named: Sequence[int] = ()
    blame: Sequence[str] = ()
    actions: Sequence[str] = ()
    no_action_because: str = ""
    #: Whether it is said if a clause of the definition of done would have caught it.
    done: bool = False


@dataclass(frozen=True)
class Condition:
    """`missing` says what is not there yet, a sentence each. A *light* one is spared what needs `full`."""

    missing: Callable[[Draft], Iterable[str]]
    full: bool = False


def missing(draft: Draft) -> list[str]:
    """Every reason why it is not ready, as sentences; empty when it is."""
    asked = (c for c in CONDITIONS if not (draft.light and c.full))
    return [words for condition in asked for words in condition.missing(draft)]


def _first_question(draft: Draft) -> Iterator[str]:
    for question, answered in [*draft.questions.items()][:1]:
        if not answered:
            yield f"Not answered yet: {question}"


def _other_questions(draft: Draft) -> Iterator[str]:
    open_ones = [question for question, answered in [*draft.questions.items()][1:] if not answered]
    if open_ones:
        yield f"Not answered yet: {' '.join(open_ones)}"


def _timeline(draft: Draft) -> Iterator[str]:
    if not draft.moments:
        yield "The timeline is empty."


def _factors(draft: Draft) -> Iterator[str]:
    if len(draft.factors) < LEAST_FACTORS:
        yield "Name at least two contributing factors."


def _no_bare_chain(draft: Draft) -> Iterator[str]:
    if is_bare_chain(list(draft.factors), draft.links):
        yield "Nothing stands beside the chain of factors: what else had to be true?"


def _no_person_as_a_leaf(draft: Draft) -> Iterator[str]:
    people = {*people_as_leaves(draft.factors, draft.links)}
    people |= {key for key in draft.named if key not in {effect for _, effect in draft.links}}
    if people:
        ends = (
            "One branch of the factors ends"
            if len(people) == 1
            else f"{len(people)} branches of the factors end"
        )
        yield f"{ends} with what a person did: what made that reasonable, and what would have caught it?"


def _an_action_or_none_because(draft: Draft) -> Iterator[str]:
    if not draft.actions and not draft.no_action_because.strip():
        yield "Agree at least one action, or say why there is none."


def _no_mere_care(draft: Draft) -> Iterator[str]:
    for action in draft.actions:
        if asks_for_care(action):
            yield f"“{action}” asks people to be better: say what will stop it, show it, or make it hurt less."


def _the_definition_of_done(draft: Draft) -> Iterator[str]:
    if not draft.done:
        yield "Say whether a clause of the definition of done would have caught it."


def _no_blame(draft: Draft) -> Iterator[str]:
    for said in draft.blame:
        yield f"“{said}” blames somebody: say it another way, or keep it with a reason."


CONDITIONS = (
    Condition(_first_question),
    Condition(_other_questions, full=True),
    Condition(_timeline),
    Condition(_factors, full=True),
    Condition(_no_bare_chain, full=True),
    Condition(_no_person_as_a_leaf),
    Condition(_an_action_or_none_because, full=True),
    Condition(_no_mere_care),
    Condition(_the_definition_of_done),
    Condition(_no_blame),
)
