"""What a night took is never changed or taken away."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER nightrest_append_only BEFORE UPDATE OR DELETE ON sprints_nightrest
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER nightrest_never_truncated BEFORE TRUNCATE ON sprints_nightrest
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER nightrest_never_truncated ON sprints_nightrest;
DROP TRIGGER nightrest_append_only ON sprints_nightrest;
"""


class Migration(migrations.Migration):
    dependencies = [("sprints", "0011_night_rest")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
