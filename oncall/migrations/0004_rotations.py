"""Rotations by versions, overrides, absences, swaps; and duties that know where they come from (ONC-1, ONC-3)."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('oncall', '0003_paging'),
        ('teams', '0003_calendar_versions_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LayerHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('starts', models.TimeField()),
                ('ends', models.TimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RotationLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=40)),
                ('zone', models.CharField(max_length=60)),
                ('starts', models.DateField()),
                ('handoff', models.TimeField()),
                ('unit', models.CharField(choices=[('hour', 'hours'), ('day', 'days'), ('week', 'weeks'), ('month', 'months')], max_length=10)),
                ('length', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='RotationVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('since', models.DateTimeField()),
                ('published_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SwapOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.CharField(max_length=60)),
                ('offered_at', models.DateTimeField()),
                ('starts_at', models.DateTimeField()),
                ('in_return', models.CharField(blank=True, default='', max_length=60)),
                ('state', models.CharField(choices=[('offered', 'Offered'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='offered', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('place', models.PositiveIntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='duty',
            name='instead_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='duty',
            name='slot',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='duty',
            name='why',
            field=models.CharField(choices=[('given', 'Given'), ('turn', 'Turn'), ('swap', 'Swap'), ('override', 'Override')], db_default='given', default='given', max_length=10),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Rotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duty', models.CharField(choices=[('release_manager', 'Release manager'), ('on_call', 'On call')], max_length=20)),
                ('published_at', models.DateTimeField()),
                ('published_until', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rotations', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('made_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rotation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='oncall.rotation')),
            ],
        ),
        migrations.AddField(
            model_name='duty',
            name='rotation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='oncall.rotation'),
        ),
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(fields=['rotation', 'slot'], name='duty_by_shift'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.CheckConstraint(condition=models.Q(('why__in', ['given', 'turn', 'swap', 'override'])), name='duty_why_known'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('instead_of__isnull', True), ('rotation__isnull', True), ('slot', ''), ('why', 'given')), models.Q(('rotation__isnull', False), models.Q(('why', 'given'), _negated=True), models.Q(('slot', ''), _negated=True)), _connector='OR'), name='duty_by_hand_or_of_a_rotation'),
        ),
        migrations.AddField(
            model_name='participant',
            name='layer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='oncall.rotationlayer'),
        ),
        migrations.AddField(
            model_name='layerhours',
            name='layer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hours', to='oncall.rotationlayer'),
        ),
        migrations.AddField(
            model_name='rotationversion',
            name='published_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rotationversion',
            name='rotation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='oncall.rotation'),
        ),
        migrations.AddField(
            model_name='rotationlayer',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='layers', to='oncall.rotationversion'),
        ),
        migrations.AddField(
            model_name='swapoffer',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='swapoffer',
            name='offered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='swapoffer',
            name='rotation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='swaps', to='oncall.rotation'),
        ),
        migrations.AddField(
            model_name='swapoffer',
            name='taken_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='swapoffer',
            name='to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['person', '-id'], name='absence_by_person'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('during__isempty', False), ('during__lower_inf', False), ('during__upper_inf', False), ('during__lower_inc', True), ('during__upper_inc', False)), name='absence_has_start_and_end'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at__isnull', True), ('taken_back_by__isnull', True)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False)), _connector='OR'), name='absence_taken_back_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='rotation',
            constraint=models.UniqueConstraint(fields=('team', 'duty'), name='rotation_once_per_duty'),
        ),
        migrations.AddConstraint(
            model_name='rotation',
            constraint=models.CheckConstraint(condition=models.Q(('duty__in', ['release_manager', 'on_call'])), name='rotation_duty_known'),
        ),
        migrations.AddConstraint(
            model_name='rotation',
            constraint=models.CheckConstraint(condition=models.Q(('published_until__gte', models.F('published_at'))), name='rotation_published_ahead'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('during__isempty', False), ('during__lower_inf', False), ('during__upper_inf', False), ('during__lower_inc', True), ('during__upper_inc', False)), name='override_has_start_and_end'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at__isnull', True), ('taken_back_by__isnull', True)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False)), _connector='OR'), name='override_taken_back_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('layer', 'position'), name='participant_has_a_place'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('layer', 'person'), name='participant_named_once'),
        ),
        migrations.AddConstraint(
            model_name='layerhours',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='layer_hours_on_a_weekday'),
        ),
        migrations.AddConstraint(
            model_name='rotationversion',
            constraint=models.UniqueConstraint(fields=('rotation', 'number'), name='rotation_version_numbered'),
        ),
        migrations.AddConstraint(
            model_name='rotationversion',
            constraint=models.CheckConstraint(condition=models.Q(('since__gte', models.F('published_at'))), name='rotation_version_not_of_the_past'),
        ),
        migrations.AddConstraint(
            model_name='rotationlayer',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='layer_has_a_place'),
        ),
        migrations.AddConstraint(
            model_name='rotationlayer',
            constraint=models.UniqueConstraint(models.F('version'), django.db.models.functions.text.Lower('name'), name='layer_named_once'),
        ),
        migrations.AddConstraint(
            model_name='rotationlayer',
            constraint=models.CheckConstraint(condition=models.Q(('unit__in', ['hour', 'day', 'week', 'month'])), name='layer_unit_known'),
        ),
        migrations.AddConstraint(
            model_name='rotationlayer',
            constraint=models.CheckConstraint(condition=models.Q(('length__gte', 1), ('length__lte', 60)), name='layer_length_bounded'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['offered', 'accepted', 'declined', 'withdrawn'])), name='swap_state_known'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'offered')), models.Q(models.Q(('state', 'offered'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='swap_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place__isnull', False), ('state', 'accepted'), ('taken_by__isnull', False)), models.Q(models.Q(('state', 'accepted'), _negated=True), ('place__isnull', True), ('taken_by__isnull', True)), _connector='OR'), name='swap_accepted_is_taken'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.CheckConstraint(condition=models.Q(('in_return', ''), ('to__isnull', False), _connector='OR'), name='swap_in_return_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.CheckConstraint(condition=models.Q(('to__isnull', True), models.Q(('to', models.F('offered_by')), _negated=True), _connector='OR'), name='swap_with_another'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.CheckConstraint(condition=models.Q(('slot', ''), _negated=True), name='swap_of_a_shift'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.UniqueConstraint(fields=('rotation', 'place'), name='swap_accepted_in_order'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'offered')), fields=('rotation', 'slot'), name='swap_offered_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='swapoffer',
            trigger=pgtrigger.compiler.Trigger(name='swap_state_guard', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{offered:accepted,offered:declined,offered:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='d63dd52c353f7233bd60ca536c996405da8fcd48', operation='UPDATE', pgid='pgtrigger_swap_state_guard_6d14d', table='oncall_swapoffer', when='BEFORE')),
        ),
    ]
