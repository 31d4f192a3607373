"""A report as the API shows it: dicts built by hand from few statements (QUALITY, Speed).

`rows` reads, `report` shows a list row or the whole report, `history` one line of what happened, `clocks` why
a deadline is when it is.
"""

from problem_reports.representations.clocks import clocks
from problem_reports.representations.history import history_item
from problem_reports.representations.report import cards, filed, whole

__all__ = ["cards", "clocks", "filed", "history_item", "whole"]
