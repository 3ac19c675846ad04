"""An event log read the slow way: all rows as objects, each judged by itself.

It shares with `event_logs` what one cell says, and none of the adding up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from quotes.ingest.content import open_content
from quotes.ingest.fields import COUNT, CellError
from quotes.ingest.formats import told_apart
from quotes.ingest.opening import open_with
from quotes.ingest.readers import cvat
from quotes.ingest.readers.base import Cells, each_row, known, plain
from quotes.ingest.readers.cvat_jobs import Job, noted
from quotes.ingest.readers.netting import Change, net
from quotes.ingest.reading import Row, wrong_between
from quotes.ingest.tables import Table
from quotes.ingest.work import Found, LeftOut, Piece, Stated, day_of, midnight

WORDS = {"annotation": "label", "validation": "review", "acceptance": "audit"}


def slowly(body: bytes, stated: Stated) -> tuple[object, ...]:
    """Return all that two readings of one log must agree on."""
    table = open_content(body)
    assert isinstance(table, Table)
    found = list(_events(table, stated))
    opened = open_with(cvat.EVENT_LOG, found, stated)
    groups: dict[tuple[object, ...], list[Piece]] = {}
    for piece in opened.pieces:
        names = ("batch", "stage", "annotation_type", "actor")
        key = (*(piece.values.get(name) for name in names), day_of(piece, stated.zone))
        groups.setdefault(key, []).append(piece)
    rows, refused = [], list(opened.refused)
    for pieces in groups.values():
        row = _row(pieces, stated)
        wrong = wrong_between(row.number, row.values)
        if wrong is None:
            rows.append(row)
        else:
            refused += [replace(wrong, row=one) for one in row.sources]
    return (
        rows,
        told_apart(sorted(refused, key=lambda one: one.row)),
        len(table.lines) + len(table.ragged) + table.blank,
        table.blank,
        len(opened.left_out),
        opened.verdict.findings,
        opened.verdict.counted,
    )


def _row(pieces: list[Piece], stated: Stated) -> Row:
    first = pieces[0]
    values = {
        name: first.values[name]
        for name in ("batch", "stage", "annotation_type", "actor", "clock", "tool")
        if first.values.get(name)
    }
    for name in ("units_produced", "active_seconds"):
        some = [one.values[name] for one in pieces if name in one.values]
        if some:
            values[name] = sum(some)
    if "active_seconds" in values:
        values["active_seconds"] = Decimal(values["active_seconds"]).quantize(
            Decimal("0.001"), rounding=ROUND_HALF_UP
        )
    models = {
        name for one in pieces for name, _ in one.values.get("prelabel_models", ())
    }
    if models:
        values["prelabel_models"] = [[name, None] for name in sorted(models)]
    day = day_of(first, stated.zone)
    if day is not None:
        values["period_start"] = midnight(day, stated.zone)
        if "active_seconds" in values:
            values["period_end"] = values["period_start"]
    numbers = tuple(one.row for one in pieces)
    return Row(number=numbers[0], values=values, sources=numbers)


def _events(table: Table, stated: Stated) -> Iterator[Found]:
    names = [plain(name) for name in table.names]
    rows = [
        Cells(line.number, dict(zip(names, line.cells, strict=True)))
        for line in table.lines
    ]
    from_server = any(cells.raw("scope") == cvat.WORKING for cells in rows)
    jobs: dict[str, Job] = {}
    for cells in rows:
        noted(jobs, cells, cvat.payload_of)
    for job in jobs.values():
        job.stages.sort()
    main = _main_types(rows)
    changes: list[Change] = []

    def piece(cells: Cells) -> Found:
        scope = cells.raw("scope")
        if scope in cvat.MADE or scope in cvat.GONE:
            changes.append(_change(cells, scope, jobs, stated))
            return LeftOut(row=cells.number, reason="replaced below")
        return _timed(cells, jobs, main, stated, from_server=from_server)

    found = list(each_row(table, piece))
    netted = {one.row: one for one in net(changes)}
    for one in found:
        yield netted.get(one.row, one)


def _main_types(rows: list[Cells]) -> dict[str, str]:
    made: dict[str, dict[str, int]] = {}
    for cells in rows:
        if cells.raw("scope") in cvat.MADE and COUNT.fullmatch(cells.raw("count")):
            name = cvat.type_of(cells.raw("objname"), cells.raw("scope"))
            job = made.setdefault(cells.raw("jobid"), {})
            job[name] = job.get(name, 0) + int(cells.raw("count"))
    return {
        job: min(types, key=lambda name: (-types[name], name))
        for job, types in made.items()
    }


def _change(
    cells: Cells, scope: str, jobs: Mapping[str, Job], stated: Stated
) -> Change:
    at, many = _at(cells), cells.count("count")
    if many is None:
        raise CellError(
            "required", "is empty, so nobody knows how many.", column="count"
        )
    named = cvat.type_of(cells.raw("objname"), scope) or stated.annotation_type
    values = _values(cells, jobs, at) | {"annotation_type": named}
    return Change(
        row=cells.number,
        at=at,
        of=(cells.raw("jobid"), named),
        by=values.get("actor", ""),
        units=many if scope in cvat.MADE else -many,
        values=values,
    )


def _at(cells: Cells) -> Any:
    at = cells.moment("timestamp", zone="UTC")
    if at is None:
        raise CellError("required", "is empty.", column="timestamp")
    return at


def _values(cells: Cells, jobs: Mapping[str, Job], at: Any) -> dict[str, Any]:
    number = cells.text("jobid")
    job = jobs.get(number, Job())
    stage = _stage_at(job, at)
    models = [[name, None] for name in sorted(job.functions)]
    return known(
        prelabel_models=models if stage == "label" and models else None,
        batch=f"job {number}" if number else "unallocated",
        stage=stage,
        actor=cells.text("username", "useremail", "userid"),
        clock="label",
        tool="CVAT",
    )


def _stage_at(job: Job, moment: Any) -> str:
    place = bisect_right([one[0] for one in job.stages], moment)
    before = job.stages[0][2] if job.stages else ""
    word = job.stages[place - 1][1] if place else before
    stage = WORDS.get(word, "label")
    again = stage == "label" and any(when <= moment for when in job.rejected)
    return "rework" if again else stage


def _timed(
    cells: Cells,
    jobs: Mapping[str, Job],
    main: Mapping[str, str],
    stated: Stated,
    *,
    from_server: bool,
) -> Found:
    scope, payload = cells.raw("scope"), cvat.payload_of(cells)
    if scope == "update:job" and cells.raw("objval") == "rejected":
        return LeftOut(row=cells.number, reason=cvat.SENT_BACK)
    if "working_time" not in payload:
        return LeftOut(row=cells.number, reason=cvat.NO_WORK)
    at, seconds = _at(cells), cvat.spent(payload)
    if from_server and scope != cvat.WORKING:
        return LeftOut(
            row=cells.number, reason=cvat.TWO_CLOCKS, code="two_clocks", seconds=seconds
        )
    kind = main.get(cells.raw("jobid")) or stated.annotation_type
    values = _values(cells, jobs, at) | {
        "annotation_type": kind,
        "active_seconds": seconds,
    }
    return Piece(row=cells.number, values=values, end=at)
