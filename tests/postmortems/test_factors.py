"""The graph of factors, and what a review asks for (PM-3)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from postmortems.rules.factors import (
    Link,
    is_bare_chain,
    layers,
    leaves,
    outline,
    people_as_leaves,
    tops,
    would_circle,
)
from postmortems.rules.readiness import Draft, missing

KEYS = list(range(1, 9))


@some.composite
def graphs(draw: some.DrawFn) -> list[Link]:
    """Links without circles: each was asked before it was made, as the verb asks."""
    links: list[Link] = []
    pairs = some.tuples(some.sampled_from(KEYS), some.sampled_from(KEYS))
    for cause, effect in draw(some.lists(pairs, max_size=14)):
        if (cause, effect) not in links and not would_circle(links, cause, effect):
            links.append((cause, effect))
    return links


@given(graphs())
def test_every_factor_stands_in_the_outline_and_below_what_it_contributes_to(
    links: list[Link],
) -> None:
    lines = outline(KEYS, links)
    assert {line.key for line in lines} == set(KEYS)
    written = [line.key for line in lines if not line.again]
    assert {key for key in KEYS if leaves(KEYS, links).count(key)} <= set(written)
    last: dict[int, int] = {}
    for line in lines:
        if line.depth:
            assert (line.key, last[line.depth - 1]) in links
        last[line.depth] = line.key


@given(graphs())
def test_no_link_leads_upwards_in_the_picture_and_no_two_stand_in_one_place(
    links: list[Link],
) -> None:
    spots = {spot.key: spot for spot in layers(KEYS, links)}
    assert set(spots) == set(KEYS)
    assert all(spots[cause].layer > spots[effect].layer for cause, effect in links)
    assert len({(s.layer, s.place) for s in spots.values()}) == len(KEYS)


@given(graphs())
def test_there_is_a_top_and_a_leaf(links: list[Link]) -> None:
    assert tops(KEYS, links)
    assert leaves(KEYS, links)


def test_nothing_contributes_to_itself() -> None:
    assert would_circle([], 1, 1)
    assert would_circle([(2, 1), (3, 2)], 1, 3)
    assert not would_circle([(2, 1), (3, 2)], 3, 1)


def test_what_contributes_twice_is_written_out_once() -> None:
    links = [(2, 1), (3, 1), (4, 2), (4, 3), (5, 4)]
    lines = [(line.key, line.depth, line.again) for line in outline([1, 2, 3, 4, 5], links)]
    assert lines == [
        (1, 0, False),
        (2, 1, False),
        (4, 2, False),
        (5, 3, False),
        (3, 1, False),
        (4, 2, True),
    ]


def test_a_chain_is_bare_until_something_stands_beside_it() -> None:
    assert is_bare_chain([1, 2, 3], [(2, 1), (3, 2)])
    assert not is_bare_chain([1, 2, 3], [(2, 1), (3, 1)])
    assert not is_bare_chain([1, 2, 3, 4], [(2, 1), (3, 2)])  # 4 stands beside it
    assert not is_bare_chain([1, 2], [])


def test_a_person_is_no_leaf() -> None:
    kinds = {1: "condition", 2: "decision", 3: "observation"}
    assert people_as_leaves(kinds, [(2, 1)]) == [2]
    assert people_as_leaves(kinds, [(2, 1), (3, 2)]) == []


ANSWERED = {"What went wrong?": True, "How did it happen?": True}
READY = Draft(
    light=False,
    questions=ANSWERED,
    moments=3,
    factors={1: "condition", 2: "condition"},
    links=[],
    actions=["The build compares totals."],
    done=True,
)


def test_what_is_whole_misses_nothing() -> None:
    assert missing(READY) == []
    assert missing(replace(READY, light=True, factors={})) == []


def test_each_thing_that_is_missing_is_said() -> None:
    draft = Draft(
        light=False,
        questions={"What went wrong?": False, "How did it happen?": False},
        moments=0,
        factors={1: "decision"},
        links=[],
        blame=["Karim forgot"],
    )
    said = " ".join(missing(draft))
    assert "Not answered yet: What went wrong?" in said
    assert "Not answered yet: How did it happen?" in said
    assert "The timeline is empty" in said
    assert "two contributing factors" in said
    assert "One branch of the factors ends with what a person did" in said
    assert "“Karim forgot” blames somebody" in said


def test_a_bare_chain_is_asked_what_else_had_to_be_true() -> None:
    (said,) = missing(replace(READY, links=[(2, 1)]))
    assert "what else had to be true?" in said


def test_a_leaf_that_names_somebody_is_no_leaf_either() -> None:
    (said,) = missing(replace(READY, named=[1, 2]))
    assert said.startswith("2 branches of the factors end")
