"""The settings of a team: product areas and experts, calendars, duties.

They show what teams and oncall hold, so they live in the front hall. Members read them, admins edit.
"""
