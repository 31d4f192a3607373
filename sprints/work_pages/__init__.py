"""Direct requests: a one-click log of what should have been a report, and what they cost a team (PR-12)."""
