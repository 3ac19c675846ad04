"""What 0002 left open: rows that are replaced, and rows that nothing froze.

On SQLite `INSERT OR REPLACE` deletes without firing the triggers of 0002. A file that
was read, its refused rows, the choices of a sent scenario and whose project it is were
not guarded at all.
"""

from django.db import migrations

from scoping.migrations._frozen import freeze, keep, refuse

LINK = "A link is not changed. Revoke it and make another."
SENT = "What was sent is final. Make a revision."
LEDGER = "The ledger is append-only: reverse and replace."
FROZEN = "{table}.frozen_at IS NOT NULL"
FOREIGN = (
    "EXISTS (SELECT 1 FROM scoping_client c WHERE c.id = NEW.client_id "
    "AND c.workspace_id <> NEW.workspace_id)"
)
KEPT = [
    # table, key, message, and what of it is frozen (all of it, where none is said)
    ("quote", ("workspace_id", "number"), "A quote keeps its number.", ""),
    ("quoterevision", ("quote_id", "revision"), SENT, FROZEN),
    ("scenario", ("revision_id", "letter"), SENT, FROZEN),
    ("pricedecision", ("scenario_id", "line"), SENT, FROZEN),
    ("frozendocument", ("revision_id", "kind"), SENT, ""),
    ("frozenpdf", ("revision_id", "size"), SENT, ""),
    ("quotelink", ("token_hash",), LINK, ""),
    ("quoteevent", (), "What happened is not undone.", ""),
    ("acceptance", ("quote_id",), "An acceptance is final.", ""),
    ("project", ("workspace_id", "slug"), "Whose project it is, is final.", ""),
    ("baseline", ("project_id",), "A baseline is final.", ""),
    ("sourcefile", (), "A file that was read is final.", ""),
    ("refusedrow", (), "A file that was read is final.", ""),
    ("workrecord", ("project_id", "key", "edition", "kind"), LEDGER, ""),
]


class Migration(migrations.Migration):
    """Keep what is final from being replaced, and freeze what was left open."""

    dependencies = [("quotes", "0002_frozen")]

    operations = [
        *(
            keep(
                f"quotes_{table}",
                name=f"{table}_is_kept",
                message=message,
                key=key,
                frozen=frozen.format(table=f"quotes_{table}") or "1 = 1",
            )
            for table, key, message, frozen in KEPT
        ),
        # An acceptance and a project are unique in two ways.
        keep(
            "quotes_acceptance",
            name="acceptance_of_a_revision_is_kept",
            message="An acceptance is final.",
            key=("revision_id",),
        ),
        keep(
            "quotes_project",
            name="project_of_an_acceptance_is_kept",
            message="Whose project it is, is final.",
            key=("acceptance_id",),
        ),
        refuse(
            "quotes_linechoice",
            name="linechoice_is_sent",
            message=SENT,
            when="EXISTS (SELECT 1 FROM quotes_scenario s "
            "WHERE s.id = OLD.scenario_id AND s.frozen_at IS NOT NULL)",
            events=("UPDATE", "DELETE"),
        ),
        freeze(
            "quotes_project",
            name="project_keeps_its_origin",
            message="Whose project it is, is final.",
            columns=(
                "id", "workspace_id", "client_id", "acceptance_id", "currency",
                "created_at",
            ),
        ),
        *(
            freeze(
                f"quotes_{table}",
                name=f"{table}_is_final",
                message="A file that was read is final.",
            )
            for table in ("sourcefile", "refusedrow")
        ),
        *(
            refuse(
                f"quotes_{table}",
                name=f"{table}_client_is_of_its_workspace",
                message="This client is of another workspace.",
                when=FOREIGN,
            )
            for table in ("quote", "project")
        ),
    ]
