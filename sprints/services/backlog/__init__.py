"""Verbs on backlog items: the product owner's planned work (SPR-9)."""

from sprints.services.backlog._act import ROWS, lock_order
from sprints.services.backlog.again import lock_finished, open_again
from sprints.services.backlog.deciding import accept, decline, estimate, order
from sprints.services.backlog.payback import book_payback, lock_for_payback
from sprints.services.backlog.proposing import add, edit
from sprints.services.backlog.working import finish, mark, schedule, start, take_out

__all__ = [
    "ROWS",
    "accept",
    "add",
    "book_payback",
    "decline",
    "edit",
    "estimate",
    "finish",
    "lock_finished",
    "lock_for_payback",
    "lock_order",
    "mark",
    "open_again",
    "order",
    "schedule",
    "start",
    "take_out",
]  # fmt: skip
