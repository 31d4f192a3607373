"""Problem Reports: uncertain issues. Investigate, classify, never code (PRODUCT §3).

Words: report, filing team, impact, urgency, classification (the only ending), outcome, customer,
promise, first response. Verbs: file, return, resubmit, route, prioritise, assign, take, hand back,
start, respond, note, ask, answer, snooze, wake, classify, dispute, reopen, join, watch, edit,
attach. Packages: clocks (business time, policies, timers), event_log (import).
A report has no estimate, sprint, branch or commit: those belong to the bug that it may open.
"""
