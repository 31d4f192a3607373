"""Never a bug without its classification, nor two of one; judgements never change (HOUSE, PR-4)."""

from django.db import migrations

FORWARD = """
ALTER TABLE bugs_bug ADD CONSTRAINT bug_opened_by_a_classification
    FOREIGN KEY (opened_by, opened_outcome)
    REFERENCES problem_reports_classification (id, outcome) DEFERRABLE INITIALLY DEFERRED;

CREATE TRIGGER classification_append_only BEFORE UPDATE OR DELETE ON problem_reports_classification
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER classification_never_truncated BEFORE TRUNCATE ON problem_reports_classification
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER target_append_only BEFORE UPDATE OR DELETE ON problem_reports_policytarget
    FOR EACH ROW EXECUTE FUNCTION append_only();

-- The classification that counts belongs to the report: a composite key, not only a key.
ALTER TABLE problem_reports_classification
    ADD CONSTRAINT classification_of_report UNIQUE (id, report_id);
ALTER TABLE problem_reports_problemreport ADD CONSTRAINT report_living_is_its_own
    FOREIGN KEY (living_id, id)
    REFERENCES problem_reports_classification (id, report_id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = """
ALTER TABLE problem_reports_problemreport DROP CONSTRAINT report_living_is_its_own;
ALTER TABLE problem_reports_classification DROP CONSTRAINT classification_of_report;
DROP TRIGGER target_append_only ON problem_reports_policytarget;
DROP TRIGGER classification_never_truncated ON problem_reports_classification;
DROP TRIGGER classification_append_only ON problem_reports_classification;
ALTER TABLE bugs_bug DROP CONSTRAINT bug_opened_by_a_classification;
"""


class Migration(migrations.Migration):
    dependencies = [("problem_reports", "0001_initial"), ("bugs", "0002_reserve_entry_key")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
