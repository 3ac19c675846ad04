"""Terms of a workspace, in versions that are published for good."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

FINAL = "Published terms are final. Publish a new version."


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0011_paid_time'),
        ('scoping', '0009_sign_in_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=40)),
                ('clauses', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField()),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'verbose_name_plural': 'published terms',
                'ordering': ['-published_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'version'), name='terms_version_is_published_once'), models.CheckConstraint(condition=models.Q(('version', ''), _negated=True), name='published_terms_name_their_version')],
            },
        ),
        freeze("quotes_publishedterms", name="terms_are_published", message=FINAL),
        keep(
            "quotes_publishedterms",
            name="terms_are_kept",
            message=FINAL,
            key=("workspace_id", "version"),
        ),
    ]
