"""That an absence was looked at is never forgotten, or what it freed would be freed again."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER absenceseen_append_only BEFORE UPDATE OR DELETE ON problem_reports_absenceseen
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER absenceseen_never_truncated BEFORE TRUNCATE ON problem_reports_absenceseen
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER absenceseen_never_truncated ON problem_reports_absenceseen;
DROP TRIGGER absenceseen_append_only ON problem_reports_absenceseen;
"""


class Migration(migrations.Migration):
    dependencies = [("problem_reports", "0014_absence_seen")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
