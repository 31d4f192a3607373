"""People, teams, areas, calendars, and what teams have agreed. What the database can hold, it holds."""

from teams.models.agreements import Agreement, AgreementUse
from teams.models.people import (
    ApiToken,
    AreaExpert,
    BusinessCalendar,
    CalendarDayOff,
    CalendarShift,
    CalendarVersion,
    Membership,
    Person,
    ProductArea,
    Team,
    TokenScope,
)

__all__ = [
    "Agreement",
    "AgreementUse",
    "ApiToken",
    "AreaExpert",
    "BusinessCalendar",
    "CalendarDayOff",
    "CalendarShift",
    "CalendarVersion",
    "Membership",
    "Person",
    "ProductArea",
    "Team",
    "TokenScope",
]
