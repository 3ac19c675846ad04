"""What 0005 left open: a request is answered as it was asked, a link stays closed.

A verdict is final (0005), but a request could be rewritten, deleted or written with its
verdict already given, and a link that was revoked could be opened again.
"""

from django.db import migrations

from scoping.migrations._frozen import freeze, keep, refuse

ASKED = "What was asked for is not changed. Take it back and ask again."


class Migration(migrations.Migration):
    """Leave a request its verdict alone to change, and a revoked link nothing."""

    dependencies = [("quotes", "0005_moves")]

    operations = [
        freeze(
            "quotes_approval",
            name="approval_is_asked",
            message=ASKED,
            columns=(
                "id", "workspace_id", "revision_id", "contents_digest", "findings",
                "note", "requested_by_id", "requested_at",
            ),
        ),
        refuse(
            "quotes_approval",
            name="approval_begins_as_a_request",
            message="An approval is asked for before it is given.",
            when="NEW.verdict <> ''",
            events=("INSERT",),
        ),
        keep(
            "quotes_approval",
            name="approval_is_kept",
            message=ASKED,
            key=(),
        ),
        freeze(
            "quotes_quotelink",
            name="quote_link_stays_revoked",
            message="A link that was revoked stays so. Make another.",
            when="OLD.revoked_at IS NOT NULL",
        ),
    ]
