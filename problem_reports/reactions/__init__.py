"""What reports do in the same transaction when something happens below them, or to one of them."""

from problem_reports.reactions import below, paging

__all__ = ["below", "paging"]
