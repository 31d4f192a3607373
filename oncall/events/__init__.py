"""Facts about duties, rotations and what calendars and people are told of them."""

from oncall.events.duty import DutyRevised, DutySetUp
from oncall.events.feeds import FeedRenewed, FeedRevoked, ScheduleMoved

__all__ = ["DutyRevised", "DutySetUp", "FeedRenewed", "FeedRevoked", "ScheduleMoved"]
