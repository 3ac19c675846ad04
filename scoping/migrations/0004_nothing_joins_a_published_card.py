"""What 0003 left open: rows that join, replace or stand between two workspaces."""

import django.db.models.deletion
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep, refuse

CARD = "A published rate card is final. Publish a new version."
FIGURE = "A figure of a rate card is final. Publish a new version."
RECORD = "The record is append-only."
OTHER = "This client is of another workspace."
OTHERS_CLIENT = (
    "EXISTS (SELECT 1 FROM scoping_client c WHERE c.id = NEW.client_id "
    "AND c.workspace_id <> NEW.workspace_id)"
)

PUBLISHED = freeze(
    "scoping_ratecard",
    name="rate_card_is_published",
    message=CARD,
    when="OLD.published_at IS NOT NULL",
)


def freeze_again(apps, schema_editor):
    """Make the triggers of 0003 again, which SQLite loses as a column is taken away."""
    if schema_editor.connection.vendor == "sqlite":
        PUBLISHED.code(apps, schema_editor)


class Migration(migrations.Migration):
    """Close published cards and the record, and keep workspaces apart."""

    dependencies = [("scoping", "0003_frozen")]

    operations = [
        # Undone last, once the column is gone.
        migrations.RunPython(migrations.RunPython.noop, freeze_again),
        migrations.AlterModelOptions(
            name="ratecard",
            options={"ordering": ["workspace", "-valid_from", "-pk"]},
        ),
        migrations.AddField(
            model_name="ratecard",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                help_text="The card that held before this one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="scoping.ratecard",
            ),
        ),
        refuse(
            "scoping_ratefigure",
            name="rate_figure_joins_an_open_card",
            message=CARD,
            when="EXISTS (SELECT 1 FROM scoping_ratecard c WHERE c.id = NEW.card_id "
            "AND (c.published_at IS NOT NULL OR c.workspace_id <> NEW.workspace_id))",
            events=("INSERT",),
        ),
        keep(
            "scoping_ratecard",
            name="rate_card_is_kept",
            message=CARD,
            key=("workspace_id", "version"),
            frozen="scoping_ratecard.published_at IS NOT NULL",
        ),
        keep(
            "scoping_ratefigure",
            name="rate_figure_is_kept",
            message=FIGURE,
            key=("card_id", "key"),
        ),
        keep(
            "scoping_auditentry",
            name="audit_entry_is_kept",
            message=RECORD,
            key=("workspace_id", "seq"),
        ),
        freeze(
            "scoping_audithead",
            name="audit_head_stays",
            message=RECORD,
            columns=("id", "workspace_id"),
        ),
        refuse(
            "scoping_audithead",
            name="audit_head_moves_on",
            message=RECORD,
            when="NEW.seq <> OLD.seq + 1",
            events=("UPDATE",),
        ),
        keep(
            "scoping_audithead",
            name="audit_head_is_kept",
            message=RECORD,
            key=("workspace_id",),
        ),
        refuse(
            "scoping_scope",
            name="scope_client_is_of_its_workspace",
            message=OTHER,
            when=OTHERS_CLIENT,
        ),
        refuse(
            "scoping_membership",
            name="membership_client_is_of_its_workspace",
            message=OTHER,
            when=OTHERS_CLIENT,
        ),
    ]
