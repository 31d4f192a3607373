"""A page leads up to the bug that it is about (ONC-6)."""

from django.db import migrations

FORWARD = """
ALTER TABLE oncall_page ADD CONSTRAINT page_bug_exists
    FOREIGN KEY (bug_id) REFERENCES bugs_bug (id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE oncall_page DROP CONSTRAINT page_bug_exists;"


class Migration(migrations.Migration):
    dependencies = [("bugs", "0013_loans_remind"), ("oncall", "0003_paging")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
