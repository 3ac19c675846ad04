"""The log of delays and their ends, added to and never changed."""

import django.db.models.deletion
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

LOGGED = "The log of delays is added to, never changed."


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0022_manifests'),
        ('scoping', '0009_sign_in_policy'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('owner', models.CharField(choices=[('client', 'client'), ('us', 'us'), ('nobody', 'nobody')], max_length=6)),
                ('begun', models.DateField()),
                ('why', models.CharField(max_length=500)),
                ('clause', models.CharField(blank=True, max_length=200)),
                ('by', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delays', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['project', 'number'],
            },
        ),
        migrations.CreateModel(
            name='DelayEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.DateField()),
                ('by', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('delay', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='quotes.delay')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='delay',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='delay_is_one_of_its_number'),
        ),
        migrations.AddConstraint(
            model_name='delay',
            constraint=models.CheckConstraint(condition=models.Q(('owner__in', ['client', 'us', 'nobody']), models.Q(('why', ''), _negated=True)), name='delay_has_an_owner_and_a_reason'),
        ),
        freeze("quotes_delay", name="delay_is_final", message=LOGGED),
        keep(
            "quotes_delay",
            name="delay_is_kept",
            message=LOGGED,
            key=("project_id", "number"),
        ),
        freeze("quotes_delayend", name="delayend_is_final", message=LOGGED),
        keep(
            "quotes_delayend",
            name="delayend_is_kept",
            message=LOGGED,
            key=("delay_id",),
        ),
    ]
