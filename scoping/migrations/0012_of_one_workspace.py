"""Rows of two workspaces are not joined, whichever way somebody writes."""

from django.db import migrations

from ._frozen import refuse

STRANGER = "This would be joined to a row of another workspace."
OF_ITS = (
    "EXISTS (SELECT 1 FROM scoping_{above} a WHERE a.id = NEW.{column} "
    "AND a.workspace_id <> NEW.workspace_id)"
)


class Migration(migrations.Migration):
    """Ask it of what a public scope is kept as, and of what a card takes the place of."""

    dependencies = [("scoping", "0011_language_of_a_person")]

    operations = [
        refuse(
            f"scoping_{table}",
            name=f"{table}_is_of_one_workspace",
            message=STRANGER,
            when=OF_ITS.format(above=above, column=column),
        )
        for table, column, above in (
            ("publicscope", "scope_id", "scope"),
            ("ratecard", "replaces_id", "ratecard"),
        )
    ]
