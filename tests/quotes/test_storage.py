"""No room left, a database that restarts, two who count at once: never by half.

On PostgreSQL the server itself says that its disk is full and drops its connections.
SQLite is given no page more than it has; its file needs no server that could go away.
"""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection

from config.errors import status_of
from quotes.actions import failpoints, receiving
from quotes.actions.actuals import ingest_file
from quotes.models import Project, SourceFile, WorkRecord
from quotes.queries.actuals import current_records
from tests import scale
from tests.doors.test_files_api import HEADER, ROW, a_program, send
from tests.factories import NOON
from tests.quotes.test_ledger_machine import a_copy
from tests.quotes.test_long_files import in_process

__all__ = ["in_process"]

ROWS = HEADER + "".join(f"{n}{ROW[1:]}" for n in range(400))
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON quotes_workrecord
FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@pytest.fixture
def program(committed_db):
    made = a_program()
    made.client.raise_request_exception = False
    return made


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


def leave_no_room():
    if connection.vendor == "postgresql":
        run(FULL)
        return
    (pages,) = run("PRAGMA page_count")
    run(f"PRAGMA max_page_count = {pages + 3}")


def make_room():
    if connection.vendor == "postgresql":
        run("DROP FUNCTION no_room CASCADE")
        return
    run("PRAGMA max_page_count = 1073741823")


def test_without_room_nothing_is_counted_and_with_room_all_of_it(program):
    leave_no_room()

    full = send(program, ROWS)

    assert (full.status_code, full["Retry-After"]) == (507, "300")
    assert full["Content-Type"] == "application/problem+json"
    assert full.json()["code"] == "storage_full"
    assert (WorkRecord.objects.count(), SourceFile.objects.count()) == (0, 0)
    make_room()
    assert send(program, ROWS).json()["rows"]["new"] == 400
    if connection.vendor == "sqlite":
        assert run("PRAGMA integrity_check") == ("ok",)


def test_a_database_that_goes_away_is_said_and_the_file_counts_once(
    program, in_process, monkeypatch
):
    monkeypatch.setattr(receiving, "SHORT_BYTES", 100)
    points = failpoints.POINTS[1:]
    for trial in range(max(len(points), scale.count(10))):
        point = points[trial % len(points)]
        text = ROWS.replace("\n", f"\n{trial}-")[: -len(f"{trial}-")]
        before = WorkRecord.objects.count()
        monkeypatch.setattr(failpoints, "at", gone_at(point))

        away = send(program, text)
        connection.close()

        monkeypatch.setattr(failpoints, "at", lambda _: None)
        assert (away.status_code, away["Retry-After"]) == (503, "5"), point
        assert away.json()["code"] == "database_away"
        assert WorkRecord.objects.count() - before in (0, 400)
        again = send(program, text).json()
        wanted = "repeated" if point == failpoints.PUBLISHED else "published"
        assert again["state"] == wanted, point
        assert WorkRecord.objects.count() - before == 400


def gone_at(point):
    """Return what lets the database go away at a point, once."""

    def at(reached):
        if reached == point:
            if connection.vendor == "sqlite":
                raise OperationalError("disk I/O error")
            # No query: rows may be on their way in a COPY.
            inner: Any = connection.connection
            killer = Thread(target=terminate, args=(inner.info.backend_pid,))
            killer.start()
            killer.join()

    return at


def terminate(backend):
    try:
        run(f"SELECT pg_terminate_backend({backend})")
    finally:
        connection.close()


def test_people_are_told_as_programs_are(program, monkeypatch):
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("scoping.web.desk.desk_of", away)
    monkeypatch.setattr("quotes.web.projects.project_or_404", away)
    program.client.force_login(Project.objects.get().workspace.memberships.get().user)

    page = program.client.get("/projects/peds/")

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Try again in a moment" in page.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "no room"), 507),
        (OSError(errno.EACCES, "not yours"), 500),
        (OperationalError("database or disk is full"), 507),
        (OperationalError("database is locked"), 503),
        (ValueError("database is locked"), 500),
        (None, 500),
    ],
)
def test_only_what_is_no_fault_of_ours_is_said_to_pass(error, status):
    assert status_of(error) == status


def test_a_count_and_a_restatement_to_nothing_at_once_are_one_after_the_other(program):
    """Either the work stands and is restated, or the nothing does and the work is held.

    The corpus asks that one wins: whoever is second sees what the first has done.
    """
    first = Project.objects.get()
    full, void = HEADER + ROW, HEADER + ROW.replace("500,6000", "0,0")
    found = set()
    for _ in range(scale.count(100)):
        project = a_copy(first)
        meeting = Barrier(2, timeout=60)

        def count(text, reason, project=project, meeting=meeting):
            try:
                meeting.wait()
                fields: Any = {"name": "x", "mapping": None, "by": None, "now": NOON}
                return ingest_file(
                    project, text.encode(), restate_reason=reason, **fields
                ).state
            finally:
                connection.close()

        connection.close()
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(count, full, ""), pool.submit(count, void, "a slip")]
            states = tuple(one.result() for one in asked)

        (standing,) = current_records(project).values()
        kinds = [one.kind for one in WorkRecord.objects.filter(project=project)]
        assert standing.units_produced == 0
        assert (states, sorted(kinds)) in (
            (("published", "published"), ["entry", "replacement", "reversal"]),
            (("held", "published"), ["entry"]),
        )
        found.add(states)
    assert found
