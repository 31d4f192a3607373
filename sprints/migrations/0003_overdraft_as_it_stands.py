"""The overdraft that is compared with its named rows is the sprint's at commit, not that of one of
its earlier versions: a transaction may plan a sprint and overdraw it, or overdraw it twice (SPR-3)."""

from django.db import migrations

FORWARD = """
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
"""


class Migration(migrations.Migration):
    dependencies = [("sprints", "0002_ledger")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
