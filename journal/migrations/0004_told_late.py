"""What was told late is found without reading all that was told in time."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # History may be long by now: nobody who records waits for the index.
    atomic = False
    dependencies = [("journal", "0003_redacted_once")]
    operations = [
        AddIndexConcurrently(
            "event",
            models.Index(
                fields=["-at", "-id"], name="event_told_late", condition=models.Q(data__late_by__gt=60)
            ),
        )
    ]
