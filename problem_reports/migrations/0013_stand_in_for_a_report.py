"""What was decided in a release manager's place leads up to its report (ONC-6)."""

from django.db import migrations

FORWARD = """
ALTER TABLE oncall_standinact ADD CONSTRAINT stand_in_report_exists
    FOREIGN KEY (report_id) REFERENCES problem_reports_problemreport (id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE oncall_standinact DROP CONSTRAINT stand_in_report_exists;"


class Migration(migrations.Migration):
    dependencies = [("problem_reports", "0012_page_of_a_report"), ("oncall", "0009_standing_in")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
