"""Pages, whom their steps told, and the versions of a team's escalation policy (ONC-6)."""

import django.db.models.deletion
import journal.models
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


FORWARD = """
CREATE TRIGGER escalation_append_only BEFORE UPDATE OR DELETE ON oncall_escalationpolicy
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER escalation_never_truncated BEFORE TRUNCATE ON oncall_escalationpolicy
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER page_step_append_only BEFORE UPDATE OR DELETE ON oncall_pagestep
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER page_step_never_truncated BEFORE TRUNCATE ON oncall_pagestep
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION page_step_of_a_running_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM oncall_page WHERE id = NEW.page_id AND state = 'paging' AND step = NEW.step AND step > 0) THEN
        RAISE EXCEPTION 'a page that is over, or in another step, tells nobody'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'page_step_of_a_running_page';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER page_step_of_a_running_page BEFORE INSERT ON oncall_pagestep
    FOR EACH ROW EXECUTE FUNCTION page_step_of_a_running_page();

CREATE FUNCTION page_never_steps_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.step < OLD.step OR NEW.policy_number <> OLD.policy_number THEN
        RAISE EXCEPTION 'a page goes on step by step, by the policy that it began with'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'page_never_steps_back';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER page_never_steps_back BEFORE UPDATE ON oncall_page
    FOR EACH ROW EXECUTE FUNCTION page_never_steps_back();
"""
BACKWARD = """
DROP TRIGGER page_never_steps_back ON oncall_page;
DROP FUNCTION page_never_steps_back();
DROP TRIGGER page_step_of_a_running_page ON oncall_pagestep;
DROP FUNCTION page_step_of_a_running_page();
DROP TRIGGER page_step_never_truncated ON oncall_pagestep;
DROP TRIGGER page_step_append_only ON oncall_pagestep;
DROP TRIGGER escalation_never_truncated ON oncall_escalationpolicy;
DROP TRIGGER escalation_append_only ON oncall_escalationpolicy;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0005_keys_nobody_looks_up'),
        ('oncall', '0002_feeds'),
        ('teams', '0003_calendar_versions_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.BigIntegerField(db_column='report_id', null=True)),
                ('bug', models.BigIntegerField(db_column='bug_id', null=True)),
                ('priority', models.CharField(max_length=2)),
                ('as_stated', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('policy_number', models.PositiveIntegerField()),
                ('steps', models.JSONField()),
                ('gives_up_after', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('paging', 'Paging'), ('acknowledged', 'Acknowledged'), ('stopped', 'Stopped'), ('exhausted', 'Exhausted')], default='paging', max_length=12)),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='teams.productarea')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.text')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='PageStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=journal.models.ClockTimestamp())),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.event')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='told', to='oncall.page')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paged', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EscalationPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('steps', models.JSONField()),
                ('gives_up_after', models.PositiveIntegerField()),
                ('p1', models.CharField(choices=[('support_hours', 'in support hours'), ('any_hour', 'at any hour'), ('never', 'never')], default='support_hours', max_length=20)),
                ('published_at', models.DateTimeField()),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalation_policies', to='teams.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('team', 'number'), name='escalation_numbered'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='escalation_from_one'), models.CheckConstraint(condition=models.Q(('p1__in', ['support_hours', 'any_hour', 'never'])), name='escalation_p1_known')],
            },
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(condition=models.Q(('state', 'paging')), fields=['next_at', 'id'], name='page_next'),
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(fields=['team', '-id'], name='page_by_team'),
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(fields=['report', '-id'], name='page_by_report'),
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(fields=['bug', '-id'], name='page_by_bug'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['paging', 'acknowledged', 'stopped', 'exhausted'])), name='page_state_known'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(('priority__in', ('P0', 'P1', 'P2', 'P3'))), name='page_priority_known'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bug__isnull', True), ('report__isnull', False)), models.Q(('bug__isnull', False), ('report__isnull', True)), _connector='OR'), name='page_names_its_subject'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('next_at__isnull', False), ('state', 'paging')), models.Q(models.Q(('state', 'paging'), _negated=True), ('next_at__isnull', True)), _connector='OR'), name='page_runs_or_rests'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), models.Q(models.Q(('state', 'acknowledged'), _negated=True), ('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), _connector='OR'), name='page_acknowledged_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'paging')), fields=('report',), name='page_runs_once_for_a_report'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'paging')), fields=('bug',), name='page_runs_once_for_a_bug'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='page',
            trigger=pgtrigger.compiler.Trigger(name='page_state_guard', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{acknowledged:paging,exhausted:acknowledged,exhausted:stopped,paging:acknowledged,paging:exhausted,paging:stopped}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='6e80b576abfbc50a84630291b4c575cb47be110f', operation='UPDATE', pgid='pgtrigger_page_state_guard_8af32', table='oncall_page', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='pagestep',
            index=models.Index(fields=['person', '-id'], name='page_step_by_person'),
        ),
        migrations.AddConstraint(
            model_name='pagestep',
            constraint=models.UniqueConstraint(fields=('page', 'step', 'person'), name='page_step_tells_once'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
