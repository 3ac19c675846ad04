"""Exactly once: a long file that is cut off at any moment, and given again.

Whatever was cut off, the ledger afterwards is that of a run that nobody disturbed; and
in between it has all of the file or nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from random import Random
from threading import Barrier, Event
from time import perf_counter
from typing import Any

import pytest
import xlsxwriter
from django.db import connection

from quotes.actions import failpoints
from quotes.actions.actuals import ingest_file, stated_for
from quotes.actions.long_files import ingest_long
from quotes.actions.projects import import_project
from quotes.models import SourceFile, StagedRow, Staging, WorkRecord
from quotes.queries.actuals import comparison
from tests import scale
from tests.factories import NOON, ROOT, a_published_card, a_workspace
from tests.quotes.test_ledger_machine import SPEC, a_copy
from tests.quotes.test_long_files import ROW_COLUMNS, in_process

__all__ = ["in_process"]

LATER = datetime(2026, 11, 1, 12, tzinfo=UTC)
ROWS = int(os.environ.get("KILLED_ROWS", 1_000_000 if scale.SCALE >= 1 else 600))
"""Of the file that is killed: a million before a release, or as many as asked for."""
NAMES = (
    *("batch", "stage", "annotation_type", "clock", "period_start", "period_end"),
    *("actor", "items", "units_produced", "units_rejected", "active_seconds"),
)
VALUES = [one for one in ROW_COLUMNS if one != "recorded_at"]
MANY = 100_000
"""Rows of a file from which on a trial takes so long that each place is tried once."""
FIRST = date(2026, 1, 5)
AT_ONCE = 16


def rows_of(many, *, seed=1):
    """Return rows of batches by people by days, each the only one of its work."""
    chance = Random(seed)
    for number in range(many):
        day = (FIRST + timedelta(days=number % 100)).isoformat()
        units = chance.randint(50, 900)
        yield (
            *(
                f"b{seed}-{number // 10_000:03}",
                "label",
                "bounding_box",
                "label",
                day,
                day,
            ),
            *(f"person {number // 100 % 100}", units // 5, units, chance.randint(0, 9)),
            f"{chance.randint(600_000, 28_000_000) / 1000:.3f}",
        )


def text_of(rows):
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(NAMES)
    table.writerows(rows)
    return written.getvalue()


@pytest.fixture
def project(committed_db):
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    fields: Any = {"start_on": None, "paid_clock": "label", "by": "test"}
    return import_project(SPEC, workspace=workspace, slug="one", now=NOON, **fields)


@pytest.fixture(scope="module")
def dying():
    """Return a function that counts a file in a process of its own and how it ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.quotes.dying"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    asked, answers = process.stdin, process.stdout
    assert asked is not None
    assert answers is not None

    def run(project, path, **trial):
        said = {"project": project.pk, "path": str(path), "now": LATER.isoformat()}
        said["database"] = str(connection.settings_dict["NAME"])
        asked.write(json.dumps(said | trial) + "\n")
        asked.flush()
        return int(answers.readline())

    yield run
    asked.close()
    process.wait(20)
    answers.close()


def ingest(project, path):
    with path.open("rb") as opened:
        return ingest_long(
            project,
            opened,
            name="x.csv",
            by=None,
            now=LATER,
            stated=stated_for(project, now=LATER),
        )


def facts(project):
    """Return rows, units, milliseconds and a hash that knows no order."""
    if ROWS >= MANY and connection.vendor == "postgresql":
        return facts_of_many(project)
    rows = units = spent = order_free = 0
    entries = WorkRecord.objects.filter(project=project).values_list(*VALUES)
    for values in entries.iterator(chunk_size=10_000):
        by_name = dict(zip(VALUES, values, strict=True))
        rows += 1
        units += by_name["units_produced"]
        spent += int(by_name["active_seconds"] * 1000)
        text = repr([str(value) for value in values]).encode()
        order_free += int.from_bytes(hashlib.sha256(text).digest())
    return rows, units, spent, order_free % 2**256


def facts_of_many(project):
    """Return the same facts, added up where the rows are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*), sum(units_produced), sum(active_seconds * 1000),
                sum(CAST(hashtextextended(CAST(({", ".join(VALUES)}) AS text), 0)
                    AS numeric))
            FROM quotes_workrecord WHERE project_id = %s""",
            [project.pk],
        )
        return tuple(map(int, cursor.fetchone()))


def make_room():
    """Empty the ledger between two trials: 60 of a million rows fill a disk."""
    if ROWS < MANY or connection.vendor != "postgresql":
        return
    tables = ("quotes_workrecord", "quotes_itemtimes")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.timeout(86_400)
