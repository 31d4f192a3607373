"""When the clock looks whether unused reserve is proposed (SPR-8); of a sprint that runs already, soon."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sprints", "0007_ending_guards")]

    operations = [
        migrations.AddField(
            model_name="sprint",
            name="proposes_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="sprint",
            index=models.Index(
                fields=["proposes_at"],
                name="sprint_proposes",
                condition=models.Q(state="running", proposes_at__isnull=False),
            ),
        ),
        migrations.RunSQL(
            "UPDATE sprints_sprint SET proposes_at = now() WHERE state = 'running'",
            migrations.RunSQL.noop,
        ),
    ]
