"""Clocks: business time, policies and timers of Problem Reports (PRODUCT §4).

`rules` is pure arithmetic of business time; `policies` answers which target a priority has; `timers` arms, moves and
stops the rows that carry a promise. The sweep, warnings and pauses come on these tables.
"""
