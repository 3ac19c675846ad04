"""Costs beside wages, added to and never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

KEPT = "Costs beside wages are added to; take back what was wrong."


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0027_disputes'),
        ('scoping', '0009_sign_in_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OtherCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('what', models.CharField(max_length=80)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=18)),
                ('currency', models.CharField(max_length=3)),
                ('source', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='other_costs', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['-month', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('what', ''), _negated=True), models.Q(('source', ''), _negated=True), models.Q(('amount', 0), _negated=True)), name='other_cost_says_what_and_why')],
            },
        ),
        freeze("quotes_othercost", name="othercost_is_final", message=KEPT),
        keep("quotes_othercost", name="othercost_is_kept", message=KEPT, key=()),
    ]
