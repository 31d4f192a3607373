"""A published policy never changes, and neither do its targets: what they promised can be read for ever (SLA-1)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER version_append_only BEFORE UPDATE OR DELETE ON problem_reports_policyversion
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER version_never_truncated BEFORE TRUNCATE ON problem_reports_policyversion
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER target_never_truncated BEFORE TRUNCATE ON problem_reports_policytarget
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER target_never_truncated ON problem_reports_policytarget;
DROP TRIGGER version_never_truncated ON problem_reports_policyversion;
DROP TRIGGER version_append_only ON problem_reports_policyversion;
"""


class Migration(migrations.Migration):
    dependencies = [("problem_reports", "0004_more_guards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
