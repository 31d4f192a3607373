"""Which facts people hear of, and in which words: one writer per family of facts."""

from problem_reports.notices import clocks, conversation, decisions, paging, queues

__all__ = ["clocks", "conversation", "decisions", "paging", "queues"]
