"""Roll-ups of the portfolio."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0012_published_terms'),
        ('scoping', '0009_sign_in_policy'),
    ]

    operations = [
        migrations.CreateModel(
            name='GateRollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batches', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('blocked', models.PositiveIntegerField(default=0)),
                ('blocked_since', models.DateField(null=True)),
                ('with_client', models.PositiveIntegerField(default=0)),
                ('answer_by', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='gate_rollup', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'project'], name='quotes_gate_workspa_21b0c3_idx')],
            },
        ),
        migrations.CreateModel(
            name='ProjectRollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('site_currency', models.CharField(blank=True, max_length=3)),
                ('site_rate', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('price', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('budget', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('budget_limit', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('promised', models.DateField()),
                ('stands_on', models.DateField(null=True)),
                ('finished', models.BooleanField(default=False)),
                ('entries', models.PositiveIntegerField(default=0)),
                ('planned', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('earned', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('spent', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('billable', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('share_accepted', models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                ('share_passed', models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                ('cost_index', models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                ('gap', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('part', models.CharField(blank=True, max_length=80)),
                ('part_amount', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('low', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('typical', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('high', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('at_risk', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('because', models.CharField(blank=True, max_length=300)),
                ('chance_budget', models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                ('chance_promised', models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                ('forecast', models.DateField(null=True)),
                ('curve', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rollup', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'project'], name='quotes_proj_workspa_23c59c_idx')],
            },
        ),
    ]
