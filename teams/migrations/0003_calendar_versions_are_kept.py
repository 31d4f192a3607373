"""A published version never changes, and a calendar works by a version that is there, in that version's zone.

The key is deferred: a calendar and its first version are written one after the other.
"""

from django.db import migrations

TABLES = ("calendarversion", "calendarshift", "calendardayoff")
FORWARD = "\n".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON teams_{table}
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON teams_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
    for table in TABLES
)
BACKWARD = "\n".join(
    f"""
DROP TRIGGER {table}_never_truncated ON teams_{table};
DROP TRIGGER {table}_append_only ON teams_{table};
"""
    for table in TABLES
)
KEY = """
ALTER TABLE teams_businesscalendar ADD CONSTRAINT calendar_works_by_its_version
    FOREIGN KEY (id, version, zone) REFERENCES teams_calendarversion (calendar_id, number, zone)
    DEFERRABLE INITIALLY DEFERRED;
"""
NO_KEY = "ALTER TABLE teams_businesscalendar DROP CONSTRAINT calendar_works_by_its_version;"


class Migration(migrations.Migration):
    dependencies = [("teams", "0002_calendar_versions"), ("journal", "0003_redacted_once")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD), migrations.RunSQL(KEY, NO_KEY)]
