"""The workshop of Problem Reports: one function per verb, by family."""

from problem_reports.services.classification import classify, dispute, reopen
from problem_reports.services.confirming import confirm, tell_cause
from problem_reports.services.conversation import answer, ask, note, respond
from problem_reports.services.filing import attach, edit, file, join, resubmit, watch
from problem_reports.services.paging import page
from problem_reports.services.policies import publish_policy_version
from problem_reports.services.triage import (
    assign,
    hand_back,
    prioritise,
    return_,
    route,
    snooze,
    start,
    take,
    wake,
)
from problem_reports.services.working import log_work

__all__ = [
    "answer",
    "ask",
    "assign",
    "attach",
    "classify",
    "confirm",
    "dispute",
    "edit",
    "file",
    "hand_back",
    "join",
    "log_work",
    "note",
    "page",
    "prioritise",
    "publish_policy_version",
    "reopen",
    "respond",
    "resubmit",
    "return_",
    "route",
    "snooze",
    "start",
    "take",
    "tell_cause",
    "wake",
    "watch",
]
