"""Whose machine labels work began from: columns that may be empty, so none is remade.

On SQLite the trigger that lets a person be erased names each column that must stay.
"""

from django.db import migrations, models

NAME, MESSAGE = "work_record_is_final", "The ledger is append-only: reverse and replace."
ERASED = "OLD.actor <> '' AND substr(NEW.actor, 1, 7) = 'erased '"


def keep_every_column(apps, schema_editor):
    """Refuse a change of any column beside the name of a person who is erased."""
    _keep(apps, schema_editor, but=("actor",))


def keep_those_before(apps, schema_editor):
    """Name the new column no more: it goes next, and would not while it is named."""
    _keep(apps, schema_editor, but=("actor", "prelabel_models"))


def _keep(apps, schema_editor, *, but):
    if schema_editor.connection.vendor != "sqlite":
        return
    same = " AND ".join(
        f"OLD.{one.column} IS NEW.{one.column}"
        for one in apps.get_model("quotes", "workrecord")._meta.fields
        if one.column not in but
    )
    schema_editor.execute(f"DROP TRIGGER {NAME}_update")
    schema_editor.execute(
        f"CREATE TRIGGER {NAME}_update BEFORE UPDATE ON quotes_workrecord "
        f"FOR EACH ROW WHEN NOT ({same} AND {ERASED}) "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


class Migration(migrations.Migration):
    """Keep the models of pre-labels in the ledger, its staging and in manifests."""

    dependencies = [("quotes", "0033_of_one_workspace")]

    operations = [
        migrations.AddField("workrecord", "prelabel_models", models.JSONField(null=True)),
        migrations.AddField("stagedrow", "prelabel_models", models.JSONField(null=True)),
        migrations.AddField(
            "delivereditem", "prelabel_model", models.CharField(max_length=120, null=True)
        ),
        migrations.RunPython(keep_every_column, keep_those_before),
    ]
