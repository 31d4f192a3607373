"""A report as the API shows it: dicts built by hand from few statements (QUALITY, Speed).

`rows` reads, `report` shows a list row or the whole report, `history` one line of what happened.
"""

from problem_reports.representations.history import history_item
from problem_reports.representations.report import cards, filed, whole

__all__ = ["cards", "filed", "history_item", "whole"]
