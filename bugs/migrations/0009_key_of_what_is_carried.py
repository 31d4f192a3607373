"""The key from what a sprint carries up to bugs, laid from above."""

from django.db import migrations

FORWARD = """
ALTER TABLE sprints_carried ADD CONSTRAINT carried_bug_exists
    FOREIGN KEY (bug_id) REFERENCES bugs_bug (id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE sprints_carried DROP CONSTRAINT carried_bug_exists;"


class Migration(migrations.Migration):
    dependencies = [("bugs", "0008_p1_policy"), ("sprints", "0006_ending")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
