"""How a team fixes its P1s, from a day on; a published way never changes (BUG-7)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FORWARD = """
CREATE TRIGGER p1_policy_append_only BEFORE UPDATE OR DELETE ON bugs_p1policy
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER p1_policy_never_truncated BEFORE TRUNCATE ON bugs_p1policy
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER p1_policy_never_truncated ON bugs_p1policy;
DROP TRIGGER p1_policy_append_only ON bugs_p1policy;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bugs', '0007_plans'),
        ('sprints', '0005_ledger_guards'),
        ('teams', '0003_calendar_versions_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='P1Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('on_call_fixes', 'On-call fixes'), ('owner_fixes', 'Owner fixes after on-call confirms'), ('pair', 'Pair'), ('swarm', 'Swarm'), ('squad', 'Squad')], max_length=20)),
                ('since', models.DateField()),
                ('published_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='bug',
            name='p1_way',
            field=models.CharField(choices=[('on_call_fixes', 'On-call fixes'), ('owner_fixes', 'Owner fixes after on-call confirms'), ('pair', 'Pair'), ('swarm', 'Swarm'), ('squad', 'Squad')], max_length=20, null=True),
        ),
        migrations.AddConstraint(
            model_name='bug',
            constraint=models.CheckConstraint(condition=models.Q(('p1_way__isnull', True), ('p1_way__in', ['on_call_fixes', 'owner_fixes', 'pair', 'swarm', 'squad']), _connector='OR'), name='bug_p1_way_known'),
        ),
        migrations.AddField(
            model_name='p1policy',
            name='published_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='p1policy',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='p1_policies', to='teams.team'),
        ),
        migrations.AddConstraint(
            model_name='p1policy',
            constraint=models.UniqueConstraint(fields=('team', 'since'), name='p1_policy_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='p1policy',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['on_call_fixes', 'owner_fixes', 'pair', 'swarm', 'squad'])), name='p1_policy_way_known'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
