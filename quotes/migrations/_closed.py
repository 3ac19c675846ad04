"""Triggers that refuse new rows under what was sent, on SQLite and on PostgreSQL.

`freeze` keeps rows that are there; this one keeps a sent revision from growing. `parent`
is SQL that finds the row above `NEW`, true while that row is frozen.
"""

from scoping.migrations._frozen import Statements


def close(table, *, name, message, parent):
    """Return a migration operation that refuses rows of a table under a frozen one."""

    def forwards(apps, schema_editor):
        for statement in _create(
            schema_editor.connection.vendor, table, name, message, parent
        ):
            schema_editor.execute(statement)

    def backwards(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")

    return Statements(forwards, backwards)


def _create(vendor, table, name, message, parent):
    text = message.replace("'", "''")
    if vendor == "sqlite":
        yield (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW "
            f"WHEN EXISTS ({parent}) BEGIN SELECT RAISE(ABORT, '{text}'); END"
        )
        return
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({parent}) THEN RAISE EXCEPTION '{text}' "
        f"USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    yield (
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
