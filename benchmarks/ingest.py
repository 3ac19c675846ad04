"""A long canonical CSV on PostgreSQL against COPY and the usual ways to create rows.

The aims: within 3 times a bare COPY of the same file into a typed table without an
index, 10 times faster than bulk_create of the same rows, 30 times faster than
django-import-export in bulk mode (where it is installed), memory of the client below
400 MB and flat. Beside them stands what no ledger can undercut: a COPY of ready entries
into a table of the ledger's columns, checks and indexes. The first aim lies below that:
it and the second are reported, the others are kept. With `ROWS=200000` fewer rows than
a million are measured; `CREATED=1000000` lets bulk_create write them all.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

ROWS = int(os.environ.get("ROWS", "1000000"))
STEP = 20_000
CREATED = int(os.environ.get("CREATED", "100000"))
"""Rows given to bulk_create, step by step, so that it shows whether they get dearer."""
IMPORTED = 2_000
"""Rows given to django-import-export, which looks up each row's project and file."""
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


def like_the_ledger(project: Any, folder: Path) -> float:
    """Return the seconds of a COPY of a project's entries into a table like theirs."""
    from django.db import connection

    path = folder / "entries"
    entries = f"SELECT * FROM quotes_workrecord WHERE project_id = {project.pk}"
    with connection.cursor() as cursor:
        with (
            cursor.copy(f"COPY ({entries} ORDER BY id) TO STDOUT") as copy,
            path.open("wb") as opened,
        ):
            for block in copy:
                opened.write(block)
        cursor.execute(
            "CREATE TABLE alike "
            "(LIKE quotes_workrecord INCLUDING ALL EXCLUDING IDENTITY)"
        )
        begun = time.perf_counter()
        with cursor.copy("COPY alike FROM STDIN") as copy, path.open("rb") as opened:
            while block := opened.read(1 << 20):
                copy.write(block)
        taken = time.perf_counter() - begun
        cursor.execute("DROP TABLE alike")
    return taken


def cells_of(path: Path, *, many: int) -> Iterator[list[Any]]:
    """Yield the cells of the first rows, their days as moments."""
    with path.open() as opened:
        next(opened)
        for line in islice(opened, many):
            row: list[Any] = line.rstrip("\n").split(",")
            row[4:6] = [datetime.fromisoformat(f"{day}T00:00Z") for day in row[4:6]]
            yield row


def a_file(project: Any, name: str) -> Any:
    """Return the row of a file, for entries that are not ingested."""
    from quotes.models import SourceFile

    return SourceFile.objects.create(
        workspace=project.workspace,
        project=project,
        name=name,
        sha256=name,
        content_digest="",
        state="published",
        rows_read=0,
        rows_published=0,
        rows_refused=0,
        rows_repeated=0,
        at=NOW,
    )


def created(project: Any, path: Path) -> tuple[float, float, float]:
    """Return the seconds of bulk_create for all rows, and those of 1,000 of them.

    The latter at the beginning and at the end of what it was given. The rows are ready
    values: reading and checking them costs it nothing.
    """
    from django.db import transaction

    from quotes.models import WorkRecord

    file = a_file(project, "created")
    many = min(CREATED, ROWS)
    rows = enumerate(cells_of(path, many=many))
    taken = []
    with transaction.atomic():
        while some := list(islice(rows, STEP)):
            begun = time.perf_counter()
            WorkRecord.objects.bulk_create(
                (
                    WorkRecord(
                        workspace=project.workspace,
                        project=project,
                        file=file,
                        kind="entry",
                        key=sha256(str(number).encode()).hexdigest(),
                        recorded_at=NOW,
                        **dict(zip(NAMES, row, strict=True)),
                    )
                    for number, row in some
                ),
                batch_size=500,
            )
            taken.append((time.perf_counter() - begun) / len(some) * 1000)
    return sum(taken) / len(taken) * ROWS / 1000, taken[0], taken[-1]


def imported(project: Any, path: Path) -> float | None:
    """Return the seconds of django-import-export in bulk mode, None without it.

    It takes a sample of the rows, as its users have them: a data set of texts.
    """
    if importlib.util.find_spec("import_export") is None:
        return None
    resources: Any = importlib.import_module("import_export.resources")
    tablib: Any = importlib.import_module("tablib")
    from quotes.models import WorkRecord

    file = a_file(project, "imported")
    ids = [project.workspace_id, project.pk, file.pk]
    rows = [
        [
            *(*row[:4], *(str(day)[:19] for day in row[4:6]), *row[6:], *ids),
            *(
                "entry",
                sha256(f"imported {number}".encode()).hexdigest(),
                str(NOW)[:19],
            ),
        ]
        for number, row in enumerate(cells_of(path, many=IMPORTED))
    ]
    beside = ("workspace", "project", "file", "kind", "key", "recorded_at")

    options = {
        "model": WorkRecord,
        "fields": (*NAMES, *beside),
        "import_id_fields": ("key",),
        "use_bulk": True,
        "batch_size": 1_000,
        "force_init_instance": True,
        "skip_diff": True,
        "use_transactions": True,
    }
    base = resources.ModelResource
    entries = type(base)("Entries", (base,), {"Meta": type("Meta", (), options)})
    data = tablib.Dataset(*rows, headers=[*NAMES, *beside])
    begun = time.perf_counter()
    result = entries().import_data(data, raise_errors=True)
    taken = time.perf_counter() - begun
    assert result.totals["new"] == IMPORTED, result.totals
    return taken / IMPORTED * ROWS


