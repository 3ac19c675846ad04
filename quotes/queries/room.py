"""Room for a million rows: how PostgreSQL is told that a question is about many.

It plans for few rows and little memory. Both are said within a transaction alone, so
that no other question is planned by them; SQLite has no such choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

ROOM = {
    "work_mem": "128MB",
    # Compiling a statement takes longer than any of these.
    "jit": "off",
    # A scan of a million rows takes half as long in two processes.
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0.01",
    # A scan that another one carried along would not begin with the first row.
    "synchronize_seqscans": "off",
}
HASHED = {"enable_sort": "off", "enable_nestloop": "off"}


def make_room() -> None:
    """Let the database sort and group many rows in memory, in this transaction."""
    _set(ROOM)


@contextmanager
def many_expected() -> Iterator[None]:
    """Let the database plan for many rows: it has no figures yet of those just written.

    It would take them for few, sort them to group them, and look each up by itself.
    """
    with transaction.atomic():
        before = _set(HASHED)
        yield
        _set(before)


def _set(wanted: dict[str, str]) -> dict[str, str]:
    """Set what is wanted until the transaction ends, and return what it was."""
    if connection.vendor != "postgresql":
        return {}
    before = {}
    with connection.cursor() as cursor:
        for name, value in wanted.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            (before[name],) = cursor.fetchone()
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    return before
