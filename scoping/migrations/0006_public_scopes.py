"""Scopes that clients keep under a private link, and the quotes they ask for."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scoping', '0005_changed_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicScope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('answers', models.JSONField()),
                ('sample', models.JSONField(blank=True, null=True)),
                ('company', models.CharField(blank=True, max_length=200)),
                ('person', models.CharField(blank=True, max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('message', models.TextField(blank=True, max_length=2000)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('scope', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='public', to='scoping.scope')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_scopes', to='scoping.workspace')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('asked_at__isnull', True), models.Q(('email', ''), _negated=True), _connector='OR'), name='public_scope_asked_for_has_an_address')],
            },
        ),
    ]
