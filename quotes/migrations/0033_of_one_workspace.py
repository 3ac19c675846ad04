"""Rows of two workspaces are not joined, nor rows that do not belong together.

Since 0003 a quote and a project are for a client of their own workspace. All else that
names its workspace beside the row that it belongs to is asked the same here, in every
way of writing; and where two rows that are named lead to a third, it is the same one.
An entry of the ledger is asked so on SQLite; on PostgreSQL a whole statement is asked
at once (0024). Staged rows are read by their file alone and are nobody's to see.
"""

from django.db import migrations

from scoping.migrations._frozen import Statements, refuse

STRANGER = "This would be joined to a row of another workspace."
ASTRAY = "These two rows do not belong together."
ABOVE = {
    # table: {column: the table above it}
    "quoterevision": {"quote_id": "quote", "source_id": "quoterevision"},
    "scenario": {"revision_id": "quoterevision"},
    "linechoice": {"scenario_id": "scenario"},
    "pricedecision": {"scenario_id": "scenario"},
    "frozendocument": {"revision_id": "quoterevision"},
    "frozenpdf": {"revision_id": "quoterevision"},
    "quotelink": {"revision_id": "quoterevision"},
    "quoteevent": {"revision_id": "quoterevision"},
    "quotetexts": {"revision_id": "quoterevision"},
    "approval": {"revision_id": "quoterevision"},
    "lost": {"revision_id": "quoterevision"},
    "recipient": {"revision_id": "quoterevision", "person_id": "personaldetail"},
    "acceptance": {
        "quote_id": "quote",
        "revision_id": "quoterevision",
        "scenario_id": "scenario",
        "person_id": "personaldetail",
    },
    "signedorder": {"acceptance_id": "acceptance"},
    "project": {"acceptance_id": "acceptance"},
    "baseline": {"project_id": "project"},
    "sourcefile": {"project_id": "project"},
    "refusedrow": {"file_id": "sourcefile"},
    "droppedfile": {"project_id": "project"},
    "delivereditem": {"project_id": "project"},
    "staging": {"project_id": "project"},
    "upload": {"project_id": "project"},
    "uploadpart": {"upload_id": "upload"},
    "closedperiod": {"project_id": "project"},
    "projectrollup": {"project_id": "project"},
    "gaterollup": {"project_id": "project"},
    "changeorder": {"project_id": "project"},
    "reservedraw": {"project_id": "project"},
    "delay": {"project_id": "project"},
    "delayend": {"delay_id": "delay"},
    "othercost": {"project_id": "project"},
    "paidrecord": {"file_id": "paidfile"},
    "gatebatch": {"project_id": "project"},
    "sampledraw": {"batch_id": "gatebatch"},
    "gatemove": {"batch_id": "gatebatch", "draw_id": "sampledraw"},
    "dispute": {"project_id": "project", "batch_id": "gatebatch"},
    "disputeverdict": {"dispute_id": "dispute"},
    "disputedagain": {"dispute_id": "dispute", "earlier_id": "dispute"},
    "inboxitem": {
        "revision_id": "quoterevision",
        "project_id": "project",
        "scope_id": "scoping_scope",
    },
}
OF_ITS = (
    "EXISTS (SELECT 1 FROM {above} a WHERE a.id = NEW.{column} "
    "AND a.workspace_id <> NEW.workspace_id)"
)
MEET = (
    # table, column, the table it leads to, and what of that has to be the row's own
    ("acceptance", "revision_id", "quoterevision", "quote_id"),
    ("acceptance", "scenario_id", "scenario", "revision_id"),
    ("gatemove", "draw_id", "sampledraw", "batch_id"),
    ("dispute", "batch_id", "gatebatch", "project_id"),
)
OTHERWISE = (
    "EXISTS (SELECT 1 FROM quotes_{above} a WHERE a.id = NEW.{column} "
    "AND a.{own} <> NEW.{own})"
)
OF_TWO_BATCHES = (
    "EXISTS (SELECT 1 FROM quotes_dispute a JOIN quotes_dispute b "
    "ON b.id = NEW.earlier_id WHERE a.id = NEW.dispute_id AND a.batch_id <> b.batch_id)"
)
OF_ITS_FILE = (
    "NOT EXISTS (SELECT 1 FROM quotes_sourcefile f WHERE f.id = NEW.file_id "
    "AND f.project_id = NEW.project_id AND f.workspace_id = NEW.workspace_id)"
)


def _table(name):
    return name if name.startswith("scoping_") else f"quotes_{name}"


def _on_sqlite(operation):
    """Return an operation that does nothing on another database."""

    def forwards(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            operation.code(apps, schema_editor)

    def backwards(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            operation.reverse_code(apps, schema_editor)

    return Statements(forwards, backwards)


class Migration(migrations.Migration):
    """Ask of each row that all it names is of its workspace, and belongs together."""

    dependencies = [
        ("quotes", "0032_moment_of_batches"),
        ("scoping", "0012_of_one_workspace"),
    ]

    operations = [
        *(
            refuse(
                f"quotes_{table}",
                name=f"{table}_is_of_one_workspace",
                message=STRANGER,
                when=" OR ".join(
                    OF_ITS.format(above=_table(name), column=column)
                    for column, name in above.items()
                ),
            )
            for table, above in ABOVE.items()
        ),
        *(
            refuse(
                f"quotes_{table}",
                name=f"{table}_and_{above}_belong_together",
                message=ASTRAY,
                when=OTHERWISE.format(above=above, column=column, own=own),
            )
            for table, column, above, own in MEET
        ),
        refuse(
            "quotes_disputedagain",
            name="disputed_again_in_its_batch",
            message=ASTRAY,
            when=OF_TWO_BATCHES,
        ),
        _on_sqlite(
            refuse(
                "quotes_workrecord",
                name="workrecord_is_of_its_file",
                message="An entry of the ledger is of a file of its project and "
                "workspace.",
                when=OF_ITS_FILE,
                events=("INSERT",),
            )
        ),
    ]
