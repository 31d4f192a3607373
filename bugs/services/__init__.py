"""The workshop of bugs: one function per verb, by family."""

from bugs.services.deciding import decline, estimate, inject, mark, postpone, prioritise, schedule
from bugs.services.opening import open_bug
from bugs.services.repairing import fix, reopen, start, verify
from bugs.services.working import log_work

__all__ = [
    "decline",
    "estimate",
    "fix",
    "inject",
    "log_work",
    "mark",
    "open_bug",
    "postpone",
    "prioritise",
    "reopen",
    "schedule",
    "start",
    "verify",
]
