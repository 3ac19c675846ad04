"""Days that a company says are off or worked, against the calendar of the release."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scoping', '0004_nothing_joins_a_published_card'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendar', models.CharField(max_length=20)),
                ('day', models.DateField()),
                ('worked', models.BooleanField()),
                ('reason', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changed_days', to='scoping.workspace')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='changed_day_has_a_reason'), models.CheckConstraint(condition=models.Q(('calendar', ''), _negated=True), name='changed_day_names_a_calendar')],
            },
        ),
    ]