def test_a_killed_ingest_ends_as_one_that_nobody_disturbed(project, dying, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(text_of(rows_of(ROWS)))
    calm = a_copy(project)
    began = perf_counter()
    assert dying(calm, path) == 0
    lasts = perf_counter() - began
    wanted = facts(calm)
    if connection.vendor == "postgresql":
        assert facts_of_many(calm)[:3] == wanted[:3]
    cost = comparison(calm) if ROWS < MANY else None
    chance = Random(11)
    trials: list[dict[str, Any]] = [
        *(
            {"point": point}
            for point in failpoints.POINTS
            for _ in range(10 if scale.SCALE >= 1 and ROWS < MANY else 1)
        ),
        *({"after": chance.random() * lasts} for _ in range(scale.count(50))),
    ]

    make_room()
    for trial in trials:
        again = a_copy(project)
        status = dying(again, path, **trial)
        print(f"{perf_counter() - began:8.1f} s: {trial}", flush=True)  # noqa: T201 - hours long
        assert "after" in trial or status == signal.SIGKILL, trial
        assert WorkRecord.objects.filter(project=again).count() in (0, ROWS), trial
        outcome = ingest(again, path)
        if trial.get("point") == failpoints.PUBLISHED:
            assert outcome.state == "repeated"

        assert facts(again) == wanted, trial
        if cost is not None and trial is trials[-1]:
            assert comparison(again) == cost
        assert again.files.count() == 1
        assert not Staging.objects.exists()
        assert not StagedRow.objects.exists()
        make_room()

    assert (wanted[0], wanted[1]) == (ROWS, sum(row[8] for row in rows_of(ROWS)))


def test_without_its_one_transaction_a_killed_ingest_loses_rows(
    project, dying, tmp_path
):
    """A negative control of the test above."""
    path = tmp_path / "x.csv"
    path.write_text(text_of(rows_of(50)))

    status = dying(project, path, point=failpoints.FILED, unprotected=True)

    assert status == signal.SIGKILL

    assert ingest(project, path).state == "repeated"
    assert WorkRecord.objects.filter(project=project).count() == 0


def test_what_was_staged_is_not_read_again(project, dying, tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text(text_of(rows_of(50)))
    assert dying(project, path, point=failpoints.KEPT) == signal.SIGKILL

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("quotes.actions.staging.read_apart", never)

    assert ingest(project, path).new == 50


def test_staged_rows_that_a_crashed_server_lost_are_read_again(
    project, dying, tmp_path
):
    path = tmp_path / "x.csv"
    path.write_text(text_of(rows_of(50)))
    assert dying(project, path, point=failpoints.KEPT) == signal.SIGKILL
    StagedRow.objects.all().delete()

    assert ingest(project, path).new == 50
    assert not Staging.objects.exists()


def test_sixteen_uploads_of_one_file_are_one_ingest(project, in_process, monkeypatch):
    options = connection.settings_dict["OPTIONS"]
    if "pool" in options:
        room = {**options["pool"], "max_size": AT_ONCE + 4}
        monkeypatch.setitem(options, "pool", room)
    for file in range(scale.count(20)):
        body = text_of(rows_of(40, seed=file)).encode()
        meeting = Barrier(AT_ONCE, timeout=60)

        def upload(number, body=body, meeting=meeting):
            try:
                meeting.wait()
                fields: Any = {"name": "x.csv", "by": None, "now": LATER}
                if number % 2:
                    return ingest_file(project, body, mapping=None, **fields).state
                stated = stated_for(project, now=LATER)
                return ingest_long(
                    project, BytesIO(body), stated=stated, **fields
                ).state
            finally:
                connection.close()

        before = WorkRecord.objects.count()
        connection.close()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            states = list(pool.map(upload, range(AT_ONCE)))

        assert sorted(states) == ["published", *["repeated"] * 15]
        assert WorkRecord.objects.count() == before + 40


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writes alone there")
@pytest.mark.parametrize("waits", [True, False])
def test_of_two_projects_that_count_one_file_at_once_the_second_is_held(
    project, in_process, monkeypatch, waits
):
    """Without waiting for each other, its negative control, both count the work."""
    if not waits:
        monkeypatch.setattr("quotes.actions.actuals.one_at_a_time", lambda *_: None)
    body = text_of(rows_of(20)).encode()
    other = a_copy(project, workspace=project.workspace)
    other.time_zone = project.time_zone
    other.save()
    written, through = Event(), Event()
    fields: Any = {"name": "x.csv", "by": None, "now": LATER}

    def reached(point):
        if point == failpoints.PUBLISHING:
            written.set()
            through.wait(2)

    def second():
        try:
            written.wait(60)
            found = ingest_file(other, body, mapping=None, **fields).state
            through.set()
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, monkeypatch.context() as patch:
        later = pool.submit(second)
        patch.setattr(failpoints, "at", reached)
        stated = stated_for(project, now=LATER)
        first = ingest_long(project, BytesIO(body), stated=stated, **fields)
        found = later.result()

    assert first.state == "published"
    assert found == ("held" if waits else "published")


def test_the_same_rows_in_another_container_add_nothing(project, tmp_path):
    rows = [[str(cell) for cell in row] for row in rows_of(300)]
    text = text_of(rows)
    path = tmp_path / "x.csv"
    path.write_text(text)
    first = ingest(project, path)
    shuffled = Random(3).sample(rows, len(rows))
    turned = [dict(zip(NAMES, row, strict=True)) for row in rows]
    written = StringIO()
    table = csv.DictWriter(written, sorted(NAMES), delimiter=";")
    table.writeheader()
    table.writerows(turned)
    copies = (
        text.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("utf-16"),
        text_of(shuffled).encode(),
        written.getvalue().encode(),
    )

    assert first.new == 300
    for place, copy in enumerate(copies):
        path = tmp_path / f"{place}.csv"
        path.write_bytes(copy)
        found = ingest(project, path)
        assert (found.state, found.new, found.repeated) == ("repeated", 0, 300)
    book = BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate([NAMES, *rows]):
            sheet.write_row(number, 0, row)
    stated = stated_for(project, now=LATER)
    short = ingest_file(
        project,
        book.getvalue(),
        name="x.xlsx",
        mapping=None,
        by=None,
        now=LATER,
        stated=stated,
    )
    assert (short.state, short.plan.repeated) == ("repeated", 300)
    assert SourceFile.objects.get().content_digest == short.plan.reading.content_digest
    assert WorkRecord.objects.count() == 300
