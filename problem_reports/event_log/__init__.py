"""Import of event logs: a CSV of somebody else's system, one event a row, folded into our reports.

Words: log, case (becomes a Problem Report), row (becomes one event of the history), mapping (how
columns and activities read), reading (the verbs of one activity). A log is folded, not replayed:
nobody's rules are asked, no notice leaves, and the state is what the lifecycle table makes of the
rows. Rooms: reading (file to records), mapping (TOML to shapes), translating (records to rows),
folding (rows to a report; pure), telling (rows to events), directory (team, areas, people), writing
(the one service). How to write a mapping: docs/import.md.
"""
