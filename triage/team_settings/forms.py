"""The shape of settings: hours of a week and days off are typed as people write them."""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from channels.web.fields import moment
from oncall.models import DutyKind
from teams.models import BusinessCalendar, CalendarVersion, Person, ProductArea
from teams.public_holidays import countries, subdivisions
from teams.rules import WEEKDAYS, Hours

SHIFT = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?")
DAY_OFF = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\s*(.*)")
MOST_DAYS_OFF = 400
MOST_SHIFTS_A_DAY = 12


class AreaForm(forms.Form):
    """`people`: of the team, who may be experts; left out when the area is new."""

    name = forms.CharField(label="Name", max_length=120)
    experts = forms.MultipleChoiceField(
        label="Experts",
        help_text="Who knows this area; shown first when a report of it is assigned.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, people: Iterable[Person] = (), area: ProductArea | None = None, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        if area is None:
            del self.fields["experts"]
            return
        self.fields["experts"].choices = [(p.username, str(p)) for p in people]


class CalendarForm(forms.Form):
    """One line of hours per weekday, one line per day off; the country's parts are those of the country given.

    A choice that is none is left to the verb, whose sentences name what is wrong with it.
    """

    name = forms.CharField(label="Name", max_length=80)
    zone = forms.CharField(
        label="Time zone",
        help_text="Hours are by the wall clock there, also when it changes.",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
    country = forms.CharField(
        label="National holidays",
        help_text="Days off too; written down for ten years when you keep the calendar.",
        required=False,
        widget=forms.Select,
    )
    subdivision = forms.CharField(label="Part of the country", required=False, widget=forms.Select)
    days_off = forms.CharField(
        label="Your own days off",
        help_text="One a line, with its reason: 2026-12-25 Christmas",
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days_off, country = self.fields.pop("days_off"), self.fields.pop("country")
        subdivision = self.fields.pop("subdivision")
        for number, weekday in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = forms.CharField(
                label=weekday, required=False, max_length=200
            )
        self.fields["day_0"].help_text = "Shifts as 09:00-12:30, 13:30-18:00. Empty is closed."
        self.fields |= {"days_off": days_off, "country": country}
        country.widget.choices = [("", "None"), *countries()]
        parts = subdivisions(self.said("country"))
        if parts or self.said("subdivision"):
            subdivision.widget.choices = [("", "The whole country"), *parts]
            self.fields["subdivision"] = subdivision

    def said(self, name: str) -> str:
        """What was typed, or what the form starts with."""
        return str((self.data if self.is_bound else self.initial).get(name, ""))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        shifts: list[Hours] = []
        for number in range(len(WEEKDAYS)):
            try:
                shifts += hours_of(number, said.get(f"day_{number}", ""))
            except ValidationError as error:
                self.add_error(f"day_{number}", error)
        said["shifts"] = shifts
        return said

    def clean_days_off(self) -> dict[date, str]:
        lines = [
            line.strip() for line in self.cleaned_data["days_off"].splitlines() if line.strip()
        ]
        if len(lines) > MOST_DAYS_OFF:
            raise ValidationError(f"A calendar keeps at most {MOST_DAYS_OFF} days off.")
        return dict(_day_off(line) for line in lines)

    def given(self) -> dict[str, Any]:
        asked = ("name", "zone", "shifts", "days_off", "country", "subdivision")
        return {name: self.cleaned_data.get(name, "") for name in asked}

    @staticmethod
    def first_values(version: CalendarVersion) -> dict[str, Any]:
        """What a stored calendar looks like in this form; its shifts and days off are loaded."""
        values: dict[str, Any] = {
            "name": version.calendar.name,
            "zone": version.zone,
            "country": version.country,
            "subdivision": version.subdivision,
        }
        shifts = sorted(version.shifts.all(), key=lambda s: s.starts)
        for number in range(len(WEEKDAYS)):
            today = [f"{s.starts:%H:%M}-{s.ends:%H:%M}" for s in shifts if s.weekday == number]
            values[f"day_{number}"] = ", ".join(today)
        own = (d for d in version.days_off.all() if not d.public)
        days = sorted(own, key=lambda d: d.day)
        values["days_off"] = "\n".join(f"{d.day.isoformat()} {d.why}".strip() for d in days)
        return values


class ChooseCalendarForm(forms.Form):
    calendar = forms.ChoiceField(label="The team works by")

    def __init__(self, *args: Any, calendars: Iterable[BusinessCalendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].choices = [(str(c.pk), c.name) for c in calendars]


class DutyForm(forms.Form):
    """`people`: of the team; `fixed`: an existing duty keeps its kind."""

    duty = forms.ChoiceField(label="Duty", choices=DutyKind.choices)
    person = forms.ChoiceField(label="Person")
    start = moment("From")
    end = moment("Until", "The next one can begin at this moment.")

    def __init__(
        self, *args: Any, people: Iterable[Person], fixed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [
            ("", "Choose somebody"),
            *((p.username, str(p)) for p in people),
        ]
        if fixed:
            del self.fields["duty"]


def hours_of(weekday: int, text: str) -> list[Hours]:
    """`9-12:30, 13:30-18:00` as shifts; 24:00 is midnight."""
    pieces = [piece.strip() for piece in re.split(r"[,;]", text) if piece.strip()]
    if len(pieces) > MOST_SHIFTS_A_DAY:
        raise ValidationError(f"At most {MOST_SHIFTS_A_DAY} shifts a day.")
    return [_shift(weekday, piece) for piece in pieces]


def _shift(weekday: int, piece: str) -> Hours:
    found = SHIFT.fullmatch(piece)
    if found is None:
        raise ValidationError(f"“{piece[:40]}” is no shift; one is 09:00-12:30.")
    starts, ends = _time(found[1], found[2]), _time(found[3], found[4])
    if starts is None or ends is None:
        raise ValidationError(f"“{piece[:40]}” names an hour that does not exist.")
    return Hours(weekday, starts, ends)


def _time(hour: str, minute: str | None) -> time | None:
    at = (int(hour), int(minute or 0))
    if at == (24, 0):
        return time(0)
    return time(*at) if at[0] < 24 and at[1] < 60 else None


def _day_off(line: str) -> tuple[date, str]:
    found = DAY_OFF.fullmatch(line)
    try:
        if found is None:
            raise ValueError
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise ValidationError(f"“{line[:40]}” is no day; one is 2026-12-25 Christmas.") from error
    if len(found[4]) > 80:
        raise ValidationError(f"The reason of {day.isoformat()} may have at most 80 characters.")
    return day, found[4]


def zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
