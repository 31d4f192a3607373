"""A page leads up to the report that it is about (ONC-6)."""

from django.db import migrations

FORWARD = """
ALTER TABLE oncall_page ADD CONSTRAINT page_report_exists
    FOREIGN KEY (report_id) REFERENCES problem_reports_problemreport (id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE oncall_page DROP CONSTRAINT page_report_exists;"


class Migration(migrations.Migration):
    dependencies = [("problem_reports", "0011_refuted_explains_nothing"), ("oncall", "0003_paging")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
