"""The database knows the moves of a quote, and that what was decided is final."""

from django.db import migrations

from scoping.migrations._frozen import Statements, freeze, keep, refuse

MOVES = (
    ("draft", "in_approval"), ("draft", "sent"), ("draft", "withdrawn"),
    ("in_approval", "draft"), ("in_approval", "withdrawn"),
    ("sent", "accepted"), ("sent", "declined"), ("sent", "expired"),
    ("sent", "withdrawn"), ("sent", "superseded"), ("superseded", "sent"),
)
ALLOWED = " OR ".join(
    f"(OLD.state = '{before}' AND NEW.state = '{after}')" for before, after in MOVES
)
ANSWERED = freeze(
    "quotes_quoterevision",
    name="revision_is_answered",
    message="An answered quote is final.",
    when="OLD.state IN ('accepted', 'declined', 'expired', 'superseded') "
    "OR (OLD.state = 'withdrawn' AND OLD.frozen_at IS NOT NULL)",
)


class Migration(migrations.Migration):
    """A replaced revision may be open again; no state is reached by another way."""

    dependencies = [("quotes", "0004_lifecycle")]

    operations = [
        Statements(ANSWERED.reverse_code, ANSWERED.code),
        freeze(
            "quotes_quoterevision",
            name="revision_is_answered",
            message="An answered quote is final.",
            when="OLD.state IN ('accepted', 'declined', 'expired', 'withdrawn')",
        ),
        refuse(
            "quotes_quoterevision",
            name="revision_moves_by_the_table",
            message="A quote does not go from this state to that one.",
            when=f"OLD.state <> NEW.state AND NOT ({ALLOWED})",
            events=("UPDATE",),
        ),
        refuse(
            "quotes_quoterevision",
            name="revision_begins_as_a_draft",
            message="A quote begins as a draft, not as what was sent.",
            when="NEW.state <> 'draft' OR NEW.frozen_at IS NOT NULL",
            events=("INSERT",),
        ),
        freeze(
            "quotes_approval",
            name="approval_is_given",
            message="What was approved or refused is final.",
            when="OLD.verdict <> ''",
        ),
        *(
            operation
            for table, key, message in (
                ("lost", "revision_id", "A lost quote stays lost."),
                ("signedorder", "acceptance_id", "A signed order is final."),
            )
            for operation in (
                freeze(f"quotes_{table}", name=f"{table}_is_final", message=message),
                keep(
                    f"quotes_{table}",
                    name=f"{table}_is_kept",
                    message=message,
                    key=(key,),
                ),
            )
        ),
    ]
