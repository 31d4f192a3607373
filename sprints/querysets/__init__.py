"""Reading sprints: what a reader may see, what runs and waits, and each day as it was."""

from sprints.querysets.days import burn_up
from sprints.querysets.pulling import could_be_pulled, proposes_at, room_in, to_pull
from sprints.querysets.record import Chances, chances, rests_of_the_past
from sprints.querysets.sprints import (
    ahead_of,
    coming,
    duty_days,
    has_amounts,
    hold_left,
    hours_per_unit,
    items_of,
    items_visible_to,
    line_of,
    next_planned,
    next_working_day,
    open_overdrafts,
    overdrafts_visible_to,
    planned_work,
    planning_of,
    reserve_now,
    running,
    unfinished,
    visible_to,
    working_days,
)
from sprints.querysets.waiting import goals_at_risk, overdrafts_waiting, proposed_items

__all__ = [
    "Chances", "ahead_of", "burn_up", "chances", "coming", "could_be_pulled", "duty_days",
    "goals_at_risk", "has_amounts", "hold_left", "hours_per_unit", "items_of", "items_visible_to",
    "line_of", "next_planned", "next_working_day", "open_overdrafts", "overdrafts_visible_to",
    "overdrafts_waiting", "planned_work", "planning_of", "proposed_items", "proposes_at",
    "reserve_now", "rests_of_the_past", "room_in", "running", "to_pull", "unfinished",
    "visible_to", "working_days",
]  # fmt: skip
