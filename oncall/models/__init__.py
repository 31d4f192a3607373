"""Duties as they are published, and pages."""

from oncall.models.duty import Duty, DutyKind
from oncall.models.feeds import Feed, FeedEntry
from oncall.models.paging import EscalationPolicy, P1Hours, Page, PageStep

__all__ = [
    "Duty",
    "DutyKind",
    "EscalationPolicy",
    "Feed",
    "FeedEntry",
    "P1Hours",
    "Page",
    "PageStep",
]
