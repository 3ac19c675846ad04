"""The migrated database, kept from one run to the next: a file of SQLite, and a dump.

Migrating takes longer than most single tests. The file's name is the digest of every
migration, so a changed one makes a new file; the dump's name says of which PostgreSQL
it is, too. `python -m tests.migrated` makes it, beside the static checks, so that no
worker waits.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from tests.postgresql import programs

FOLDER = Path(__file__).parent.parent / ".local" / "tests"


def migrated_databases() -> list[tuple[Any, str, bool]]:
    """Make the test database, from the kept file where there is one.

    Returns what Django's `teardown_databases` needs.
    """
    if connection.vendor == "postgresql":
        return _from_dump()
    name = connection.settings_dict.get("TEST", {}).get("NAME")
    if not name:
        return setup_databases(verbosity=0, interactive=False)
    kept = FOLDER / f"migrated-{_digest()}.sqlite3"
    if found := kept.exists():
        shutil.copyfile(kept, name)
    before = setup_databases(verbosity=0, interactive=False, keepdb=found)
    if not found:
        with _kept_whole(kept) as draft, connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(draft)])
    return before


def _from_dump() -> list[tuple[Any, str, bool]]:
    """Make the test database of a PostgreSQL whose programs are on this machine.

    A server elsewhere may be of another version than they are: it is migrated.
    """
    folder = programs()
    # Not on `connection`: its pool would stay with the database that it began with.
    with connection._nodb_cursor() as cursor:
        version = cursor.execute("SHOW server_version_num").fetchone()[0]
    if folder is None or folder.parent.name != str(int(version) // 10_000):
        return setup_databases(verbosity=0, interactive=False)
    kept = FOLDER / f"migrated-{_digest()}-{version}.sql"
    if found := kept.exists():
        name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}"')
        quiet = ("--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1")
        _at_server(folder / "psql", *quiet, "--file", str(kept), name)
    before = setup_databases(verbosity=0, interactive=False, keepdb=found)
    if not found:
        with _kept_whole(kept) as draft:
            name = connection.settings_dict["NAME"]
            _at_server(folder / "pg_dump", "--no-owner", "--file", str(draft), name)
    return before


def _at_server(program: Path, *arguments: str) -> None:
    """Run a program of PostgreSQL against the server that Django talks to."""
    said = connection.settings_dict
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER"}
    subprocess.run(
        [str(program), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ
        | {name: str(said[key]) for name, key in given.items() if said[key]}
        | ({"PGPASSWORD": said["PASSWORD"]} if said["PASSWORD"] else {}),
    )


@contextlib.contextmanager
def _kept_whole(kept: Path) -> Iterator[Path]:
    """Give the name of a draft, and keep what is written there whole or not at all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for older in FOLDER.glob(f"migrated-*{kept.suffix}"):
        older.unlink(missing_ok=True)
    draft = FOLDER / f"draft-{os.getpid()}{kept.suffix}"
    yield draft
    draft.replace(kept)


def _digest() -> str:
    """Return the digest of whatever a migrated database follows from."""
    found = hashlib.sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            found.update(f"{app.label}/{file.name}".encode())
            found.update(file.read_bytes())
    return found.hexdigest()[:16]


if __name__ == "__main__":
    django.setup()
    teardown_databases(migrated_databases(), verbosity=0)
