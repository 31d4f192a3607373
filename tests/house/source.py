"""The product's own source, as the house tests read it."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = (
    "foundation",
    "journal",
    "teams",
    "channels",
    "oncall",
    "sprints",
    "bugs",
    "problem_reports",
    "postmortems",
    "insights",
    "triage",
)


def files(*floors: str) -> Iterator[Path]:
    """Every module of these floors but migrations, by its path from the root."""
    for floor in floors or FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


def module_name(path: Path) -> str:
    """What it is imported as: a package by its own name, or its facts would be there twice."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(), str(path))


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression that is only names; else what of it is."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
