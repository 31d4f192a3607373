"""When what must never stop stood still: written once, never changed."""

from django.db import migrations, models
from django.db.models import F, Q

STAY = """
CREATE TRIGGER outage_append_only BEFORE UPDATE OR DELETE ON channels_outage
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER outage_never_truncated BEFORE TRUNCATE ON channels_outage
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
MAY_GO = """
DROP TRIGGER outage_append_only ON channels_outage;
DROP TRIGGER outage_never_truncated ON channels_outage;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_mails_and_preferences"), ("journal", "0004_told_late")]
    operations = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "since"), name="outage_once"),
                    models.CheckConstraint(condition=Q(("until__gt", F("since"))), name="outage_takes_time"),
                ]
            },
        ),
        migrations.RunSQL(STAY, MAY_GO),
    ]
