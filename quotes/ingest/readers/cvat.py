"""CVAT: the event log, quality reports, the jobs API and the analytics table.

A quality report and the list of jobs say how a job stands: a later one comes in the
place of an earlier one, it adds nothing to it.

Working time is what CVAT counts itself: gaps of 100 s and more are nothing to it, so
thinking is lost. Older servers wrote it into events of the client, newer ones into
`send:working_time`: whichever there is is taken, never both, and never `duration`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from quotes.ingest.content import Content, Document, as_table
from quotes.ingest.fields import CellError
from quotes.ingest.work import Found, LeftOut, Piece, Stated

from .base import Cells, Reader, attempt, each_row, known, plain, table_reader
from .netting import Change, net

SHAPES = {
    "rectangle": "bounding_box",
    "polygon": "polygon",
    "points": "keypoint",
    "polyline": "polyline",
    "cuboid": "cuboid",
    "mask": "instance_mask",
    "tag": "image_tag",
    "skeleton": "keypoint",
}
WORKING = "send:working_time"
MADE = ("create:shapes", "create:tracks", "create:tags")
GONE = ("delete:shapes", "delete:tracks", "delete:tags")
UNALLOCATED = "unallocated"
LABEL = "label"
TWO_CLOCKS = "the client's own time of what the server timed"
NO_WORK = "an event that is neither time nor work"
SENT_BACK = "a job sent back, which is no work"
THOUSANDTH = Decimal("0.001")
FINEST = Decimal("0.000000001")
MOST_SECONDS = 1_000_000_000


def payload_of(cells: Cells) -> Mapping[str, Any]:
    """Return the payload of an event, empty where it holds no object."""
    try:
        found = json.loads(cells.raw("payload") or "{}", parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def spent(payload: Mapping[str, Any]) -> Decimal:
    """Return the seconds of a working time, to the thousand millionth of one.

    Raises CellError for what is none, or more than any person lives.
    """
    try:
        found = Decimal(payload["working_time"]) * THOUSANDTH
        seconds = found.quantize(FINEST, rounding=ROUND_HALF_UP)
    except (ArithmeticError, TypeError, ValueError):
        seconds = Decimal("NaN")
    if not seconds.is_finite():
        raise CellError(
            "invalid_number",
            "holds a working_time that is no number.",
            column="payload",
        )
    if seconds < 0:
        raise CellError("negative", "holds a working_time below 0.", column="payload")
    if seconds >= MOST_SECONDS:
        raise CellError(
            "too_large",
            f"holds a working_time of {MOST_SECONDS:,} s or more.",
            column="payload",
        )
    return seconds


def is_event_log(names: Iterable[str]) -> bool:
    """Return whether a table with such columns is an event log of CVAT."""
    return {plain(name) for name in names}.issuperset(
        {"scope", "objname", "timestamp", "count", "jobid", "payload"}
    )


def main_of(types: Mapping[str, int]) -> str:
    """Return the type of which there are most, of as many the first by name."""
    return min(types, key=lambda name: (-types[name], name))


def type_of(shape: str, scope: str) -> str:
    """Return the annotation type of an event that made or deleted, "" if unknown."""
    shape = shape.casefold()
    if scope.endswith("tags"):
        return "image_tag"
    if scope.endswith("tracks") and shape == "rectangle":
        return "video_box"
    return SHAPES.get(shape, "")


def _added_up(content: Content, stated: Stated) -> Iterator[Found]:
    """Raise TypeError: events become no pieces one by one, see `event_logs`."""
    raise TypeError("An event log is added up as it is read.")


EVENT_LOG = Reader(
    key="cvat_events",
    name="CVAT event log",
    clock="label",
    scope="while hands move in CVAT; gaps of 100 s and more count as nothing",
    recognises=lambda content: (
        (table := as_table(content)) is not None and is_event_log(table.names)
    ),
    read=_added_up,
    each_is="event",
    window_days=30,
)


def _summary(report: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the figures of a quality report, whichever shape it has."""
    for key in ("comparison_summary", "summary"):
        found = report.get(key)
        if isinstance(found, Mapping):
            inner = found.get("annotations")
            return {**found, **(inner if isinstance(inner, Mapping) else {})}
    return None


def _reports(content: Content) -> list[Mapping[str, Any]]:
    if not isinstance(content, Document):
        return []
    data = content.data
    if isinstance(data, Mapping) and isinstance(data.get("results"), list):
        data = data["results"]
    rows = data if isinstance(data, list) else [data]
    fits = all(
        isinstance(one, Mapping)
        and "created_date" in one
        and (summary := _summary(one)) is not None
        and "conflict_count" in summary
        for one in rows
    )
    return rows if rows and fits else []


def _quality(content: Content, stated: Stated) -> Iterator[Found]:
    reports = _reports(content)
    of_jobs = {one.get("parent_id") for one in reports if one.get("job_id") is not None}
    for number, report in enumerate(reports, start=1):
        yield attempt(
            number,
            lambda: _report(number, report, of_jobs, stated),  # noqa: B023
        )


