"""Factors of one post-mortem, linked without circles; what was published stays as it was."""

from django.db import migrations

# Two who link at the same moment take turns behind the row of the post-mortem.
FORWARD = """
CREATE FUNCTION factor_link_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine bigint;
BEGIN
    SELECT post_mortem_id INTO mine FROM postmortems_factor WHERE id = NEW.cause_id;
    PERFORM 1 FROM postmortems_postmortem WHERE id = mine FOR UPDATE;
    IF NOT EXISTS (SELECT 1 FROM postmortems_factor WHERE id = NEW.effect_id AND post_mortem_id = mine) THEN
        RAISE EXCEPTION 'two factors of one post-mortem are linked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_link_within_one_post_mortem';
    END IF;
    IF EXISTS (
        WITH RECURSIVE onward (id) AS (
            SELECT NEW.effect_id
            UNION
            SELECT link.effect_id FROM postmortems_factorlink AS link JOIN onward ON link.cause_id = onward.id
        )
        SELECT 1 FROM onward WHERE id = NEW.cause_id
    ) THEN
        RAISE EXCEPTION 'a factor does not contribute to itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_link_in_no_circle';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER factor_link_guard BEFORE INSERT OR UPDATE ON postmortems_factorlink
    FOR EACH ROW EXECUTE FUNCTION factor_link_guard();

CREATE FUNCTION factor_stays_in_its_post_mortem() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a factor stays in its post-mortem'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_stays_in_its_post_mortem';
END $$;
CREATE TRIGGER factor_stays_in_its_post_mortem BEFORE UPDATE OF post_mortem_id ON postmortems_factor
    FOR EACH ROW WHEN (NEW.post_mortem_id <> OLD.post_mortem_id) EXECUTE FUNCTION factor_stays_in_its_post_mortem();

CREATE TRIGGER published_append_only BEFORE UPDATE OR DELETE ON postmortems_published
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER published_never_truncated BEFORE TRUNCATE ON postmortems_published
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER published_never_truncated ON postmortems_published;
DROP TRIGGER published_append_only ON postmortems_published;
DROP TRIGGER factor_stays_in_its_post_mortem ON postmortems_factor;
DROP FUNCTION factor_stays_in_its_post_mortem();
DROP TRIGGER factor_link_guard ON postmortems_factorlink;
DROP FUNCTION factor_link_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0001_record"), ("journal", "__first__")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
