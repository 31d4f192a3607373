"""A frozen version as its pages show it: only what stands in the body, in either profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from journal.rows import as_html
from postmortems.lifecycle import Category, Control, FactorKind
from postmortems.querysets import STORY
from postmortems.rules import factors as graph


@dataclass(frozen=True)
class FrozenFactor:
    depth: int
    statement: str
    facts: str
    evidence: SafeString


@dataclass(frozen=True)
class FrozenMoment:
    at: datetime
    what: SafeString
    evidence: SafeString
    later: bool


def story(body: Mapping[str, Any]) -> list[tuple[str, SafeString]]:
    return [(label, as_html(body[name])) for name, label in STORY.items() if body.get(name)]


def moments(body: Mapping[str, Any]) -> list[FrozenMoment]:
    return [
        FrozenMoment(
            at=datetime.fromisoformat(moment["at"]),
            what=as_html(moment["what"]),
            evidence=as_html(moment["evidence"]),
            later=moment["known"] == "now",
        )
        for moment in body["moments"]
    ]


def factors(body: Mapping[str, Any]) -> list[FrozenFactor]:
    by_key = {factor["key"]: factor for factor in body["factors"]}
    links = [(link["cause"], link["effect"]) for link in body["links"]]
    return [
        FrozenFactor(
            depth=min(line.depth, 8),
            statement=by_key[line.key]["statement"],
            facts="" if line.again else _facts(by_key[line.key]),
            evidence=as_html("" if line.again else by_key[line.key]["evidence"]),
        )
        for line in graph.outline(list(by_key), links)
    ]


def _facts(factor: Mapping[str, Any]) -> str:
    kind, category = FactorKind(factor["kind"]).label, Category(factor["category"]).label
    control = Control(factor["control"]).label.lower()
    return f"{kind} · {category} · can be changed by: {control}"
