"""What names in files mean: confirmed by people, added to and never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep, refuse

KEPT = "What a name was said to mean is added to; say it anew instead."
STRANGER = "This would be joined to a row of another workspace."
ELSEWHERE = (
    "EXISTS (SELECT 1 FROM quotes_project a WHERE a.id = NEW.project_id "
    "AND a.workspace_id <> NEW.workspace_id)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0037_project_words'),
        ('scoping', '0013_names_in_the_admin'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RememberedName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('line', 'line'), ('batch', 'batch')], max_length=5)),
                ('name', models.CharField(max_length=200)),
                ('written', models.CharField(max_length=200)),
                ('means', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='names', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['project', 'kind'], name='quotes_reme_project_d09920_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['line', 'batch'])), name='remembered_name_is_of_a_known_kind'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('written', ''), _negated=True)), name='remembered_name_was_written')],
            },
        ),
        freeze("quotes_rememberedname", name="rememberedname_is_final", message=KEPT),
        keep("quotes_rememberedname", name="rememberedname_is_kept", message=KEPT, key=()),
        refuse(
            "quotes_rememberedname",
            name="rememberedname_is_of_one_workspace",
            message=STRANGER,
            when=ELSEWHERE,
        ),
    ]
