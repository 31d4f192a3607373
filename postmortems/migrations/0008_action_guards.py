"""An action comes from a factor or a barrier of its own post-mortem, and stays with it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION action_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.factor_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM postmortems_factor WHERE id = NEW.factor_id AND post_mortem_id = NEW.post_mortem_id
    ) OR NEW.barrier_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM postmortems_barrier WHERE id = NEW.barrier_id AND post_mortem_id = NEW.post_mortem_id
    ) THEN
        RAISE EXCEPTION 'an action comes from its own post-mortem'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'action_from_its_post_mortem';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER action_guard BEFORE INSERT OR UPDATE OF post_mortem_id, factor_id, barrier_id ON postmortems_action
    FOR EACH ROW EXECUTE FUNCTION action_guard();
"""
BACKWARD = """
DROP TRIGGER action_guard ON postmortems_action;
DROP FUNCTION action_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0007_actions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
