"""What the admin calls these rows."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0035_item_times'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='lost',
            options={'verbose_name': 'lost quote'},
        ),
    ]