def _report(
    number: int, report: Mapping[str, Any], parents: set[Any], stated: Stated
) -> Found:
    summary = _summary(report) or {}
    if report.get("job_id") is None and report.get("id") in parents:
        return LeftOut(
            row=number,
            reason="sums up reports that are in the file",
            code="aggregate_rows",
        )
    frames = summary.get("frame_count", summary.get("validation_frames"))
    total, valid = summary.get("total_count"), summary.get("valid_count")
    if frames == 0 or not summary.get("gt_count") or not isinstance(total, int):
        return LeftOut(
            row=number,
            reason="no frames were validated, so its accuracy of 0 is not measured",
            code="zero_score",
        )
    if not isinstance(valid, int) or not 0 <= valid <= total:
        raise CellError(
            "more_than_whole", f"is {valid} of {total}.", column="valid_count"
        )
    about = next(
        (kind for kind in ("job", "task", "project") if report.get(f"{kind}_id")), "job"
    )
    cells = Cells(
        number,
        {
            "at": str(report["created_date"]),
            "who": str((report.get("assignee") or {}).get("username", "")),
            "batch": f"{about} {report.get(f'{about}_id')}",
        },
    )
    at = cells.moment("at", zone="UTC")
    values = known(
        batch=cells.text("batch"),
        stage="audit",
        annotation_type=stated.annotation_type,
        actor=cells.text("who"),
        clock="label",
        tool="CVAT",
        gold_n=total,
        gold_correct=valid,
    )
    return Piece(
        row=number,
        values=values,
        end=at,
        identity=f"{report.get('id')}",
        stands_for=f"CVAT {about} {report.get(f'{about}_id')}",
    )


QUALITY = Reader(
    key="cvat_quality",
    name="CVAT quality report",
    clock="label",
    scope="nowhere: a quality report times nothing",
    recognises=lambda content: bool(_reports(content)),
    read=_quality,
    each_is="report",
)

STATE_OF_WORK = {"groundtruth": "ground truth", "consensusreplica": "consensus replica"}


def _job(cells: Cells, stated: Stated) -> Found:
    kind = plain(cells.raw("type"))
    if kind in STATE_OF_WORK:
        return LeftOut(
            row=cells.number, reason=f"a {STATE_OF_WORK[kind]} job: no volume delivered"
        )
    if cells.raw("state") != "completed":
        return LeftOut(row=cells.number, reason="a job that is not completed")
    values = known(
        batch=f"job {cells.text('id')}",
        stage="label",
        annotation_type=stated.annotation_type,
        actor=cells.text("assigneeusername", "assignee"),
        clock="label",
        tool="CVAT",
        items=cells.count("framecount"),
    )
    return Piece(
        row=cells.number,
        values=values,
        end=cells.moment("updateddate", zone="UTC"),
        stands_for=f"CVAT job {cells.text('id')}",
    )


JOBS = table_reader(
    key="cvat_jobs",
    name="CVAT jobs",
    clock="label",
    scope="nowhere: the list of jobs times nothing",
    needs=("id", "taskid", "stage", "state", "framecount", "startframe", "stopframe"),
    piece=_job,
    each_is="job",
)


def _analytics(content: Content, stated: Stated) -> Iterator[Found]:
    table = as_table(content)
    if table is None:
        return
    changes: list[Change] = []

    def piece(cells: Cells) -> Found:
        end = cells.moment("endutctime", zone="UTC")
        start = cells.moment("startutctime", zone="UTC")
        number = cells.text("jobid")
        review = cells.raw("stage").casefold() in ("validation", "acceptance")
        kind = plain(cells.raw("type"))
        values = known(
            batch=f"job {number}" if number else UNALLOCATED,
            stage="audit" if kind in STATE_OF_WORK else "review" if review else "label",
            annotation_type=stated.annotation_type,
            actor=cells.text("user", "assignee"),
            clock="label",
            tool="CVAT",
            active_seconds=cells.seconds(
                "workingtimems", "workingtime", each=THOUSANDTH
            ),
        )
        made, gone = cells.count("createdobjects"), cells.count("deletedobjects")
        at = end or start
        if not review and kind not in STATE_OF_WORK and made is not None and at:
            changes.append(
                Change(
                    row=cells.number,
                    at=at,
                    of=(number, ""),
                    by=values.get("actor", ""),
                    units=made - (gone or 0),
                    values=values,
                )
            )
        return Piece(row=cells.number, values=values, start=start, end=end)

    found = list(each_row(table, piece))
    netted = {one.row: one for one in net(changes) if isinstance(one, Piece)}
    for one in found:
        if isinstance(one, Piece) and one.row in netted:
            units = netted[one.row].values["units_produced"]
            yield replace(one, values={**one.values, "units_produced": units})
        else:
            yield one


ANALYTICS = Reader(
    key="cvat_analytics",
    name="CVAT analytics, events table",
    clock="label",
    scope="while hands move in CVAT; gaps of 100 s and more count as nothing",
    recognises=lambda content: (
        (table := as_table(content)) is not None
        and {plain(name) for name in table.names}.issuperset(
            {"jobid", "stage", "state", "startutctime", "createdobjects"}
        )
    ),
    read=_analytics,
    each_is="status",
)
READERS = (EVENT_LOG, QUALITY, JOBS, ANALYTICS)
