"""A ledger that takes a million rows in one go: what was checked for each, once for all.

On PostgreSQL alone; SQLite would make the table again for each of these, and lose its
triggers. The three foreign keys of an entry looked up three rows that are the same for
a whole file; one trigger asks it of all rows of a statement, and asks more: that the
file is of the project, and the project of the workspace. Neither can go away later:
files and projects are kept by triggers of their own (0003). Counts below zero are
refused by one constraint instead of nineteen. Rows of a file lie together, so that one
index of ranges finds them by workspace, project, file and moment.
"""

import django.db.models.deletion
from django.db import migrations, models

from scoping.migrations._frozen import Statements

TABLE = "quotes_workrecord"
COUNTS = (
    "edition", "delivery_version", "items", "items_skipped", "units_produced",
    "units_passed", "units_accepted", "units_rejected", "units_reworked", "audit_n",
    "audit_defects", "audit_missed", "audit_extra", "critical_defects",
    "minor_defects", "gold_n", "gold_correct", "prelabel_units", "prelabel_accepted",
)
KEYS = (
    ("file_id", "quotes_sourcefile"),
    ("project_id", "quotes_project"),
    ("workspace_id", "scoping_workspace"),
)
MESSAGE = "An entry of the ledger is of a file of its project and workspace."
STRAY = """
    SELECT 1 FROM (SELECT DISTINCT file_id, project_id, workspace_id FROM added) a
    WHERE NOT EXISTS (
        SELECT 1 FROM quotes_sourcefile f JOIN quotes_project p ON p.id = f.project_id
        WHERE f.id = a.file_id AND p.id = a.project_id
            AND p.workspace_id = a.workspace_id)
"""


def make_lean(apps, schema_editor):
    """Ask once of a statement what was asked of each row."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in (
        f"""CREATE FUNCTION work_record_is_of_its_file() RETURNS trigger
            LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS ({STRAY}) THEN RAISE EXCEPTION '{MESSAGE}'
                USING ERRCODE = 'foreign_key_violation'; END IF;
            RETURN NULL; END $$""",
        f"""CREATE TRIGGER work_record_is_of_its_file AFTER INSERT ON {TABLE}
            REFERENCING NEW TABLE AS added FOR EACH STATEMENT
            EXECUTE FUNCTION work_record_is_of_its_file()""",
        f"""ALTER TABLE {TABLE} ADD CONSTRAINT work_record_counts_are_not_negative
            CHECK (least({', '.join(COUNTS)}) >= 0)""",
        *_dropped(schema_editor),
        f"""CREATE INDEX work_record_by_place ON {TABLE} USING brin
            (workspace_id, project_id, file_id, recorded_at)
            WITH (autosummarize = on)""",
        # Staged rows are read whole; the rows of one file lie together.
        "ALTER TABLE quotes_stagedrow DROP CONSTRAINT quotes_stagedrow_pkey",
        """CREATE INDEX staged_row_by_file ON quotes_stagedrow USING brin (staging_id)
            WITH (autosummarize = on)""",
    ):
        schema_editor.execute(statement)


def make_full(apps, schema_editor):
    """Ask of each row again what was asked of each statement."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in (
        "DROP INDEX staged_row_by_file",
        "ALTER TABLE quotes_stagedrow ADD PRIMARY KEY (staging_id, number)",
        "DROP INDEX work_record_by_place",
        f"CREATE INDEX quotes_workrecord_key_7c510f6f ON {TABLE} (key)",
        f"CREATE INDEX quotes_work_project_8a86af_idx ON {TABLE} "
        f"(project_id, recorded_at)",
        *(f"CREATE INDEX ON {TABLE} ({column})" for column, _ in KEYS),
        *(
            f"ALTER TABLE {TABLE} ADD FOREIGN KEY ({column}) REFERENCES {other} "
            f"DEFERRABLE INITIALLY DEFERRED"
            for column, other in KEYS
        ),
        *(
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_{name}_check "
            f"CHECK ({name} >= 0)"
            for name in COUNTS
        ),
        f"ALTER TABLE {TABLE} DROP CONSTRAINT work_record_counts_are_not_negative",
        f"DROP TRIGGER work_record_is_of_its_file ON {TABLE}",
        "DROP FUNCTION work_record_is_of_its_file()",
    ):
        schema_editor.execute(statement)


def _dropped(schema_editor):
    """Yield statements that drop what the others make needless, however it is named."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass "
            "AND (contype = 'f' OR conname = ANY(%s))",
            [TABLE, [f"{TABLE}_{name}_check" for name in COUNTS]],
        )
        for (name,) in cursor.fetchall():
            yield f'ALTER TABLE {TABLE} DROP CONSTRAINT "{name}"'
        cursor.execute(
            """SELECT indexrelid::regclass::text FROM pg_index
            WHERE indrelid = %s::regclass AND NOT indisunique""",
            [TABLE],
        )
        for (name,) in cursor.fetchall():
            yield f"DROP INDEX {name}"


class Migration(migrations.Migration):
    """Let go of what is asked of each row of the ledger and is the same for all."""

    dependencies = [('quotes', '0023_delays')]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[Statements(make_lean, make_full)],
            state_operations=[
                migrations.RemoveIndex(
                    model_name='workrecord',
                    name='quotes_work_project_8a86af_idx',
                ),
                migrations.AlterField(
                    model_name='workrecord',
                    name='key',
                    field=models.CharField(max_length=64),
                ),
                *(
                    migrations.AlterField(
                        model_name='workrecord',
                        name=name,
                        field=models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name=related,
                            to=to,
                        ),
                    )
                    for name, related, to in (
                        ('workspace', '+', 'scoping.workspace'),
                        ('project', 'records', 'quotes.project'),
                        ('file', 'records', 'quotes.sourcefile'),
                    )
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='workrecord',
            index=models.Index(
                condition=models.Q(('edition__gt', 1)),
                fields=['project', 'key'],
                name='work_record_later_editions',
            ),
        ),
    ]
