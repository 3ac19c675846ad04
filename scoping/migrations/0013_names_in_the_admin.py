"""What the admin calls these rows."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('scoping', '0012_of_one_workspace'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='auditentry',
            options={'ordering': ['workspace', 'seq'], 'verbose_name_plural': 'audit entries'},
        ),
    ]
