"""A swap whose shift a change of the rotation took away lapses (ONC-3)."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('oncall', '0011_paged_lately'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='swapoffer',
            name='swap_state_guard',
        ),
        migrations.RemoveConstraint(
            model_name='swapoffer',
            name='swap_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='swapoffer',
            name='swap_accepted_is_taken',
        ),
        migrations.AlterField(
            model_name='swapoffer',
            name='state',
            field=models.CharField(choices=[('offered', 'Offered'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed')], default='offered', max_length=10),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='swapoffer',
            trigger=pgtrigger.compiler.Trigger(name='swap_state_guard', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{accepted:lapsed,offered:accepted,offered:declined,offered:lapsed,offered:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='3a92bc5c6f53759e89aad0b2e09ecaee397067e1', operation='UPDATE', pgid='pgtrigger_swap_state_guard_6d14d', table='oncall_swapoffer', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['offered', 'accepted', 'declined', 'withdrawn', 'lapsed'])), name='swap_state_known'),
        ),
        migrations.AddConstraint(
            model_name='swapoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place__isnull', False), ('state__in', ('accepted', 'lapsed')), ('taken_by__isnull', False)), models.Q(models.Q(('state', 'accepted'), _negated=True), ('place__isnull', True), ('taken_by__isnull', True)), _connector='OR'), name='swap_accepted_is_taken'),
        ),
    ]
