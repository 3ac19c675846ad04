"""Published cards and the record are final: the database refuses to change them."""

from django.db import migrations

from scoping.migrations._frozen import freeze


class Migration(migrations.Migration):
    """Freeze published rate cards, their figures, and the entries of the record."""

    dependencies = [("scoping", "0002_cards_scopes_record")]

    operations = [
        freeze(
            "scoping_ratecard",
            name="rate_card_is_published",
            message="A published rate card is final. Publish a new version.",
            when="OLD.published_at IS NOT NULL",
        ),
        freeze(
            "scoping_ratefigure",
            name="rate_figure_is_published",
            message="A figure of a rate card is final. Publish a new version.",
        ),
        freeze(
            "scoping_auditentry",
            name="audit_entry_is_final",
            message="The record is append-only.",
        ),
    ]
