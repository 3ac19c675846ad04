"""Month-end packs, kept for good as they were given out."""

import django.db.models.deletion
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

GIVEN_OUT = "A pack that was given out is final. What came later is in the next one."


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0019_notes_can_be_erased'),
        ('scoping', '0009_sign_in_policy'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonthPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('body', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('xlsx', models.BinaryField()),
                ('pdf', models.BinaryField()),
                ('known_until', models.DateTimeField()),
                ('by', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['-month'],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'month'), name='month_pack_is_given_out_once'), models.CheckConstraint(condition=models.Q(('month__regex', '^[0-9]{4}-(0[1-9]|1[0-2])$'), models.Q(('body', ''), _negated=True)), name='month_pack_is_of_a_month')],
            },
        ),
        freeze("quotes_monthpack", name="month_pack_is_final", message=GIVEN_OUT),
        keep(
            "quotes_monthpack",
            name="month_pack_is_kept",
            message=GIVEN_OUT,
            key=("workspace_id", "month"),
        ),
    ]
