"""Paid time, wages and closed periods: what is recorded of them is final."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

PAY = "The ledger of paid time is append-only. Restate with a reason."
CLOSED = "A closed period stays closed."
FINAL = [
    ("paidrecord", ("workspace_id", "key", "edition", "kind"), PAY),
    ("paidfile", ("workspace_id", "sha256"), "A file that was read is final."),
    ("closedperiod", ("project_id", "through"), CLOSED),
]


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0010_role_rates'),
        ('scoping', '0006_public_scopes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaidFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('reader', models.CharField(max_length=80)),
                ('rows_read', models.PositiveIntegerField()),
                ('rows_published', models.PositiveIntegerField()),
                ('rows_refused', models.PositiveIntegerField()),
                ('rows_repeated', models.PositiveIntegerField()),
                ('rows_left_out', models.PositiveIntegerField(default=0)),
                ('rows_blank', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PaidRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=4)),
                ('kind', models.CharField(max_length=11)),
                ('key', models.CharField(db_index=True, max_length=64)),
                ('edition', models.PositiveIntegerField(default=1)),
                ('day', models.DateField(null=True)),
                ('month', models.CharField(max_length=7)),
                ('person', models.CharField(blank=True, max_length=120)),
                ('pod', models.CharField(blank=True, max_length=120)),
                ('project_name', models.CharField(blank=True, max_length=120)),
                ('paid_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('normal_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('overtime_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('night_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('productive_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('training_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('meeting_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('waiting_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('waiting_owner', models.CharField(blank=True, max_length=120)),
                ('leave_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('idle_seconds', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('recorded_at', models.DateTimeField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='quotes.paidfile')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ClosedPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.DateField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['project', 'through'],
                'constraints': [models.UniqueConstraint(fields=('project', 'through'), name='period_is_closed_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='paidfile',
            constraint=models.UniqueConstraint(fields=('workspace', 'sha256'), name='paid_file_is_counted_once'),
        ),
        migrations.AddIndex(
            model_name='paidrecord',
            index=models.Index(fields=['workspace', 'month'], name='quotes_paid_workspa_bdb5a4_idx'),
        ),
        migrations.AddConstraint(
            model_name='paidrecord',
            constraint=models.UniqueConstraint(fields=('workspace', 'key', 'edition', 'kind'), name='paid_record_is_one_per_key_and_edition'),
        ),
        migrations.AddConstraint(
            model_name='paidrecord',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['entry', 'reversal', 'replacement'])), name='paid_record_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='paidrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', False), ('paid_seconds__gte', 0), ('what', 'time')), models.Q(('amount__gte', 0), ('what', 'wage')), _connector='OR'), name='paid_record_is_time_or_a_wage'),
        ),
        migrations.AddConstraint(
            model_name='paidrecord',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'entry'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='restated_pay_says_why'),
        ),
        *(
            operation
            for table, key, message in FINAL
            for operation in (
                freeze(f"quotes_{table}", name=f"{table}_is_final", message=message),
                keep(
                    f"quotes_{table}", name=f"{table}_is_kept", message=message, key=key
                ),
            )
        ),
    ]
