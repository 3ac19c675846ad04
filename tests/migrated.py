"""The migrated SQLite file, kept from one run to the next.

Migrating takes longer than most single tests. The file's name is the digest of every
migration, so a changed one makes a new file; PostgreSQL starts from nothing anyhow.
`python -m tests.migrated` makes it, beside the static checks, so that no worker waits.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

FOLDER = Path(__file__).parent.parent / ".local" / "tests"


def migrated_databases() -> list[tuple[Any, str, bool]]:
    """Make the test database, from the kept file where there is one.

    Returns what Django's `teardown_databases` needs.
    """
    name = connection.settings_dict.get("TEST", {}).get("NAME")
    if connection.vendor != "sqlite" or not name:
        return setup_databases(verbosity=0, interactive=False)
    kept = FOLDER / f"migrated-{_digest()}.sqlite3"
    if found := kept.exists():
        shutil.copyfile(kept, name)
    before = setup_databases(verbosity=0, interactive=False, keepdb=found)
    if not found:
        _keep(kept)
    return before


def _keep(kept: Path) -> None:
    """Store a copy of the open database, whole or not at all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for older in FOLDER.glob("migrated-*.sqlite3"):
        older.unlink(missing_ok=True)
    draft = FOLDER / f"draft-{os.getpid()}.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(draft)])
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
