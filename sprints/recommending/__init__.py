"""How large a reserve should be: judged from what the team's sprints really took (SPR-6). Pure.

Words: demand (unplanned work of a sprint, brought to the length of a usual one), rung (which method n
sprints allow), band (how far the figure itself could be off), origin (a moment at which a forecast is
made from what was known then). Rooms: `distributions` (quantiles by formula), `ladder` (the methods),
`drift` (whether the level moved), `bands`, `scores`, `backtest`, `recommendation` (all of it, as one
answer), `slicing` (a log as two-week sprints). The series itself is assembled in `insights.reserve`.
"""
