"""The one clock: the database's. Only doors and tasks read it; services are told the moment."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The database's wall-clock moment (aware, UTC), so that a skewed web server decides nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
