"""The workshop of bugs: one function per verb, by family."""

from bugs.services.deciding import (
    decline,
    estimate,
    inject,
    mark,
    postpone,
    prioritise,
    refute,
    schedule,
)
from bugs.services.lending import extend, mitigate, repay, write_off
from bugs.services.opening import open_bug
from bugs.services.p1_policy import publish_p1_policy
from bugs.services.paging import page
from bugs.services.pairing import pair
from bugs.services.planning import agree_plan, object_to_plan, override_plan, propose_plan
from bugs.services.releasing import bring_out, release, release_many
from bugs.services.repairing import fix, reopen, start, verify
from bugs.services.working import log_work

__all__ = [
    "agree_plan",
    "bring_out",
    "decline",
    "estimate",
    "extend",
    "fix",
    "inject",
    "log_work",
    "mark",
    "mitigate",
    "object_to_plan",
    "open_bug",
    "override_plan",
    "page",
    "pair",
    "postpone",
    "prioritise",
    "propose_plan",
    "publish_p1_policy",
    "refute",
    "release",
    "release_many",
    "reopen",
    "repay",
    "schedule",
    "start",
    "verify",
    "write_off",
]
