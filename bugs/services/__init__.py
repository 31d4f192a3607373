"""The workshop of bugs: one function per verb, by family."""

from bugs.services.deciding import decline, estimate, inject, postpone, prioritise, schedule
from bugs.services.opening import open_bug
from bugs.services.repairing import fix, reopen, start, verify

__all__ = [
    "decline",
    "estimate",
    "fix",
    "inject",
    "open_bug",
    "postpone",
    "prioritise",
    "reopen",
    "schedule",
    "start",
    "verify",
]
