"""Verbs on post-mortems (PRODUCT §8), by family."""

from postmortems.services.actions import agree_action
from postmortems.services.answering import answer_done
from postmortems.services.categorising import categorise
from postmortems.services.deciding import open, propose, propose_review, waive
from postmortems.services.parts import (
    add_barrier,
    add_factor,
    add_moment,
    edit,
    link_factors,
    remove,
)
from postmortems.services.people import invite, name_facilitator, subscribe, uninvite
from postmortems.services.reviewing import publish, request_changes, revise, submit
from postmortems.services.triggering import publish_trigger_rules
from postmortems.services.writing import keep_phrase, write

__all__ = [
    "add_barrier",
    "add_factor",
    "add_moment",
    "agree_action",
    "answer_done",
    "categorise",
    "edit",
    "invite",
    "keep_phrase",
    "link_factors",
    "name_facilitator",
    "open",
    "propose",
    "propose_review",
    "publish",
    "publish_trigger_rules",
    "remove",
    "request_changes",
    "revise",
    "submit",
    "subscribe",
    "uninvite",
    "waive",
    "write",
]  # fmt: skip
