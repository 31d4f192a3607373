"""Duties as they are published, and what stands behind them."""

from oncall.models.duty import Duty, DutyKind

__all__ = ["Duty", "DutyKind"]
