"""Verbs on sprints, and the acts on reserve and scope that the floor above calls with the sprint locked."""

from sprints.services._act import begin
from sprints.services.capacity import There, set_capacity
from sprints.services.ending import cancel, close
from sprints.services.goal import flag_goal_risk, see_goal_risk
from sprints.services.improving import add_improvement, judge_improvement
from sprints.services.overdrafts import (
    accept_risk,
    chosen,
    give_back,
    let_go,
    propose_swap,
    swap_out,
)
from sprints.services.planning import commit, plan, set_reserve
from sprints.services.pulling import pull_forward
from sprints.services.reckoning import set_planning
from sprints.services.reserve import carry_out, draw_on_reserve, release, settle
from sprints.services.running import start
from sprints.services.scope import done, entered, left, resized, undone
from sprints.services.work import keep_hours, lock_running, log_work, take_back_work

__all__ = [
    "There", "accept_risk", "add_improvement", "begin", "cancel", "carry_out", "chosen",
    "close", "commit", "done", "draw_on_reserve", "entered", "flag_goal_risk", "give_back",
    "judge_improvement", "keep_hours", "left", "let_go", "lock_running", "log_work", "plan",
    "propose_swap", "pull_forward", "release", "resized", "see_goal_risk", "set_capacity",
    "set_planning", "set_reserve", "settle", "start", "swap_out", "take_back_work", "undone",
]  # fmt: skip
