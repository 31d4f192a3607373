"""Insights: read-only figures, forecasts and the planner (PRODUCT §11).

Looks at every floor, touches none: no write, no verb. No model yet. Every figure says as-of, n and
method, and there is never a figure about a person. `reserve/` assembles what a team's sprints really
took and asks the pure rules of `sprints.recommending` how much to set aside (SPR-6).
"""
