"""Why a cost beside wages was stated anew: null for what was stated first."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0029_disputes_are_told'),
    ]

    operations = [
        migrations.AddField(
            model_name='othercost',
            name='reason',
            field=models.CharField(max_length=200, null=True),
        ),
    ]
