"""The past of a rotation is a record, and what was said about it is never unsaid (ONC-1, ONC-3, decision 0009)."""

from django.db import migrations

APPEND_ONLY = {
    "rotation_version": "oncall_rotationversion",
    "rotation_layer": "oncall_rotationlayer",
    "layer_hours": "oncall_layerhours",
    "participant": "oncall_participant",
}
TAKEN_BACK_ONCE = {"override": "oncall_override", "absence": "oncall_absence"}

FORWARD = "".join(
    f"""
CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER {name}_never_truncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
    for name, table in APPEND_ONLY.items()
)

FORWARD += """
CREATE FUNCTION only_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.taken_back_at IS NULL AND NEW.taken_back_at IS NOT NULL
        AND to_jsonb(NEW) - '{taken_back_at,taken_back_by_id}'::text[]
          = to_jsonb(OLD) - '{taken_back_at,taken_back_by_id}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% changes only by being taken back, once', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_only_taken_back';
END $$;
"""
FORWARD += "".join(
    f"""
CREATE TRIGGER {name}_only_taken_back BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION only_taken_back();
"""
    for name, table in TAKEN_BACK_ONCE.items()
)

FORWARD += """
CREATE FUNCTION rotation_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of a rotation does not get shorter, and its duty stays'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'rotation_goes_forward';
END $$;
CREATE TRIGGER rotation_goes_forward BEFORE UPDATE ON oncall_rotation FOR EACH ROW
    WHEN (NEW.published_at < OLD.published_at OR NEW.team_id <> OLD.team_id OR NEW.duty <> OLD.duty)
    EXECUTE FUNCTION rotation_goes_forward();
CREATE TRIGGER rotation_stays BEFORE DELETE ON oncall_rotation FOR EACH ROW
    EXECUTE FUNCTION rotation_goes_forward();

-- What is before published_at is a record: of the stretch that runs then only the end may still move.
CREATE FUNCTION past_duty_is_a_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    recorded timestamptz;
BEGIN
    SELECT published_at INTO recorded FROM oncall_rotation
        WHERE id = coalesce(CASE WHEN TG_OP <> 'INSERT' THEN OLD.rotation_id END, NEW.rotation_id);
    IF recorded IS NULL
        OR (TG_OP = 'INSERT' AND lower(NEW.during) >= recorded)
        OR (TG_OP = 'DELETE' AND lower(OLD.during) >= recorded)
        OR (TG_OP = 'UPDATE' AND lower(OLD.during) >= recorded AND lower(NEW.during) >= recorded)
        OR (TG_OP = 'UPDATE' AND upper(OLD.during) >= recorded AND upper(NEW.during) >= recorded
            AND lower(OLD.during) = lower(NEW.during)
            AND to_jsonb(NEW) - '{during}'::text[] = to_jsonb(OLD) - '{during}'::text[]) THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'who was on duty before % is a record', recorded
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'past_duty_is_a_record';
END $$;
CREATE TRIGGER past_duty_is_a_record BEFORE INSERT OR UPDATE OR DELETE ON oncall_duty
    FOR EACH ROW EXECUTE FUNCTION past_duty_is_a_record();
"""

BACKWARD = """
DROP TRIGGER past_duty_is_a_record ON oncall_duty;
DROP FUNCTION past_duty_is_a_record();
DROP TRIGGER rotation_stays ON oncall_rotation;
DROP TRIGGER rotation_goes_forward ON oncall_rotation;
DROP FUNCTION rotation_goes_forward();
"""
BACKWARD += "".join(
    f"DROP TRIGGER {name}_only_taken_back ON {table};\n" for name, table in TAKEN_BACK_ONCE.items()
)
BACKWARD += "DROP FUNCTION only_taken_back();\n"
BACKWARD += "".join(
    f"DROP TRIGGER {name}_never_truncated ON {table};\nDROP TRIGGER {name}_append_only ON {table};\n"
    for name, table in APPEND_ONLY.items()
)


class Migration(migrations.Migration):
    dependencies = [("oncall", "0004_rotations"), ("journal", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
