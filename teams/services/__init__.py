"""Verbs of teams, by family: access of people, product areas with their experts, business calendars."""

from teams.services.access import issue_token
from teams.services.areas import name_expert, remove_expert, rename_area, set_up_area
from teams.services.calendars import choose_calendar, edit_calendar, set_up_calendar

__all__ = [
    "choose_calendar",
    "edit_calendar",
    "issue_token",
    "name_expert",
    "remove_expert",
    "rename_area",
    "set_up_area",
    "set_up_calendar",
]
