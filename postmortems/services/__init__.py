"""Verbs on post-mortems (PRODUCT §8), by family."""

from postmortems.services.deciding import open, propose, propose_review, waive
from postmortems.services.parts import (
    add_barrier,
    add_factor,
    add_moment,
    edit,
    link_factors,
    remove,
)
from postmortems.services.reviewing import publish, request_changes, submit
from postmortems.services.writing import keep_phrase, write

__all__ = [
    "add_barrier",
    "add_factor",
    "add_moment",
    "edit",
    "keep_phrase",
    "link_factors",
    "open",
    "propose",
    "propose_review",
    "publish",
    "remove",
    "request_changes",
    "submit",
    "waive",
    "write",
]  # fmt: skip
