"""Working time, forwards and backwards, for people who act when their office is open."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

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


def easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian computus; Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)


def days_off(country: str, years: range) -> dict[date, str]:
    """Public holidays of Belgium or Portugal in these years, by day."""
    found: dict[date, str] = {}
    for year in years:
        sunday = easter(year)
        found |= {sunday + timedelta(days=n): why for n, why in MOVABLE[country].items()}
        found |= {date(year, month, day): why for (month, day), why in FIXED[country].items()}
    return found


MOVABLE = {
    "be": {1: "Easter Monday", 39: "Ascension Day", 50: "Whit Monday"},
    "pt": {-2: "Good Friday", 60: "Corpus Christi"},
}
FIXED = {
    "be": {
        (1, 1): "New Year",
        (5, 1): "Labour Day",
        (7, 21): "Belgian National Day",
        (8, 15): "Assumption",
        (11, 1): "All Saints",
        (11, 11): "Armistice Day",
        (12, 25): "Christmas",
    },
    "pt": {
        (1, 1): "New Year",
        (4, 25): "Freedom Day",
        (5, 1): "Labour Day",
        (6, 10): "Portugal Day",
        (6, 24): "São João, holiday of Porto",
        (8, 15): "Assumption",
        (10, 5): "Republic Day",
        (11, 1): "All Saints",
        (12, 1): "Restoration of Independence",
        (12, 8): "Immaculate Conception",
        (12, 25): "Christmas",
    },
}
