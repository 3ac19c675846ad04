"""What was sent is final: the database refuses to change or delete it."""

from django.db import migrations

from quotes.migrations._closed import close
from scoping.migrations._frozen import freeze

SENT = "What was sent is final. Make a revision."
REVISION = (
    "id", "workspace_id", "quote_id", "revision", "source_id", "state", "name",
    "card_version", "time_zone", "valid_until", "edition", "created_by_id",
    "created_at", "sent_at", "frozen_at", "client_digest",
)


class Migration(migrations.Migration):
    """Freeze sent revisions and all that hangs on them; only a state moves on."""

    dependencies = [("quotes", "0001_initial")]

    operations = [
        freeze(
            "quotes_quoterevision",
            name="revision_is_sent",
            message=SENT,
            when="OLD.frozen_at IS NOT NULL",
            columns=REVISION,
            free=("state",),
        ),
        freeze(
            "quotes_quoterevision",
            name="revision_is_answered",
            message="An answered quote is final.",
            when="OLD.state IN ('accepted', 'declined', 'expired', 'superseded') "
            "OR (OLD.state = 'withdrawn' AND OLD.frozen_at IS NOT NULL)",
        ),
        *(
            freeze(
                f"quotes_{table}",
                name=f"{table}_is_sent",
                message=SENT,
                when="OLD.frozen_at IS NOT NULL",
            )
            for table in ("scenario", "pricedecision", "frozendocument", "frozenpdf")
        ),
        freeze(
            "quotes_acceptance",
            name="acceptance_is_final",
            message="An acceptance is final.",
            columns=(
                "id", "workspace_id", "quote_id", "revision_id", "scenario_id",
                "toggles", "client_digest", "consent", "person_digest", "at",
                "frozen_at",
            ),
            free=("person_id",),
        ),
        freeze(
            "quotes_quote",
            name="quote_keeps_its_number",
            message="A quote keeps its number and its client.",
            columns=("id", "workspace_id", "client_id", "number", "created_at"),
        ),
        freeze(
            "quotes_quotelink",
            name="quote_link_is_final",
            message="A link is not changed. Revoke it and make another.",
            columns=(
                "id", "workspace_id", "revision_id", "token_hash", "created_at",
                "revoked_at",
            ),
            free=("revoked_at",),
        ),
        close(
            "quotes_scenario",
            name="scenario_joins_a_draft",
            message=SENT,
            parent="SELECT 1 FROM quotes_quoterevision r "
            "WHERE r.id = NEW.revision_id AND r.frozen_at IS NOT NULL",
        ),
        *(
            close(
                f"quotes_{table}",
                name=f"{table}_joins_a_draft",
                message=SENT,
                parent="SELECT 1 FROM quotes_scenario s "
                "WHERE s.id = NEW.scenario_id AND s.frozen_at IS NOT NULL",
            )
            for table in ("pricedecision", "linechoice")
        ),
        freeze(
            "quotes_quoteevent",
            name="quote_event_is_final",
            message="What happened is not undone.",
        ),
        freeze(
            "quotes_baseline",
            name="baseline_is_final",
            message="A baseline is final.",
        ),
        freeze(
            "quotes_workrecord",
            name="work_record_is_final",
            message="The ledger is append-only: reverse and replace.",
        ),
    ]
