"""What was decided in a release manager's place leads up to its bug (ONC-6)."""

from django.db import migrations

FORWARD = """
ALTER TABLE oncall_standinact ADD CONSTRAINT stand_in_bug_exists
    FOREIGN KEY (bug_id) REFERENCES bugs_bug (id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE oncall_standinact DROP CONSTRAINT stand_in_bug_exists;"


class Migration(migrations.Migration):
    dependencies = [("bugs", "0015_pairs_and_how_p1s_went"), ("oncall", "0009_standing_in")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
