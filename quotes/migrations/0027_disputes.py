"""Disputed labels and their verdicts, added to and never changed."""

import django.db.models.deletion
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

KEPT = "Disputes and their verdicts are added to, never changed."


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0026_jobs'),
        ('scoping', '0009_sign_in_policy'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('called_wrong_by', models.CharField(choices=[('client', 'client'), ('us', 'us')], max_length=6)),
                ('image', models.CharField(max_length=200)),
                ('client_reading', models.CharField(blank=True, max_length=500)),
                ('our_reading', models.CharField(blank=True, max_length=500)),
                ('rule', models.CharField(blank=True, max_length=200)),
                ('guideline', models.CharField(blank=True, max_length=60)),
                ('sample', models.CharField(blank=True, max_length=40)),
                ('on', models.DateField()),
                ('by', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='quotes.gatebatch')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['project', 'number'],
            },
        ),
        migrations.CreateModel(
            name='DisputeVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('labelling_error', 'labelling_error'), ('guideline_silent', 'guideline_silent'), ('guideline_changed', 'guideline_changed'), ('data_unusable', 'data_unusable'), ('reference_wrong', 'reference_wrong')], max_length=20)),
                ('reading', models.CharField(blank=True, max_length=500)),
                ('why', models.CharField(max_length=500)),
                ('rule', models.CharField(blank=True, max_length=200)),
                ('guideline', models.CharField(blank=True, max_length=60)),
                ('on', models.DateField()),
                ('by', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('dispute', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='verdict', to='quotes.dispute')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='dispute_is_one_of_its_number'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('called_wrong_by__in', ['client', 'us']), models.Q(('image', ''), _negated=True), models.Q(('client_reading', ''), ('our_reading', ''), _negated=True)), name='dispute_names_image_and_reading'),
        ),
        migrations.AddConstraint(
            model_name='disputeverdict',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['labelling_error', 'guideline_silent', 'guideline_changed', 'data_unusable', 'reference_wrong']), models.Q(('why', ''), _negated=True)), name='verdict_is_known_and_says_why'),
        ),
        freeze("quotes_dispute", name="dispute_is_final", message=KEPT),
        keep(
            "quotes_dispute",
            name="dispute_is_kept",
            message=KEPT,
            key=("project_id", "number"),
        ),
        freeze("quotes_disputeverdict", name="disputeverdict_is_final", message=KEPT),
        keep(
            "quotes_disputeverdict",
            name="disputeverdict_is_kept",
            message=KEPT,
            key=("dispute_id",),
        ),
    ]
