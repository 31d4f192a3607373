"""On call: who holds which duty of a team, when.

Words: duty (release manager, on call), holder, standing (what a person may draw on at a moment:
roles and duties). Verbs: set up, revise. `querysets.holder` is the only answer to "is release
manager" and "is on call". Rotations, overrides, swaps and paging come behind it later.
It does not decide what a holder may do: each floor's policy does.
"""
