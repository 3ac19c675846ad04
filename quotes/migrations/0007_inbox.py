"""What sales has to look at, and to whom a quote was sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0006_approvals_kept'),
        ('scoping', '0007_outbox_deliveries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='quotes.personaldetail')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='quotes.quoterevision')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='InboxItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('scope_requested', 'Quote asked for'), ('opened', 'Opened'), ('question', 'Question'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('ends_soon', 'Ends soon'), ('expired', 'Expired'), ('approval_requested', 'Approval asked'), ('approval_given', 'Approved'), ('approval_refused', 'Sent back')], max_length=20)),
                ('key', models.CharField(max_length=120)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inbox', to='quotes.quoterevision')),
                ('scope', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.scope')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['workspace', '-at'], name='inbox_item_is_open')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'key'), name='inbox_item_is_there_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['scope_requested', 'opened', 'question', 'accepted', 'declined', 'ends_soon', 'expired', 'approval_requested', 'approval_given', 'approval_refused'])), name='inbox_item_kind_is_known'), models.CheckConstraint(condition=models.Q(('revision__isnull', False), ('scope__isnull', False), _connector='OR'), name='inbox_item_is_about_something'), models.CheckConstraint(condition=models.Q(('done_by__isnull', True), ('done_at__isnull', False), _connector='OR'), name='inbox_item_is_done_at_a_time')],
            },
        ),
    ]
