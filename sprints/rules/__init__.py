"""The arithmetic of sprints. Pure: no Django, no clock."""
