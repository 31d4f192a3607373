"""Facts: each can be told in words, to every reader, of what it holds."""

import importlib
import string
from dataclasses import dataclass, fields
from typing import Any

import pytest

from journal.facts import Fact, all_facts
from tests.house.source import FLOORS, files, module_name


def ours() -> list[type[Fact]]:
    for path in files():
        if "events" in (path.stem, path.parent.name):
            importlib.import_module(module_name(path))
    return [f for f in all_facts() if f.__module__.partition(".")[0] in FLOORS]


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def wrong_with(fact: type[Fact]) -> list[str]:
    held = {field.name for field in fields(fact)}
    outside = placeholders(fact.public_words or fact.words)
    wrong = []
    if not fact.words:
        wrong.append("has no words")
    if fact.name != fact.name.lower() or fact.name.count(".") != 1:
        wrong.append("is not named kind.past_tense")
    for key, said in fact.words_with.items():
        if key not in fact.public or not placeholders(said) <= set(fact.public):
            wrong.append(f"has words with {key}, which is not public")
    if missing := placeholders(fact.words) - held:
        wrong.append(f"says {missing}, which it does not hold")
    if not fact.internal and (hidden := outside - set(fact.public)):
        wrong.append(f"tells everybody {hidden}, which is not public")
    if unknown := set(fact.public) - held:
        wrong.append(f"shows {unknown}, which it does not hold")
    return wrong


def test_every_fact_can_be_told() -> None:
    assert {fact.name: wrong for fact in ours() if (wrong := wrong_with(fact))} == {}


@dataclass(frozen=True)
class _Leaky(Fact):
    name = ""  # nameless, so that no other test takes it for a fact of the product
    words = "gave it to {person} because of {secret} and {nothing}"
    public = ("person", "age")
    person: str = ""
    secret: str = ""


@dataclass(frozen=True)
class _Mute(Fact):
    name = ""


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (_Leaky, "is not named kind.past_tense"),
        (_Leaky, "says {'nothing'}, which it does not hold"),
        (_Leaky, "shows {'age'}, which it does not hold"),
        (_Mute, "has no words"),
    ],
)
def test_a_fact_that_cannot_be_told_is_noticed(fact: type[Any], says: str) -> None:
    assert says in wrong_with(fact)


def test_a_private_value_in_public_words_is_noticed() -> None:
    (told,) = [w for w in wrong_with(_Leaky) if w.startswith("tells everybody")]
    assert "secret" in told
    assert "person" not in told
