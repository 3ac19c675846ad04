"""What samples found beside what is wrong: columns that may be empty, so none is remade."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0015_change_orders'),
    ]

    operations = [
        migrations.AddField(
            model_name='sampledraw',
            name='strata',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='workrecord',
            name='audit_classes',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='workrecord',
            name='audit_extra',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='workrecord',
            name='audit_missed',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='workrecord',
            name='minor_defects',
            field=models.PositiveIntegerField(null=True),
        ),
    ]
