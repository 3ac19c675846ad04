"""Logs of single clicks: tasks of a crowd whose objects carry the moment of each mark.

The seconds run from the first mark to the last one: looking for the first object is in
no one of them. The id of a task is no key: another worker may have done it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from quotes.ingest.content import Content, Document, cell_text, records
from quotes.ingest.fields import CellError
from quotes.ingest.times import named_instant
from quotes.ingest.work import Found, Piece, Stated

from .base import Cells, Reader, attempt, known

THOUSAND = Decimal(1000)
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def _is_tasks(content: Content) -> bool:
    data = content.data if isinstance(content, Document) else None
    if not isinstance(data, Mapping):
        return False
    tasks = data.get("annotations")
    return (
        isinstance(tasks, list)
        and bool(tasks)
        and all(
            isinstance(one, Mapping)
            and "worker" in one
            and isinstance(one.get("answer"), Mapping)
            for one in tasks
        )
    )


def _tasks(content: Content, stated: Stated) -> Iterator[Found]:
    data = content.data if isinstance(content, Document) else {}
    for number, task in enumerate(data["annotations"], start=1):
        yield attempt(number, lambda: _task(number, task))  # noqa: B023


def _task(number: int, task: Mapping[str, Any]) -> Found:
    images = task["answer"].get("images")
    if not isinstance(images, Mapping):
        raise CellError("required", "The task answers about no image.", column="images")
    objects = [
        one for marks in images.values() for one in marks or [] if isinstance(one, list)
    ]
    parts = [part for one in objects for part in _parts(one)]
    boxes = all(len(_parts(one)) == 1 for one in objects)
    times = [int(part["timestamp"]) for part in parts]
    cells = Cells(
        number, {"batch": str(task.get("id", "tasks")), "worker": str(task["worker"])}
    )
    first, last = (min(times), max(times)) if times else (None, None)
    values = known(
        batch=cells.text("batch"),
        stage="label",
        annotation_type="bounding_box" if boxes else "keypoint",
        actor=cells.text("worker"),
        clock="gesture",
        tool="crowd task",
        items=len(images),
        units_produced=len(objects) if boxes else len(parts),
        active_seconds=None
        if first is None or last is None
        else Decimal(last - first) / THOUSAND,
    )
    return Piece(row=number, values=values, start=_moment(first), end=_moment(last))


def _parts(one: Sequence[Any]) -> list[Mapping[str, Any]]:
    """Return the marks of an object, which is written as its name and its marks.

    A mark without a moment was never set by a hand.
    """
    return [
        part for part in one[1:] if isinstance(part, Mapping) and part.get("timestamp")
    ]


def _moment(milliseconds: int | None) -> datetime | None:
    """Return a moment. Raises CellError for what no calendar has."""
    if milliseconds is None:
        return None
    try:
        return BEGIN + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise CellError(
            "date_out_of_window",
            "A mark has a timestamp that no calendar has.",
            column="timestamp",
        ) from None


TASKS = Reader(
    key="click_tasks",
    name="Crowd tasks with the moment of each mark",
    clock="gesture",
    scope="from the first mark of a task to its last; finding the first is not in it",
    recognises=_is_tasks,
    read=_tasks,
    each_is="task",
)


def _is_spots(content: Content) -> bool:
    rows = records(content)
    return bool(rows) and all(
        {"raw_data", "worker_id", "time_when_completed"} <= set(one)
        for one in rows or []
    )


def _spots(content: Content, stated: Stated) -> Iterator[Found]:
    for number, one in enumerate(records(content) or [], start=1):
        yield attempt(number, lambda: _spot(number, one, stated))  # noqa: B023


def _spot(number: int, one: Mapping[str, Any], stated: Stated) -> Found:
    marks = [
        mark
        for group in one["raw_data"] or []
        for mark in (group if isinstance(group, list) else [group])
        if isinstance(mark, Mapping)
    ]
    times = [int(mark["timestamp"]) for mark in marks if mark.get("timestamp")]
    cells = Cells(
        number,
        {
            "done": cell_text(one["time_when_completed"]),
            "worker": cell_text(one["worker_id"]),
            "image": cell_text(one.get("image_filename")),
        },
    )
    values = known(
        batch="clicks",
        stage="label",
        annotation_type="keypoint",
        actor=cells.text("worker"),
        clock="label",
        tool="crowd task",
        items=1,
        units_produced=len(marks),
        active_seconds=Decimal(max(times)) / THOUSAND if times else None,
    )
    return Piece(
        row=number,
        values=values,
        end=cells.moment("done", zone=stated.zone, read=named_instant),
    )


SPOTS = Reader(
    key="click_jobs",
    name="Click jobs",
    clock="label",
    scope="from opening an image to the last click on it",
    recognises=_is_spots,
    read=_spots,
    each_is="item",
)
READERS = (TASKS, SPOTS)
