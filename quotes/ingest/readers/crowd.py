"""Crowd platforms: Mechanical Turk, Zooniverse, CrowdFlower (Appen).

They time from taking a task to sending it in, on a clock that also runs while the
worker is away; several judgements of one page share one begin and one end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from quotes.ingest.fields import CellError
from quotes.ingest.times import instant, named_instant, us_instant
from quotes.ingest.work import Found, LeftOut, Piece, Stated

from .base import Cells, known, table_reader

ONE_EACH = ("image_tag", "semantic_mask")
"""Types of which an answer about an image is one unit."""


def between(start: datetime | None, end: datetime | None) -> Decimal | None:
    """Return the seconds between two moments, None where one is missing.

    Raises CellError where the end lies before the start.
    """
    if start is None or end is None:
        return None
    passed = end - start
    seconds = Decimal(passed.days * 86400 + passed.seconds)
    seconds += Decimal(passed.microseconds) / 1_000_000
    if seconds < 0:
        raise CellError("ends_before_start", "The work ends before it starts.")
    return seconds


def _list_in(cell: str) -> int | None:
    """Return how long the list in a cell of JSON is, None where there is none."""
    if cell[:1] not in ("[", "{"):
        return None
    try:
        found = json.loads(cell)
    except ValueError:
        return None
    while isinstance(found, Mapping) and found:
        found = next(iter(found.values()))
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return None
    return len(found)


def _assignment(cells: Cells, stated: Stated) -> Found:
    accepted = cells.moment("accepttime", zone=stated.zone, read=named_instant)
    sent = cells.moment("submittime", zone=stated.zone, read=named_instant)
    status = cells.raw("assignmentstatus").casefold()
    if sent is None:
        return LeftOut(row=cells.number, reason="an assignment that was not sent in")
    seconds = cells.seconds("worktimeinseconds")
    if seconds is None:
        seconds = between(accepted, sent)
    lists = [
        size
        for name, cell in cells.by_name.items()
        if name.startswith("answer") and (size := _list_in(cell)) is not None
    ]
    units = sum(lists) if lists else None
    if units is None and stated.annotation_type in ONE_EACH:
        units = 1
    values = known(
        batch=f"hit type {cells.text('hittypeid')}"
        if cells.has("hittypeid")
        else "hits",
        stage="label",
        annotation_type=stated.annotation_type,
        actor=cells.text("workerid"),
        clock="session",
        tool="Mechanical Turk",
        items=1,
        units_produced=units,
        units_passed=units if status == "approved" else None,
        units_rejected=units if status == "rejected" else None,
        active_seconds=seconds,
    )
    return Piece(
        row=cells.number,
        values=values,
        start=accepted,
        end=sent,
        identity=cells.text("assignmentid"),
        item=cells.text("hitid"),
    )


MTURK = table_reader(
    key="mturk",
    name="Mechanical Turk batch results",
    clock="session",
    scope="from accepting a task to sending it in; waiting in the queue is in it",
    needs=("hitid", "assignmentid", "workerid", "accepttime", "submittime"),
    piece=_assignment,
    long=True,
    each_is="item",
)


def _object(cells: Cells, name: str) -> Any:
    try:
        return json.loads(cells.raw(name) or "null")
    except ValueError:
        raise CellError("bad_json", "holds no JSON.", column=name) from None


def _classification(cells: Cells, stated: Stated) -> Found:
    metadata = _object(cells, "metadata")
    if not isinstance(metadata, Mapping):
        raise CellError("required", "is empty.", column="metadata")
    inner = Cells(
        cells.number,
        {
            "startedat": str(metadata.get("started_at") or ""),
            "finishedat": str(metadata.get("finished_at") or ""),
        },
    )
    start = inner.moment("startedat", zone="UTC")
    end = inner.moment("finishedat", zone="UTC")
    marks = drawn(_object(cells, "annotations"))
    values = known(
        batch=f"workflow {cells.text('workflowid')}",
        stage="label",
        annotation_type=stated.annotation_type or ("" if marks else "image_tag"),
        actor=cells.text("username"),
        clock="session",
        tool="Zooniverse",
        items=1,
        units_produced=marks or 1,
        active_seconds=between(start, end),
    )
    return Piece(
        row=cells.number,
        values=values,
        start=start,
        end=end or cells.moment("createdat", zone="UTC", read=instant),
        identity=cells.text("classificationid"),
        item=cells.text("subjectids"),
    )


def drawn(annotations: Any) -> int:
    """Return how many marks were drawn: values that name a tool and a place."""
    if not isinstance(annotations, list):
        return 0
    values = [one.get("value") for one in annotations if isinstance(one, Mapping)]
    return sum(
        1
        for value in values
        if isinstance(value, list)
        for mark in value
        if isinstance(mark, Mapping) and ("tool" in mark or "toolIndex" in mark)
    )


ZOONIVERSE = table_reader(
    key="zooniverse",
    name="Zooniverse classifications",
    clock="session",
    scope="from seeing a subject to sending it in, by the volunteer's own clock",
    needs=("classificationid", "workflowid", "metadata", "annotations", "subjectids"),
    piece=_classification,
    long=True,
    each_is="item",
)


def _judgement(cells: Cells, stated: Stated) -> Found:
    start = cells.moment("startedat", zone=stated.zone, read=us_instant)
    end = cells.moment("createdat", zone=stated.zone, read=us_instant)
    values = known(
        batch="judgements",
        stage="label",
        annotation_type=stated.annotation_type or "image_tag",
        actor=cells.text("workerid"),
        clock="session",
        tool="CrowdFlower",
        items=1,
        units_produced=1,
        units_rejected=1 if cells.is_yes("tainted") else None,
        active_seconds=between(start, end),
    )
    return Piece(
        row=cells.number,
        values=values,
        start=start,
        end=end,
        identity=cells.text("id"),
        item=cells.text("unitid"),
    )


CROWDFLOWER = table_reader(
    key="crowdflower",
    name="CrowdFlower (Appen) judgements",
    clock="session",
    scope="from opening a page to sending it in; the judgements of a page share it",
    needs=("unitid", "createdat", "startedat", "workerid", "trust", "tainted"),
    piece=_judgement,
    long=True,
    each_is="item",
)


def _trial(cells: Cells, stated: Stated) -> Found:
    cell = cells.raw("rt")
    answered = cells.raw("objectresponse").casefold() not in ("", "na", "nan")
    values = known(
        batch=f"session {cells.text('session')}",
        stage="label",
        annotation_type="image_tag",
        actor=cells.text("subj"),
        clock="gesture",
        tool="reaction times",
        items=1,
        units_produced=1 if answered else 0,
        active_seconds=None
        if cell.casefold() in ("", "na", "nan")
        else cells.seconds("rt"),
    )
    return Piece(row=cells.number, values=values, item=cells.text("imagename"))


TRIALS = table_reader(
    key="trials",
    name="Trials with reaction times",
    clock="gesture",
    scope="from showing an image to the answer; showing it takes no time of it",
    needs=("subj", "session", "trial", "rt", "objectresponse", "imagename"),
    piece=_trial,
    long=True,
    each_is="item",
)
READERS = (MTURK, ZOONIVERSE, CROWDFLOWER, TRIALS)
