"""Logged work and scope never change; an overdraft is the sum of its named rows less what made it good;
planned work stays in its team; and sprints from before get their moments and their scope from history."""

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

-- The key that others lead to, with the team; bugs laid it first (bugs 0003), and it may be there.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'sprint_of_team') THEN
        ALTER TABLE sprints_sprint ADD CONSTRAINT sprint_of_team UNIQUE (id, team_id);
    END IF;
END $$;
ALTER TABLE sprints_backlogitem ADD CONSTRAINT item_in_a_sprint_of_its_team
    FOREIGN KEY (sprint_id, team_id) REFERENCES sprints_sprint (id, team_id)
    DEFERRABLE INITIALLY DEFERRED;

UPDATE sprints_sprint s SET
    started_at = (SELECT min(at) FROM journal_event WHERE name = 'sprint.started' AND subject = s.id),
    ended_at = CASE WHEN s.state IN ('closed', 'cancelled') THEN
        (SELECT max(at) FROM journal_event WHERE name = 'sprint.closed' AND subject = s.id) END;
"""
BACKWARD = """
ALTER TABLE sprints_backlogitem DROP CONSTRAINT item_in_a_sprint_of_its_team;
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
