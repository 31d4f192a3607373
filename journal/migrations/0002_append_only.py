"""History never changes: own plpgsql triggers, because no code path may open them (HOUSE, History)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;

CREATE FUNCTION text_only_blanked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id = OLD.id AND NEW.body = '' AND NEW.redacted_at IS NOT NULL
       AND NEW.redacted_by_id IS NOT NULL AND NEW.redaction_reason <> '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a text may only be blanked, by somebody and for a reason'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'journal_text_only_blanked';
END $$;

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON journal_event
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER event_never_truncated BEFORE TRUNCATE ON journal_event
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER text_only_blanked BEFORE UPDATE ON journal_text
    FOR EACH ROW EXECUTE FUNCTION text_only_blanked();
CREATE TRIGGER text_never_deleted BEFORE DELETE ON journal_text
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER text_never_truncated BEFORE TRUNCATE ON journal_text
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER event_append_only ON journal_event;
DROP TRIGGER event_never_truncated ON journal_event;
DROP TRIGGER text_only_blanked ON journal_text;
DROP TRIGGER text_never_deleted ON journal_text;
DROP TRIGGER text_never_truncated ON journal_text;
DROP FUNCTION text_only_blanked();
DROP FUNCTION append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
