"""A message says when it is due, why it failed, and when it was given up."""

import django.utils.timezone
from django.db import migrations, models


EARLIER = "Written before this release sent mail. Try again if it should still be told."


def leave_earlier_ones_to_a_person(apps, schema_editor):
    """Send nobody the news of months at once: no release before this one sent any."""
    messages = apps.get_model("scoping", "OutboxMessage").objects
    messages.filter(delivered_at__isnull=True).update(
        failed_at=django.utils.timezone.now(), last_error=EARLIER
    )


class Migration(migrations.Migration):

    dependencies = [
        ('scoping', '0006_public_scopes'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxmessage',
            name='due_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='failed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='last_error',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.RunPython(
            leave_earlier_ones_to_a_person, migrations.RunPython.noop
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('delivered_at__isnull', True), ('failed_at__isnull', True)), fields=['due_at'], name='outbox_message_waits'),
        ),
    ]
