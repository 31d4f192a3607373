"""Weeks and days off belong to a version of their calendar; what is there becomes the current version.

It was published when the journal says so, by whom it says: the last edit, or the setting up. Calendars
of an import or a demonstration have no such line; theirs is published now, by nobody.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: A table is not altered while keys of its rows wait for the commit to be checked.
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
FORWARD = """
INSERT INTO teams_calendarversion
    (calendar_id, number, zone, country, subdivision, published_at, published_by_id)
SELECT c.id, c.version, c.zone, '', '', coalesce(e.at, now()), e.by_id
FROM teams_businesscalendar c
LEFT JOIN LATERAL (
    SELECT at, by_id FROM journal_event
    WHERE kind = 'calendar' AND subject = c.id AND name IN ('calendar.set_up', 'calendar.edited')
    ORDER BY at DESC, id DESC LIMIT 1
) e ON true;
UPDATE teams_calendarshift s SET version_id = v.id, calendar_id = NULL
    FROM teams_calendarversion v WHERE v.calendar_id = s.calendar_id;
UPDATE teams_calendardayoff d SET version_id = v.id, calendar_id = NULL
    FROM teams_calendarversion v WHERE v.calendar_id = d.calendar_id;
""" + CHECK_NOW
#: Back there is only the current week, and a public holiday is a day off like any other.
BACKWARD = """
UPDATE teams_calendarshift s SET calendar_id = c.id, version_id = NULL FROM teams_calendarversion v
    JOIN teams_businesscalendar c ON c.id = v.calendar_id AND c.version = v.number WHERE v.id = s.version_id;
UPDATE teams_calendardayoff d SET calendar_id = c.id, version_id = NULL, why = left(d.why, 80) FROM teams_calendarversion v
    JOIN teams_businesscalendar c ON c.id = v.calendar_id AND c.version = v.number WHERE v.id = d.version_id;
DELETE FROM teams_calendarshift WHERE calendar_id IS NULL;
DELETE FROM teams_calendardayoff WHERE calendar_id IS NULL;
DELETE FROM teams_calendarversion;
""" + CHECK_NOW


def leads_to(model: str, related_name: str, **options: object) -> models.ForeignKey:
    on_delete = django.db.models.deletion.PROTECT
    return models.ForeignKey(on_delete=on_delete, related_name=related_name, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_initial"), ("journal", "0003_redacted_once")]

    operations = [
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("zone", models.CharField(max_length=60)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("subdivision", models.CharField(blank=True, default="", max_length=20)),
                ("published_at", models.DateTimeField()),
                ("calendar", leads_to("teams.businesscalendar", "versions")),
                ("published_by", leads_to(settings.AUTH_USER_MODEL, "+", null=True)),
            ],
        ),
        migrations.RemoveConstraint("calendarshift", "shift_starts_once"),
        migrations.RemoveConstraint("calendardayoff", "day_off_once"),
        migrations.AddField("calendarshift", "version", leads_to("teams.calendarversion", "shifts", null=True)),
        migrations.AddField("calendardayoff", "version", leads_to("teams.calendarversion", "days_off", null=True)),
        migrations.AddField("calendardayoff", "public", models.BooleanField(default=False)),
        migrations.AlterField("calendardayoff", "why", models.CharField(blank=True, default="", max_length=200)),
        # Empty for a moment only; and so that the way back has room for it.
        migrations.AlterField("calendarshift", "calendar", leads_to("teams.businesscalendar", "shifts", null=True)),
        migrations.AlterField("calendardayoff", "calendar", leads_to("teams.businesscalendar", "days_off", null=True)),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AlterField("calendarshift", "version", leads_to("teams.calendarversion", "shifts")),
        migrations.AlterField("calendardayoff", "version", leads_to("teams.calendarversion", "days_off")),
        migrations.RemoveField("calendarshift", "calendar"),
        migrations.RemoveField("calendardayoff", "calendar"),
        migrations.AddConstraint(
            "calendarshift",
            models.UniqueConstraint(fields=["version", "weekday", "starts"], name="shift_starts_once"),
        ),
        migrations.AddConstraint(
            "calendardayoff", models.UniqueConstraint(fields=["version", "day"], name="day_off_once")
        ),
        migrations.AddConstraint(
            "calendarversion",
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_numbered"),
        ),
        migrations.AddConstraint(
            "calendarversion",
            models.UniqueConstraint(fields=["calendar", "number", "zone"], name="calendar_version_with_zone"),
        ),
        migrations.AddConstraint(
            "calendarversion",
            models.CheckConstraint(
                condition=models.Q(("subdivision", ""), models.Q(("country", ""), _negated=True), _connector="OR"),
                name="subdivision_of_a_country",
            ),
        ),
    ]
