"""The book of actual rates, append-only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

ADDED = "Rates are added, never changed. Add a later one for the same day."


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0009_dropped_files'),
        ('scoping', '0005_changed_days'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RoleRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(max_length=60)),
                ('pod', models.CharField(blank=True, max_length=80)),
                ('role', models.CharField(max_length=40)),
                ('valid_from', models.DateField()),
                ('hour_cost', models.DecimalField(decimal_places=6, max_digits=18)),
                ('currency', models.CharField(max_length=3)),
                ('exchange', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('source', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['site', 'role', 'pod', 'valid_from', 'recorded_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('hour_cost__gt', 0)), name='role_rate_costs_something'), models.CheckConstraint(condition=models.Q(('exchange__isnull', True), ('exchange__gt', 0), _connector='OR'), name='role_rate_exchange_is_above_nothing'), models.CheckConstraint(condition=models.Q(models.Q(('site', ''), _negated=True), models.Q(('role', ''), _negated=True), models.Q(('source', ''), _negated=True), models.Q(('currency', ''), _negated=True)), name='role_rate_names_site_role_currency_and_source')],
            },
        ),
        freeze("quotes_rolerate", name="role_rate_is_kept", message=ADDED),
        keep(
            "quotes_rolerate",
            name="role_rate_is_not_replaced",
            message=ADDED,
            key=(),
        ),
    ]
