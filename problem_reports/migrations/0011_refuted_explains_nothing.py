"""A bug that was refuted explains no report, whoever writes it: neither is it refuted while it does (BUG-6)."""

from django.db import migrations

# Refuting and reopening are one act: what holds is asked at its end. To link one is refused at once.
FORWARD = """
CREATE FUNCTION refuted_explains_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM problem_reports_problemreport r
               JOIN problem_reports_classification c ON c.id = r.living_id
               JOIN bugs_bug b ON b.id = c.bug_id
               WHERE b.state = 'refuted'
               AND CASE TG_TABLE_NAME WHEN 'bugs_bug' THEN b.id = NEW.id ELSE r.id = NEW.id END) THEN
        RAISE EXCEPTION 'a bug that was refuted explains no report'
            USING ERRCODE = '23514', CONSTRAINT = 'refuted_bug_explains_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refuted_explains_nothing AFTER UPDATE OF state ON bugs_bug
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'refuted')
    EXECUTE FUNCTION refuted_explains_nothing();
CREATE TRIGGER refuted_explains_nothing AFTER UPDATE OF living_id ON problem_reports_problemreport
    FOR EACH ROW WHEN (NEW.living_id IS NOT NULL)
    EXECUTE FUNCTION refuted_explains_nothing();
"""
BACKWARD = """
DROP TRIGGER refuted_explains_nothing ON problem_reports_problemreport;
DROP TRIGGER refuted_explains_nothing ON bugs_bug;
DROP FUNCTION refuted_explains_nothing();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("problem_reports", "0010_wish_of_an_evolution"),
        ("bugs", "0012_refuted"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
