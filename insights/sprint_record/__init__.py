"""Planned against unplanned over closed sprints: what each did, and what came in between (PRODUCT §6)."""
