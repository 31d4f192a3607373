"""The ledger's key to the bug: laid from above, because sprints does not know bugs (HOUSE, Floors)."""

from django.db import migrations

FORWARD = """
ALTER TABLE sprints_reserveentry ADD CONSTRAINT entry_bug_exists
    FOREIGN KEY (bug_id) REFERENCES bugs_bug (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX entry_by_bug ON sprints_reserveentry (bug_id) WHERE bug_id IS NOT NULL;
"""
BACKWARD = """
DROP INDEX entry_by_bug;
ALTER TABLE sprints_reserveentry DROP CONSTRAINT entry_bug_exists;
"""


class Migration(migrations.Migration):
    dependencies = [("bugs", "0001_initial"), ("sprints", "0002_ledger")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
