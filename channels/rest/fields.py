"""Kinds of values that DRF has no field for."""

from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.moments import OUT_OF_REACH, within_reach

LATEST_YEAR = 9000


class Text(serializers.CharField):
    """What a person wrote; numbers and booleans are no text."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 100_000)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        value: str = super().to_internal_value(data)
        return value


class Amount(serializers.DecimalField):
    """Points or hours: at most two decimals, as a number or as text."""

    def __init__(self, *, smallest: str = "", **options: Any) -> None:
        options.setdefault("max_digits", 8)
        if smallest:
            options["min_value"] = Decimal(smallest)
        super().__init__(decimal_places=2, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float | str | Decimal):
            self.fail("invalid")
        value: Decimal = super().to_internal_value(data)
        return value


class _WithinReach(serializers.Field):
    """What people plan or remember; `channels.web.fields` asks the same of forms."""

    default_error_messages = {"reach": OUT_OF_REACH}

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if not within_reach(value):
            self.fail("reach")
        return value


class Day(_WithinReach, serializers.DateField):
    """A day that people plan or remember."""


class Moment(_WithinReach, serializers.DateTimeField):
    """A moment that people plan or remember."""


@extend_schema_field(
    {
        "type": "string",
        "examples": ["2026-12-01", "2026-12-01T09:00:00+01:00"],
        "description": "A date means the start of that day in the team's zone.",
    }
)
class Until(serializers.Field[Any, Any, Any, Any]):
    """A date, or a date-time with an offset; what a date means depends on the team's zone."""

    default_error_messages = {
        "invalid": "Send a date (2026-12-01) or a date-time with its offset (2026-12-01T09:00:00+01:00)."
    }

    def to_internal_value(self, data: Any) -> date | datetime:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            found = parse_date(data) or parse_datetime(data)
        except ValueError:
            self.fail("invalid")
        if found is None or found.year > LATEST_YEAR or found.year < 1000:
            self.fail("invalid")
        if isinstance(found, datetime) and found.utcoffset() is None:
            self.fail("invalid")
        return found

    def to_representation(self, value: Any) -> str:
        return str(value)


def as_moment(until: date | datetime, zone: tzinfo) -> datetime:
    """A date means the start of that day in the zone."""
    if isinstance(until, datetime):
        return until.astimezone(UTC)
    return datetime.combine(until, time(0), zone).astimezone(UTC)


def as_day(until: date | datetime, zone: tzinfo) -> date:
    """A moment means the day that it falls on in the zone."""
    return until.astimezone(zone).date() if isinstance(until, datetime) else until
