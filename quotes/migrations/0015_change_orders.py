"""Change orders and draws on the reserve: rows that are added and never changed."""

import django.db.models.deletion
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

ORDERED = "A change order is final. Record another one."
DRAWN = "A draw on the reserve is final."
FINAL = [
    ("changeorder", ("project_id", "number"), ORDERED),
    ("reservedraw", ("project_id", "number"), DRAWN),
]


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0014_staging'),
        ('scoping', '0009_sign_in_policy'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('effective', models.DateField()),
                ('why', models.CharField(max_length=500)),
                ('clause', models.CharField(blank=True, max_length=200)),
                ('client_word', models.CharField(blank=True, max_length=500)),
                ('client_name', models.CharField(blank=True, max_length=200)),
                ('asked', models.JSONField()),
                ('price_change', models.DecimalField(decimal_places=4, max_digits=18)),
                ('cost_change', models.DecimalField(decimal_places=4, max_digits=18)),
                ('document', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('by', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['project', 'number'],
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='change_order_is_one_of_its_number'), models.CheckConstraint(condition=models.Q(models.Q(('why', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='change_order_says_why_and_who'), models.CheckConstraint(condition=models.Q(('price_change', 0), models.Q(models.Q(('client_word', ''), _negated=True), models.Q(('client_name', ''), _negated=True)), _connector='OR'), name='changed_price_has_the_clients_word')],
            },
        ),
        migrations.CreateModel(
            name='ReserveDraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('amount', models.DecimalField(decimal_places=4, max_digits=18)),
                ('why', models.CharField(max_length=500)),
                ('on', models.DateField()),
                ('by', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['project', 'number'],
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='reserve_draw_is_one_of_its_number'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), models.Q(('why', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='reserve_draw_says_how_much_and_why')],
            },
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