@dataclass(frozen=True, slots=True)
class Spent:
    """A moment, and the processor time until then: server, client, child of it."""

    moment: float
    server: float
    client: float
    child: float

    def __sub__(self, other: Spent) -> Spent:
        """Return what was spent between two moments."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Spent(*(one - before for one, before in pairs))

    def __str__(self) -> str:
        """Name the seconds, and those of each processor's work."""
        return (
            f"{self.moment:6.1f} s; processors: server {self.server:5.1f}, "
            f"client {self.client:4.1f}, child {self.child:4.1f}"
        )


def spent() -> Spent:
    """Return the time, and what was spent so far; the server's if it is this machine's.

    What helps the server with a long look is not in it.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        place = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    ticks = place.read_text().rpartition(")")[2].split() if place.exists() else []
    mine, theirs = (
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return Spent(
        time.perf_counter(),
        sum(map(int, ticks[11:13])) / os.sysconf("SC_CLK_TCK"),
        mine.ru_utime + mine.ru_stime,
        theirs.ru_utime + theirs.ru_stime,
    )


@contextmanager
def clock() -> Iterator[dict[str, Spent]]:
    """Give what was spent when an ingest last passed each of its named places."""
    from quotes.actions import failpoints

    times = {"begun": spent()}

    def passed(point: str) -> None:
        # While rows are on their way, the connection is theirs.
        if point != failpoints.STAGING:
            times[point] = spent()

    failpoints.at = passed
    yield times
    times["cleared"] = spent()


def parts(times: dict[str, Spent]) -> str:
    """Return in lines what was spent between the places."""
    named = {
        "hash": "hashed",
        "read, stage, verdict": "staged",
        "decide": "decided",
        "file": "filed",
        "write": "writing",
        "roll up": "publishing",
        "commit": "published",
        "clear": "cleared",
    }
    ends = [times["begun"], *(times[point] for point in named.values())]
    return "\n".join(
        f"  {name:20} {end - begin}"
        for name, begin, end in zip(named, ends, ends[1:], strict=False)
    )


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
        floor = min(bare(path) for _ in range(3))
        slow, first, last = created(other, path)
        slower = imported(other, path)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with path.open("rb") as opened, clock() as times:
            found = ingest_long(
                one,
                opened,
                name="x.csv",
                by=None,
                now=NOW,
                stated=stated_for(one, now=NOW),
            )
        whole = times["cleared"] - times["begun"]
        taken = whole.moment
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ledger = like_the_ledger(one, Path(folder))
    assert found.new == ROWS, found
    return told(
        {
            "a bare COPY (reported; aim 3)": (taken / floor, None),
            "a COPY into a table like the ledger": (taken / ledger, 5.0),
            "bulk_create (reported; aim a tenth)": (taken / slow, None),
            "django-import-export (aim a thirtieth)": (
                None if slower is None else taken / slower,
                1 / 30,
            ),
            "400 MB of memory": (most / 1024 / 400, 1.0),
        },
        f"{ROWS:,} rows: {taken:.1f} s; bare {floor:.1f} s, like the ledger "
        f"{ledger:.1f} s ({ledger / floor:.1f} times bare), bulk_create {slow:.0f} s "
        f"(from {min(CREATED, ROWS):,} rows; 1,000 took {first:.2f} s at first and "
        f"{last:.2f} s at last), django-import-export "
        f"{'?' if slower is None else round(slower)} s; client {most / 1024:.0f} MB "
        f"({(most - before) / 1024:+.0f} MB)\n{parts(times)}\n"
        f"  {'together':20} {whole}",
    )


def told(ratios: dict[str, tuple[float | None, float | None]], figures: str) -> int:
    """Print what was measured; return 1 where it is more than it may be."""
    print(figures)
    wrong = 0
    for name, (ratio, most) in ratios.items():
        if ratio is None:
            print(f"  {name}: not installed")
            continue
        late = most is not None and ratio > most
        print(f"  {ratio:.3f} times {name}{': TOO SLOW' if late else ''}")
        wrong |= late
    return int(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
