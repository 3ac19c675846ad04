"""Statements past the model layer, for tests of what the database itself refuses."""

from __future__ import annotations

from django.db import connection


def run_sql(statement: str) -> None:
    """Run one statement as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def drop_trigger(name: str, *, table: str) -> None:
    """Take a trigger away until the test's transaction is rolled back."""
    where = "" if connection.vendor == "sqlite" else f" ON {table}"
    run_sql(f"DROP TRIGGER {name}{where}")


def replacing(table: str, **changes: str) -> str:
    """Return SQL that writes each row of a table over itself with something changed.

    Only SQLite knows the statement; the rows it replaces are deleted silently.
    """
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    names = [column.name for column in found]
    values = ", ".join(changes.get(name, name) for name in names)
    return (
        f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) "
        f"SELECT {values} FROM {table}"
    )
