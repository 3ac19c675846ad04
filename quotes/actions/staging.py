"""Long files are staged before they count: read by a child, copied in one transaction.

What was staged and not counted, because somebody died in between, is found again by the
hash of the file; it need not be read a second time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import IO, Any

from django.db import OperationalError, connection, transaction
from django.db.models import Count, Max, Q

from quotes import models
from quotes.ingest.long_apart import LONG, Reading, read_apart
from quotes.ingest.long_columns import NOTHING
from quotes.ingest.long_screens import KEYS_DIFFER, WHOLE_DAYS
from quotes.ingest.long_tables import BLOCK, Meanings
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from quotes.queries.erased import names_now
from quotes.queries.room import make_room
from quotes.queries.staged import verdict_of

from . import failpoints

KEPT_FOR = timedelta(days=1)
AT_ONCE = 2_000
BYTES = r"\\x"
"""How a COPY of PostgreSQL tells that bytes follow in hexadecimal digits."""
TABLE = "quotes_stagedrow"
Told = Callable[[], None]


def nobody() -> None:
    """Tell nobody."""


def hash_of(opened: IO[bytes]) -> str:
    """Return the hash of a file, a block at a time."""
    found = hashlib.sha256()
    opened.seek(0)
    while block := opened.read(BLOCK):
        found.update(block)
    opened.seek(0)
    return found.hexdigest()


def staged(  # noqa: PLR0913 - how a file is read, named
    project: models.Project,
    opened: IO[bytes],
    *,
    sha256: str,
    stated: Stated,
    now: datetime,
    told: Told = nobody,
    meant: Meanings | None = None,
) -> models.Staging:
    """Return the staged rows of a file: those that are there, else read anew.

    `told` is called between two blocks; what it raises leaves nothing staged. `meant`
    is what cells mean that are written otherwise. Raises
    TableError and MappingError.
    """
    asked = _asked(stated, meant or {})
    for old in models.Staging.objects.filter(
        project=project, sha256=sha256, stated=asked, at__gt=now - KEPT_FOR
    ):
        if old.rows == rows_of(old)[0]:
            return old
    with transaction.atomic():
        made = models.Staging.objects.create(
            workspace=project.workspace,
            project=project,
            sha256=sha256,
            stated=asked,
            at=now,
        )
        make_room()
        _read(made, opened, stated, told, meant or {})
        failpoints.reached(failpoints.STAGED)
    failpoints.reached(failpoints.KEPT)
    return made


def rows_of(staging: models.Staging) -> tuple[int, int]:
    """Return how many rows are staged, and the number of the last."""
    rows = models.StagedRow.objects.filter(staging=staging)
    found = rows.aggregate(many=Count("number"), last=Max("number"))
    return found["many"], found["last"] or 0


def clear(project: models.Project, *, sha256: str, now: datetime) -> None:
    """Delete the staged rows of a file that is through, and those of yesterday."""
    rows = models.Staging.objects.filter(project=project).filter(
        Q(sha256=sha256) | Q(at__lte=now - KEPT_FOR)
    )
    for one in rows:
        with transaction.atomic(), connection.cursor() as cursor:
            if not _emptied(cursor, one):
                cursor.execute(f"DELETE FROM {TABLE} WHERE staging_id = %s", [one.pk])
            models.Staging.objects.filter(pk=one.pk).delete()


def _emptied(cursor: Any, staging: models.Staging) -> bool:
    """Empty the table at once, and return whether that could be.

    A million rows that are deleted one by one take a second, and their place is taken
    by nothing until the server sweeps it. Nobody is waited for: whoever stages, counts
    or sweeps holds a lock of their own, and so does what is not committed yet. Others
    are looked for before it is locked, so that none waits for ours in vain, and after.
    """
    others = models.Staging.objects.exclude(pk=staging.pk)
    if connection.vendor != "postgresql" or others.exists():
        return False
    try:
        with transaction.atomic():
            cursor.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE NOWAIT")
    except OperationalError:
        return False
    if others.all().exists():
        return False
    cursor.execute(f"TRUNCATE {TABLE}")
    return True


def _asked(stated: Stated, meant: Meanings) -> str:
    said = f"{stated.zone} {stated.pseudonyms}"
    if meant:
        said += json.dumps(meant, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _read(
    made: models.Staging,
    opened: IO[bytes],
    stated: Stated,
    told: Told,
    meant: Meanings,
) -> None:
    opened.seek(0)
    before = f"{made.workspace_id}\t{made.pk}"
    with read_apart(
        opened,
        stated=stated,
        before=before,
        digest=BYTES if connection.vendor == "postgresql" else "",
        bounds=LONG,
        meant=meant,
    ) as reading:
        columns = ("workspace_id", "staging_id", *reading.columns)
        _copy(columns, reading, told)
    said = reading.said
    if said.sha256 != made.sha256:
        raise TableError(
            "The file changed while it was read. Drop it again once it is finished.",
            code="changed",
        )
    sure, doubted = set(said.sure), said.doubted
    if _rename(made):
        # Two spellings of one erased person are one now, and so may their rows be.
        sure, doubted = sure & {KEYS_DIFFER}, None
    if stated.zone != made.project.time_zone:
        sure.discard(WHOLE_DAYS)
    made.rows = said.read - said.blank - said.refused_rows
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A few thousand rows tell how many there are and how alike.
            cursor.execute("SET LOCAL default_statistics_target = 10")
            cursor.execute(f"ANALYZE {TABLE}")
        verdict = verdict_of(made.pk, cursor, doubted=doubted)
    made.reading = asdict(said) | {"verdict": verdict, "sure": sorted(sure)}
    made.save()


def _copy(columns: Sequence[str], reading: Reading, told: Told) -> None:
    """Take the rows in: by COPY, or by many at once where there is none."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {TABLE} ({names}) FROM STDIN") as copy:
                for block in reading.blocks():
                    copy.write(block)
                    failpoints.reached(failpoints.STAGING)
                    told()
            return
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {TABLE} ({names}) VALUES ({marks})"
        for rows in _batches(_rows(reading.blocks())):
            cursor.executemany(statement, rows)
            failpoints.reached(failpoints.STAGING)
            told()


def _rename(made: models.Staging) -> int:
    """Put the names that are left in the place of those of erased people.

    Returns in how many rows.
    """
    rows = models.StagedRow.objects.filter(staging=made).exclude(actor="")
    if not models.ErasedPerson.objects.filter(workspace=made.workspace).exists():
        return 0
    names = names_now(made.workspace)
    return sum(
        rows.filter(actor=actor).update(actor=names(actor))
        for actor in rows.order_by().values_list("actor", flat=True).distinct()
        if names(actor) != actor
    )


def _batches(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    found: list[list[Any]] = []
    for row in rows:
        found.append(row)
        if len(found) == AT_ONCE:
            yield found
            found = []
    if found:
        yield found


def _rows(blocks: Iterable[bytes]) -> Iterator[list[Any]]:
    """Yield the cells of lines of a COPY; numbers become so by their columns."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield [
                None if cell == NOTHING else cell.replace("\\\\", "\\")
                for cell in line.decode().split("\t")
            ]
