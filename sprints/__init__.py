"""Sprints: what a team planned, and the reserve that protects it.

Words: sprint, goal, capacity, reserve (an amount set aside for unplanned work, not slack), hold,
debit, release, overdraft, swap out. Verbs: plan, set capacity, set reserve, start, close; drawn by
the floor above: hold, overdraw, free, debit, release. The ledger is append-only; the counters on
the sprint are its sum, and the database keeps `held + spent <= size + overdraft`.
It does not know bugs: an entry carries a bug's number, whose key a migration of bugs adds.
"""
