"""When a batch was laid out: a pack or a page of before knows nothing of later ones.

The column is null in rows of before, which a trigger keeps from being changed; on
SQLite a column with a value for them would remake the table without its triggers.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Give batches a moment of their own."""

    dependencies = [("quotes", "0031_short_keys")]

    operations = [
        migrations.AddField(
            model_name="gatebatch", name="at", field=models.DateTimeField(null=True)
        )
    ]
