"""Logged hours lead up to the report that they were spent on; the report itself has no sprint (PR-3)."""

from django.db import migrations

FORWARD = """
ALTER TABLE sprints_worklog ADD CONSTRAINT work_report_exists
    FOREIGN KEY (report_id) REFERENCES problem_reports_problemreport (id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE sprints_worklog DROP CONSTRAINT work_report_exists;"


class Migration(migrations.Migration):
    dependencies = [("problem_reports", "0007_tended"), ("sprints", "0005_ledger_guards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
