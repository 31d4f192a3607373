"""Who may do what about an overdraft: the sprint's own answers, and what there is to answer."""

from collections.abc import Sequence

from oncall.rules import Standing
from sprints import policy
from sprints.lifecycle import OVERDRAFTS, State
from sprints.models import Leaving, Overdraft


def allowed(who: Standing, overdraft: Overdraft, leaving: Sequence[Leaving]) -> list[str]:
    """What this person may do about it now, in table order; nothing that is refused whoever asks."""
    sprint = overdraft.sprint
    if sprint.state != State.RUNNING:
        return []
    verbs = OVERDRAFTS.verbs_from(overdraft.state)
    may = [verb for verb in verbs if policy.may(verb, who, sprint) is policy.YES]
    mine = any(row.asked_id == who.person_id and not row.let_go_at for row in leaving)
    unasked = all(row.asked_id is None or row.let_go_at for row in leaving)
    there_is = {"let_go": mine, "swap_out": bool(leaving) and unasked}
    return [verb for verb in may if there_is.get(verb, True)]
