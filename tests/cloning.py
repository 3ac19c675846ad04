"""A database of one's own for a test that commits: a copy of the migrated one.

PostgreSQL copies it as a template, SQLite page by page; the product knows nothing
of this. Emptying tables instead would meet the triggers that forbid it, and rightly.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from django.db import connection


@contextlib.contextmanager
def cloned_database(folder: Path) -> Iterator[None]:
    """Point Django at a fresh copy of the test database, and back again."""
    original = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        copy = f"clone_{uuid4().hex}"
        _let_go()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
    else:
        copy = str(folder / "clone.sqlite3")
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
    _let_go()
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        _let_go()
        connection.settings_dict["NAME"] = original
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _let_go() -> None:
    """Close what is open: a database in use can be neither copied nor dropped."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL has one
