"""The database under the tests: settings in force, and a copy for who commits."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection

from scoping.models import User
from tests.scale import SCALE


def test_sqlite_runs_as_it_does_in_service(db):
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite only")

    with connection.cursor() as cursor:
        found = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_commits_the_next_does_not_see(committed_db, turn):
    before = User.objects.count()

    User.objects.create_user(email="Committed@Example.com")

    assert (before, User.objects.count()) == (0, 1)


def test_a_thread_sees_what_was_committed(committed_db):
    User.objects.create_user(email="someone@example.com")
    seen: list[int] = []

    def look() -> None:
        seen.append(User.objects.count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


@pytest.mark.skipif(SCALE < 1, reason="migrates a database of its own: at full scale")
def test_a_test_that_commits_finds_its_tables_when_it_runs_alone():
    ours = {"DATABASE_URL", "PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"}
    alone = f"{__file__}::{test_a_thread_sees_what_was_committed.__name__}"

    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--no-cov", alone],
        cwd=Path(__file__).resolve().parents[1],
        env={key: value for key, value in os.environ.items() if key not in ours},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout
