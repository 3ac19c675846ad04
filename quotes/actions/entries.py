"""Staged rows become entries of the ledger, within the transaction of whoever asks.

The database copies them from table to table: no row passes through this process.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from quotes import models

from . import failpoints
from .fates import VALUES

INTO = ", ".join(
    (
        *("workspace_id", "project_id", "file_id", "kind", "key", "edition", "reason"),
        *("recorded_at", *VALUES),
    )
)
PART = 2_000_000
"""Rows that are written to the ledger by one statement."""


def publish(staging: models.Staging, file: models.SourceFile, *, last: int) -> None:
    """Write the new rows, a part of the file at a time, up to its last row.

    A part is sorted at once: the smaller it is, the more of the index is written again
    for each, and the larger, the more is sorted on disk.
    """
    entry = _entry("s", kind="'entry'", edition="1", reason="''")
    entries = (
        f"{entry} FROM quotes_stagedrow s WHERE s.staging_id = %s AND s.fate IS NULL "
        f"AND s.number BETWEEN %s AND %s"
    )
    with connection.cursor() as cursor:
        statement = _in_order_of_key(entries, cursor)
        for before in range(0, last, PART):
            cursor.execute(
                statement,
                [*_of(file), _at(file), staging.pk, before + 1, before + PART],
            )
            failpoints.reached(failpoints.WRITING)


def restate(staging: models.Staging, file: models.SourceFile, *, reason: str) -> None:
    """Write a reversal and a replacement of each restated row."""
    replacement = _entry("s", kind="'replacement'", edition="w.edition + 1")
    reversal = _entry("w", kind="'reversal'", edition="w.edition + 1", key="w")
    changed = (
        "FROM quotes_stagedrow s JOIN quotes_workrecord w ON w.id = s.record "
        "WHERE s.staging_id = %s AND s.fate = 'restated' ORDER BY s.number"
    )
    with connection.cursor() as cursor:
        for select in (reversal, replacement):
            cursor.execute(
                f"INSERT INTO quotes_workrecord ({INTO}) {select} {changed}",
                [*_of(file), reason, _at(file), staging.pk],
            )


def _of(file: models.SourceFile) -> list[int]:
    return [file.workspace_id, file.project_id, file.pk]


def _at(file: models.SourceFile) -> Any:
    """Return the moment as the database keeps it.

    Or SQLite would compare two spellings of the same one.
    """
    return connection.ops.adapt_datetimefield_value(file.at)


def _in_order_of_key(entries: str, cursor: Any) -> str:
    """Return SQL that writes entries, numbered in the order of their keys.

    Both indexes of the ledger, of its numbers and of its keys, grow several times
    faster each in its own order, and staged rows stand in that of the file.
    """
    if connection.vendor != "postgresql":
        return f"INSERT INTO quotes_workrecord ({INTO}) {entries} ORDER BY s.number"
    # Looked up here: within the statement it would be for each row.
    cursor.execute("SELECT pg_get_serial_sequence('quotes_workrecord', 'id')")
    (sequence,) = cursor.fetchone()
    return (
        f"INSERT INTO quotes_workrecord (id, {INTO}) "
        f"SELECT nextval('{sequence}'), one.* FROM ({entries} ORDER BY s.key) one"
    )


def _entry(
    values: str, *, kind: str, edition: str, key: str = "s", reason: str = "%s"
) -> str:
    """Return SQL of an entry whose values are those of a table."""
    return (
        f"SELECT CAST(%s AS bigint), CAST(%s AS bigint), CAST(%s AS bigint), {kind}, "
        f"{key}.key, {edition}, {reason}, {_moment()}, "
        + ", ".join(f"{values}.{name}" for name in VALUES)
    )


def _moment() -> str:
    return "CAST(%s AS timestamptz)" if connection.vendor == "postgresql" else "%s"
