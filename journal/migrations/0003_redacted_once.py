"""A text is blanked once: who did it, when and why is history too, and never changes."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION text_only_blanked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {once} NEW.id = OLD.id AND NEW.body = '' AND NEW.redacted_at IS NOT NULL
       AND NEW.redacted_by_id IS NOT NULL AND NEW.redaction_reason <> '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a text may only be blanked, once, by somebody and for a reason'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'journal_text_only_blanked';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            FUNCTION.format(once="OLD.redacted_at IS NULL AND"), FUNCTION.format(once="")
        )
    ]
