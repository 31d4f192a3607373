"""Duties as they are published, and what stands behind them."""

from oncall.models.duty import Duty, DutyKind
from oncall.models.feeds import Feed, FeedEntry

__all__ = ["Duty", "DutyKind", "Feed", "FeedEntry"]
