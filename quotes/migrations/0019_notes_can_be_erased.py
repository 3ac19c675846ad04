"""What a client wrote in an event can be erased, and still not be changed."""

from django.db import migrations

from scoping.migrations._frozen import Statements, freeze, refuse

NOT_UNDONE = "What happened is not undone."
TABLE, NAME = "quotes_quoteevent", "quote_event_is_final"
COLUMNS = ("id", "workspace_id", "revision_id", "kind", "at", "actor", "note")

whole = freeze(TABLE, name=NAME, message=NOT_UNDONE)


class Migration(migrations.Migration):
    """Free the note of an event for one change: to nothing."""

    dependencies = [("quotes", "0018_staged_counts")]

    operations = [
        Statements(whole.reverse_code, whole.code),
        freeze(TABLE, name=NAME, message=NOT_UNDONE, columns=COLUMNS, free=("note",)),
        refuse(
            TABLE,
            name="quote_event_note_is_final",
            message=NOT_UNDONE,
            when="NEW.note <> OLD.note AND NEW.note <> ''",
            events=("UPDATE",),
        ),
    ]
