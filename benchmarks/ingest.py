"""A long canonical CSV on PostgreSQL against COPY and bulk_create: reported only.

The aims: within 3 times a bare COPY of the same file into a typed table without an
index, 10 times faster than bulk_create of the same rows, memory of the client flat.
`ROWS=200000 python benchmarks/ingest.py` measures fewer rows than a million.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

ROWS = int(os.environ.get("ROWS", "1000000"))
SAMPLE = 20_000
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BARE = (
    "batch varchar(120), stage varchar(20), annotation_type varchar(20), "
    "clock varchar(20), period_start date, period_end date, actor varchar(120), "
    "items int, units_produced int, units_rejected int, active_seconds numeric(14, 3)"
)
NAMES = [one.split()[0] for one in BARE.replace("numeric(14, 3)", "numeric").split(",")]


def write(path: Path) -> None:
    """Write a file of 100 batches by 100 people by 100 days, or a part of it."""
    chance = np.random.default_rng(1)
    units = chance.integers(50, 900, ROWS)
    wrong = chance.integers(0, 9, ROWS)
    spent = chance.integers(600_000, 28_000_000, ROWS) / 1000
    first = date(2026, 1, 5)
    with path.open("w") as opened:
        opened.write(",".join(NAMES) + "\n")
        for number in range(ROWS):
            day = first + timedelta(days=number % 100)
            opened.write(
                f"b{number // 10_000:03},label,bounding_box,label,{day},{day},"
                f"person {number // 100 % 100},{units[number] // 5},{units[number]},"
                f"{wrong[number]},{spent[number]:.3f}\n"
            )


def bare(path: Path) -> float:
    """Return the seconds of a bare COPY."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({BARE})")
        begun = time.perf_counter()
        with (
            cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy,
            path.open("rb") as opened,
        ):
            while block := opened.read(1 << 20):
                copy.write(block)
        taken = time.perf_counter() - begun
        cursor.execute("DROP TABLE bare")
    return taken


def created(project: Any, path: Path) -> float:
    """Return the seconds of bulk_create of a sample of the rows, for all of them.

    The rows are ready values: reading and checking them costs it nothing.
    """
    from django.db import transaction

    from quotes.models import SourceFile, WorkRecord

    file = SourceFile(
        workspace=project.workspace,
        project=project,
        name="x",
        sha256="x",
        content_digest="",
        state="published",
        rows_read=0,
        rows_published=0,
        rows_refused=0,
        rows_repeated=0,
        at=NOW,
    )
    file.save()
    with path.open() as opened:
        next(opened)
        cells: list[list[Any]] = [
            next(opened).rstrip("\n").split(",") for _ in range(SAMPLE)
        ]
    for row in cells:
        row[4:6] = [datetime.fromisoformat(f"{day}T00:00Z") for day in row[4:6]]
    begun = time.perf_counter()
    with transaction.atomic():
        WorkRecord.objects.bulk_create(
            (
                WorkRecord(
                    workspace=project.workspace,
                    project=project,
                    file=file,
                    kind="entry",
                    key=f"{number:064}",
                    recorded_at=NOW,
                    **dict(zip(NAMES, row, strict=True)),
                )
                for number, row in enumerate(cells)
            ),
            batch_size=500,
        )
    return (time.perf_counter() - begun) / SAMPLE * ROWS


def main() -> int:
    """Print how long each way takes, and the ratios."""
    if "DATABASE_URL" not in os.environ:
        inside = [sys.executable, "-m", "tests.postgresql", sys.executable, __file__]
        return subprocess.run(inside, cwd=ROOT, check=False).returncode
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from quotes.actions.actuals import stated_for
    from quotes.actions.long_files import ingest_long
    from quotes.actions.projects import import_project
    from tests.factories import NOON, a_published_card, a_workspace

    call_command("migrate", verbosity=0)
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    spec = {"items": 1000, "lines": [{"type": "bounding_box", "units_per_item": 5}]}
    one, other = (
        import_project(
            spec,
            workspace=workspace,
            slug=slug,
            start_on=None,
            paid_clock="label",
            by="bench",
            now=NOON,
        )
        for slug in ("one", "other")
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        write(path)
        floor = min(bare(path) for _ in range(2))
        slow = created(other, path)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.perf_counter()
        with path.open("rb") as opened:
            found = ingest_long(
                one,
                opened,
                name="x.csv",
                by=None,
                now=NOW,
                stated=stated_for(one, now=NOW),
            )
        taken = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert found.new == ROWS, found
    print(
        f"{ROWS:,} rows: {taken:.1f} s, {taken / floor:.1f} times a bare COPY "
        f"({floor:.1f} s; aim 3), {slow / taken:.1f} times faster than bulk_create "
        f"({slow:.0f} s; aim 10), client memory {most / 1024:.0f} MB "
        f"({(most - before) / 1024:+.0f} MB)"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
