"""Digests that are compared a million times, in bytes instead of digits.

On PostgreSQL alone: half as long in the ledger and in the index that keeps its keys
unique, and compared as bytes whatever the language of the database. SQLite would make
the ledger again, and lose its triggers. Staged rows are found by their numbers too, so
that a part of a long file is published without reading the others; and those that are
not new have an index of their own.
"""

from django.db import migrations, models

import quotes.models.digests
from scoping.migrations._frozen import Statements

DIGESTS = (
    ("quotes_workrecord", "key"),
    ("quotes_stagedrow", "key"),
    ("quotes_stagedrow", "content"),
)
BY_FILE = "CREATE INDEX staged_row_by_file ON quotes_stagedrow USING brin"


def make_short(apps, schema_editor):
    """Keep the bytes of each digest."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in DIGESTS:
        schema_editor.execute(
            f"ALTER TABLE {table} ALTER COLUMN {column} TYPE bytea "
            f"USING decode({column}, 'hex')"
        )
    schema_editor.execute("DROP INDEX staged_row_by_file")
    schema_editor.execute(f"{BY_FILE} (staging_id, number) WITH (autosummarize = on)")


def make_long(apps, schema_editor):
    """Keep the digits of each digest again."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in DIGESTS:
        schema_editor.execute(
            f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(64) "
            f"USING encode({column}, 'hex')"
        )
    schema_editor.execute("DROP INDEX staged_row_by_file")
    schema_editor.execute(f"{BY_FILE} (staging_id) WITH (autosummarize = on)")


class Migration(migrations.Migration):
    """Keep the digests of rows in bytes where the database can."""

    dependencies = [('quotes', '0030_costs_restated')]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[Statements(make_short, make_long)],
            state_operations=[
                migrations.AlterField(
                    model_name=model,
                    name=name,
                    field=quotes.models.digests.DigestField(max_length=64),
                )
                for model, name in (
                    ('workrecord', 'key'),
                    ('stagedrow', 'key'),
                    ('stagedrow', 'content'),
                )
            ],
        ),
        migrations.AddIndex(
            model_name='stagedrow',
            index=models.Index(
                condition=models.Q(('fate__isnull', False)),
                fields=['staging', 'fate'],
                name='staged_row_with_a_fate',
            ),
        ),
    ]
