"""The judgement of duties, pure: what a person may draw on at a moment, and who is on duty when.

`walls` turns wall-clock times into moments, `rota` says what a rotation is, `turns` counts turns, `resolver`
is the only place that works out who is on duty, `changes` compares and carries a rotation on.
"""

from oncall.rules.standing import ON_CALL, RELEASE_MANAGER, Standing

__all__ = ["ON_CALL", "RELEASE_MANAGER", "Standing"]
