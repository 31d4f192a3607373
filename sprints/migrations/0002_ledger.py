"""The ledger is append-only, and an overdraft is always the sum of its named rows (SPR-3)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON sprints_reserveentry
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER entry_never_truncated BEFORE TRUNCATE ON sprints_reserveentry
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION overdraft_is_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.overdraft <> (SELECT coalesce(sum(amount), 0) FROM sprints_reserveentry
                         WHERE sprint_id = NEW.id AND kind = 'overdraft') THEN
        RAISE EXCEPTION 'an overdraft is the sum of its named rows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overdraft_is_named';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER overdraft_is_named AFTER INSERT OR UPDATE OF overdraft ON sprints_sprint
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION overdraft_is_named();
"""
BACKWARD = """
DROP TRIGGER overdraft_is_named ON sprints_sprint;
DROP FUNCTION overdraft_is_named();
DROP TRIGGER entry_never_truncated ON sprints_reserveentry;
DROP TRIGGER entry_append_only ON sprints_reserveentry;
"""


class Migration(migrations.Migration):
    dependencies = [("sprints", "0001_initial"), ("journal", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
