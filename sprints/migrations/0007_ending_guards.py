"""What is carried never changes; a sprint with a goal closes only with a word on it."""

from django.db import migrations

# A CHECK would judge sprints of before, of which nobody was asked.
FORWARD = """
CREATE TRIGGER carried_append_only BEFORE UPDATE OR DELETE ON sprints_carried
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER carried_never_truncated BEFORE TRUNCATE ON sprints_carried
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION sprint_closes_with_a_word_on_its_goal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sprint with a goal closes with a word on whether it was met'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'sprint_closes_with_a_word_on_its_goal';
END $$;
CREATE TRIGGER sprint_closes_with_a_word_on_its_goal BEFORE UPDATE OF state ON sprints_sprint
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.goal <> '' AND NEW.goal_met IS NULL)
    EXECUTE FUNCTION sprint_closes_with_a_word_on_its_goal();
"""
BACKWARD = """
DROP TRIGGER sprint_closes_with_a_word_on_its_goal ON sprints_sprint;
DROP FUNCTION sprint_closes_with_a_word_on_its_goal();
DROP TRIGGER carried_never_truncated ON sprints_carried;
DROP TRIGGER carried_append_only ON sprints_carried;
"""


class Migration(migrations.Migration):
    dependencies = [("sprints", "0006_ending")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
