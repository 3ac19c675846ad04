"""Texts and templates of quotes in versions, and what a draft prints otherwise."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from quotes.migrations._closed import close
from scoping.migrations._frozen import freeze, keep

FINAL = "A published {what} is final. Publish a new version."
SENT = "What was sent is final. Make a revision."
PUBLISHED = (("publishedsection", "text"), ("publishedtemplate", "template"))


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0016_counts_of_samples'),
        ('scoping', '0009_sign_in_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QuoteTexts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('template', models.CharField(blank=True, max_length=40)),
                ('edits', models.JSONField(default=dict)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='own_texts', to='quotes.quoterevision')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PublishedSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('version', models.CharField(max_length=40)),
                ('heading', models.CharField(max_length=120)),
                ('text', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField()),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'verbose_name': 'text',
                'ordering': ['-published_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'key', 'version'), name='text_version_is_published_once'), models.CheckConstraint(condition=models.Q(models.Q(('version', ''), _negated=True), models.Q(('key', ''), _negated=True)), name='published_text_names_key_and_version')],
            },
        ),
        migrations.CreateModel(
            name='PublishedTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('version', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('kinds', models.JSONField()),
                ('sections', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField()),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'verbose_name': 'template',
                'ordering': ['-published_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'key', 'version'), name='template_version_is_published_once'), models.CheckConstraint(condition=models.Q(models.Q(('version', ''), _negated=True), models.Q(('key', ''), _negated=True)), name='published_template_names_key_and_version')],
            },
        ),
        *(
            freeze(
                f"quotes_{table}",
                name=f"{table}_is_final",
                message=FINAL.format(what=what),
            )
            for table, what in PUBLISHED
        ),
        *(
            keep(
                f"quotes_{table}",
                name=f"{table}_is_kept",
                message=FINAL.format(what=what),
                key=("workspace_id", "key", "version"),
            )
            for table, what in PUBLISHED
        ),
        freeze(
            "quotes_quotetexts",
            name="quote_texts_are_sent",
            message=SENT,
            when="OLD.frozen_at IS NOT NULL",
        ),
        keep(
            "quotes_quotetexts",
            name="quote_texts_are_kept",
            message=SENT,
            key=("revision_id",),
            frozen="quotes_quotetexts.frozen_at IS NOT NULL",
        ),
        close(
            "quotes_quotetexts",
            name="quote_texts_join_a_draft",
            message=SENT,
            parent="SELECT 1 FROM quotes_quoterevision r "
            "WHERE r.id = NEW.revision_id AND r.frozen_at IS NOT NULL",
        ),
    ]
