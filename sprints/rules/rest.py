"""Who was paged at night rests the day after (ONC-3). Pure."""

from datetime import date, datetime, timedelta

from oncall.rules.fairness import DAYTIME, NIGHT_FROM


def morning_after(wall: datetime) -> date | None:
    """The day whose morning ends the night in which the wall clock shows this; None by day and in the evening.

    The same night as in the balance of duties: from 22:00 to 07:00, whatever the weekday.
    """
    if wall.time() >= NIGHT_FROM:
        return wall.date() + timedelta(days=1)
    return wall.date() if wall.time() < DAYTIME else None
