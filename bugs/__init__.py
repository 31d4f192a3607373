"""Bugs: confirmed defects, and the only place with links to code (PR-3).

Words: bug, estimate, priority, link. Verbs: open (by classify only), prioritise, estimate, inject,
schedule, postpone, start, fix, verify, reopen, decline. A bug is planned work once it is scheduled,
and managed unplanned work once it is injected at a price.
It does not know reports: its key to the classification that opened it is added by a migration above.
"""
