"""Logged work and scope never change; an overdraft is the sum of its named rows less what made it good;
and sprints from before get their moments from history."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER work_append_only BEFORE UPDATE OR DELETE ON sprints_worklog
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER work_never_truncated BEFORE TRUNCATE ON sprints_worklog
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER scope_append_only BEFORE UPDATE OR DELETE ON sprints_scopeentry
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER scope_never_truncated BEFORE TRUNCATE ON sprints_scopeentry
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE OR REPLACE FUNCTION overdraft_is_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT overdraft FROM sprints_sprint WHERE id = NEW.id)
       <> (SELECT coalesce(sum(CASE kind WHEN 'overdraft' THEN amount ELSE -amount END), 0)
           FROM sprints_reserveentry
           WHERE sprint_id = NEW.id AND kind IN ('overdraft', 'make_good')) THEN
        RAISE EXCEPTION 'an overdraft is the sum of its named rows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overdraft_is_named';
    END IF;
    RETURN NULL;
END $$;

UPDATE sprints_sprint s SET
    started_at = (SELECT min(at) FROM journal_event WHERE name = 'sprint.started' AND subject = s.id),
    ended_at = CASE WHEN s.state IN ('closed', 'cancelled') THEN
        (SELECT max(at) FROM journal_event WHERE name = 'sprint.closed' AND subject = s.id) END;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION overdraft_is_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT overdraft FROM sprints_sprint WHERE id = NEW.id)
       <> (SELECT coalesce(sum(amount), 0) FROM sprints_reserveentry
           WHERE sprint_id = NEW.id AND kind = 'overdraft') THEN
        RAISE EXCEPTION 'an overdraft is the sum of its named rows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overdraft_is_named';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER scope_never_truncated ON sprints_scopeentry;
DROP TRIGGER scope_append_only ON sprints_scopeentry;
DROP TRIGGER work_never_truncated ON sprints_worklog;
DROP TRIGGER work_append_only ON sprints_worklog;
"""


class Migration(migrations.Migration):
    dependencies = [("sprints", "0004_ledger_grows"), ("journal", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
