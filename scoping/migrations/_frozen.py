"""Triggers that refuse to change or delete rows, on SQLite and on PostgreSQL.

A constraint of the model layer is passed by raw SQL, bulk updates and the admin of the
database; a trigger is not. `when` is SQL over the old row (`OLD`), true while the row is
frozen; `free` names the columns that may still change.
"""

from django.db import migrations


def freeze(table, *, name, message, when="", free=(), columns=()):
    """Return a migration operation that freezes rows of a table.

    With `free`, an update is refused only if another of `columns` changes.
    """
    changed = " OR ".join(
        f"OLD.{column} IS DISTINCT FROM NEW.{column}"
        for column in columns
        if column not in free
    )

    def forwards(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in _create(vendor, table, name, message, when, changed):
            schema_editor.execute(statement)

    def backwards(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in _drop(vendor, table, name):
            schema_editor.execute(statement)

    return migrations.RunPython(forwards, backwards)


def _create(vendor, table, name, message, when, changed):
    text = message.replace("'", "''")
    if vendor == "sqlite":
        for event in ("UPDATE", "DELETE"):
            conditions = [f"({when})"] if when else []
            if event == "UPDATE" and changed:
                conditions.append(
                    "(" + changed.replace("IS DISTINCT FROM", "IS NOT") + ")"
                )
            guard = f"WHEN {' AND '.join(conditions)} " if conditions else ""
            yield (
                f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} "
                f"FOR EACH ROW {guard}BEGIN SELECT RAISE(ABORT, '{text}'); END"
            )
        return
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{text.replace('%', '%%')}' "
        f"USING ERRCODE = 'restrict_violation'; END $$"
    )
    for event in ("UPDATE", "DELETE"):
        conditions = [f"({when})"] if when else []
        if event == "UPDATE" and changed:
            conditions.append(f"({changed})")
        guard = f"WHEN ({' AND '.join(conditions)}) " if conditions else ""
        yield (
            f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} "
            f"FOR EACH ROW {guard}EXECUTE FUNCTION {name}()"
        )
    yield (
        f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _drop(vendor, table, name):
    events = ("update", "delete")
    if vendor == "sqlite":
        for event in events:
            yield f"DROP TRIGGER IF EXISTS {name}_{event}"
        return
    for event in (*events, "truncate"):
        yield f"DROP TRIGGER IF EXISTS {name}_{event} ON {table}"
    yield f"DROP FUNCTION IF EXISTS {name}()"
