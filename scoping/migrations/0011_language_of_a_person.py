"""Somebody's pages are in the language that she chose, wherever she signs in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scoping', '0010_password_links'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='language',
            field=models.CharField(blank=True, default='', max_length=10),
        ),
    ]
