"""Working time, forwards and backwards, for people who act when their office is open."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from problem_reports.clocks import rules

STRIDE = timedelta(days=14)


@dataclass(frozen=True)
class Hours:
    """The open hours of one office. Amounts are hours as a float, kept to the second."""

    calendar: rules.Calendar

    def after(self, moment: datetime, hours: float) -> datetime:
        """The moment at which `hours` of open time have passed since `moment`."""
        return rules.add(self.calendar, moment, _span(hours))

    def before(self, moment: datetime, hours: float) -> datetime:
        """The latest moment from which `hours` of open time pass until `moment`."""
        left, end = _span(hours), moment.astimezone(UTC)
        while left:
            stretch = rules.open_intervals(self.calendar, end - STRIDE, end)
            for opens, closes in reversed(list(stretch)):
                if closes - opens >= left:
                    return closes - left
                left -= closes - opens
            end -= STRIDE
        return end

    def between(self, a: datetime, b: datetime) -> float:
        return rules.between(self.calendar, a, b) / timedelta(hours=1)


def _span(hours: float) -> timedelta:
    return timedelta(seconds=max(round(hours * 3600), 0))
