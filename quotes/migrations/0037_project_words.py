"""What timesheets call projects: confirmed once, remembered, and final."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scoping.migrations._frozen import freeze, refuse

FINAL = "What was confirmed stands: confirm another project for the word."


class Migration(migrations.Migration):
    """Keep the words of projects."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('quotes', '0036_names_in_the_admin'),
        ('scoping', '0012_of_one_workspace'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProjectWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('word', ''), _negated=True), name='project_word_says_something')],
            },
        ),
        freeze("quotes_projectword", name="project_words_are_final", message=FINAL),
        refuse(
            "quotes_projectword",
            name="projectword_is_of_one_workspace",
            message="This would be joined to a row of another workspace.",
            when="EXISTS (SELECT 1 FROM quotes_project a WHERE a.id = NEW.project_id "
            "AND a.workspace_id <> NEW.workspace_id)",
        ),
    ]
