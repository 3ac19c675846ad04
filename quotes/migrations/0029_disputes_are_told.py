"""A label is disputed once while it waits, once more after; the inbox tells of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep

KEPT = "Disputes and their verdicts are added to, never changed."


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0028_other_costs'),
        ('scoping', '0010_password_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DisputedAgain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=500)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
                ('earlier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='disputed_again', to='quotes.dispute')),
                ('dispute', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='again_of', to='quotes.dispute')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='inboxitem',
            name='inbox_item_kind_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='inboxitem',
            name='inbox_item_is_about_something',
        ),
        migrations.AddField(
            model_name='dispute',
            name='label',
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.AddField(
            model_name='inboxitem',
            name='project',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inbox', to='quotes.project'),
        ),
        migrations.AlterField(
            model_name='inboxitem',
            name='kind',
            field=models.CharField(choices=[('scope_requested', 'Quote asked for'), ('opened', 'Opened'), ('question', 'Question'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('ends_soon', 'Ends soon'), ('expired', 'Expired'), ('approval_requested', 'Approval asked'), ('approval_given', 'Approved'), ('approval_refused', 'Sent back'), ('disputed', 'Labels disputed'), ('rejected', 'Batch rejected')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='inboxitem',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['scope_requested', 'opened', 'question', 'accepted', 'declined', 'ends_soon', 'expired', 'approval_requested', 'approval_given', 'approval_refused', 'disputed', 'rejected'])), name='inbox_item_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='inboxitem',
            constraint=models.CheckConstraint(condition=models.Q(('revision__isnull', False), ('scope__isnull', False), ('project__isnull', False), _connector='OR'), name='inbox_item_is_about_something'),
        ),
        migrations.AddConstraint(
            model_name='disputedagain',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('why', ''), _negated=True), models.Q(('dispute', models.F('earlier')), _negated=True)), name='disputed_again_says_why'),
        ),
        freeze("quotes_disputedagain", name="disputedagain_is_final", message=KEPT),
        keep(
            "quotes_disputedagain",
            name="disputedagain_is_kept",
            message=KEPT,
            key=("dispute_id",),
        ),
        keep(
            "quotes_disputedagain",
            name="disputed_again_once",
            message=KEPT,
            key=("earlier_id",),
        ),
    ]
