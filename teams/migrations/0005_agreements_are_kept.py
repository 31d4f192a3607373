"""Words that were proposed never change, uses are append-only; delivery teams that are there get the four (PM-7)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models.functions import Now

FORWARD = """
CREATE FUNCTION agreement_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the words of an agreement stay: revise it'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_words_stay';
END $$;
CREATE TRIGGER agreement_words_stay BEFORE UPDATE ON teams_agreement FOR EACH ROW
    WHEN (ROW(NEW.team_id, NEW.kind, NEW.text, NEW.decides, NEW.priorities, NEW.binds, NEW.because_id, NEW.revises_id)
        IS DISTINCT FROM
        ROW(OLD.team_id, OLD.kind, OLD.text, OLD.decides, OLD.priorities, OLD.binds, OLD.because_id, OLD.revises_id))
    EXECUTE FUNCTION agreement_words_stay();
CREATE TRIGGER agreement_never_deleted BEFORE DELETE ON teams_agreement
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER agreement_never_truncated BEFORE TRUNCATE ON teams_agreement
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER agreementuse_append_only BEFORE UPDATE OR DELETE ON teams_agreementuse
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER agreementuse_never_truncated BEFORE TRUNCATE ON teams_agreementuse
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER agreementuse_never_truncated ON teams_agreementuse;
DROP TRIGGER agreementuse_append_only ON teams_agreementuse;
DROP TRIGGER agreement_never_truncated ON teams_agreement;
DROP TRIGGER agreement_never_deleted ON teams_agreement;
DROP TRIGGER agreement_words_stay ON teams_agreement;
DROP FUNCTION agreement_words_stay();
"""
# As they were on the day of this migration: the product's own list may grow.
THE_FOUR = (
    "It ran in an environment like production before it was released.",
    "It can be observed: what shows that it works, and what shows that it does not, is there before it ships.",
    "Every call to something outside handles that it fails, is slow, or answers nonsense.",
    "A test fails without the change, so that the defect does not come back unseen.",
)
WHY = "What incidents of other teams asked for again and again. Change it, or retire it."


def give(apps, schema_editor):
    Team, Agreement = apps.get_model("teams", "Team"), apps.get_model("teams", "Agreement")
    Person, Text = apps.get_model("teams", "Person"), apps.get_model("journal", "Text")
    teams = list(Team.objects.filter(kind="delivery").select_related("calendar"))
    if not teams:
        return
    clock, _ = Person.objects.get_or_create(
        username="the-clock",
        defaults={"kind": "system", "first_name": "The", "last_name": "clock", "is_active": False, "password": "!"},
    )
    now = Person.objects.annotate(now=Now()).values_list("now", flat=True)[0]
    for team in teams:
        today = now.astimezone(ZoneInfo(team.calendar.zone)).date()
        for text in THE_FOUR:
            Agreement.objects.create(
                team=team, kind="done", text=text, because=Text.objects.create(body=WHY), state="adopted",
                proposed_by=clock, proposed_at=now, comments_until=today - timedelta(days=1), starts_on=today,
                adopted_by=clock, adopted_at=now, adopted_words=Text.objects.create(body=WHY),
            )


class Migration(migrations.Migration):
    # Rows and triggers of one table in one transaction: what is deferred is checked in between.
    dependencies = [("teams", "0004_agreements"), ("journal", "__first__")]
    operations = [
        migrations.RunPython(give, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
