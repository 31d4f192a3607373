"""What was seen of somebody on the ladder is not emptied away either (HOUSE, History)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER ladder_step_never_truncated BEFORE TRUNCATE ON oncall_ladderstep
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER ladder_note_never_truncated BEFORE TRUNCATE ON oncall_laddernote
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER ladder_note_never_truncated ON oncall_laddernote;
DROP TRIGGER ladder_step_never_truncated ON oncall_ladderstep;
"""


class Migration(migrations.Migration):
    dependencies = [("oncall", "0009_standing_in")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
