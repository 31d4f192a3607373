"""Which facts of bugs the team hears of, and in which words."""

from bugs.notices import decisions, loans
from bugs.notices.decisions import ANSWER, answer_url

__all__ = ["ANSWER", "answer_url", "decisions", "loans"]
