"""How long the items of a record took, kept beside it and as final as it is."""

import django.db.models.deletion
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep, refuse

FINAL = "The ledger is append-only: reverse and replace."


class Migration(migrations.Migration):
    """Keep the times of items."""

    dependencies = [
        ('quotes', '0034_prelabel_models'),
        ('scoping', '0012_of_one_workspace'),
    ]

    operations = [
        migrations.CreateModel(
            name='ItemTimes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('milliseconds', models.BigIntegerField()),
                ('logs', models.BigIntegerField()),
                ('squares', models.BigIntegerField()),
                ('longest', models.BigIntegerField()),
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='times', to='quotes.workrecord')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('n__gt', 0), ('longest__gt', 0), ('squares__gte', 0)), name='item_times_are_of_something')],
            },
        ),
        freeze("quotes_itemtimes", name="item_times_are_final", message=FINAL),
        keep(
            "quotes_itemtimes",
            name="item_times_are_kept",
            message=FINAL,
            key=("record_id",),
        ),
        refuse(
            "quotes_itemtimes",
            name="itemtimes_is_of_one_workspace",
            message="This would be joined to a row of another workspace.",
            when="EXISTS (SELECT 1 FROM quotes_workrecord a WHERE a.id = NEW.record_id "
            "AND a.workspace_id <> NEW.workspace_id)",
        ),
    ]
