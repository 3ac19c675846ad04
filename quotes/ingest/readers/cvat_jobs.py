"""What an event log of CVAT says of its jobs: their stages, and which models helped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quotes.ingest.fields import CellError, text

from .base import Cells

STAGES = {"annotation": "label", "validation": "review", "acceptance": "audit"}
REWORK = "rework"


@dataclass(slots=True)
class Job:
    """The changes of a job: when, to which stage or state, from what.

    `functions` are the models that labelled in it.
    """

    stages: list[tuple[datetime, str, str]] = field(default_factory=list)
    rejected: list[datetime] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)


def noted(
    jobs: dict[str, Job],
    cells: Cells,
    payload_of: Callable[[Cells], Mapping[str, Any]],
) -> None:
    """Note what a row says of its job; the stages are put in order afterwards.

    Raises CellError for a model whose name is none.
    """
    scope = cells.raw("scope")
    if scope == "call:function":
        function = payload_of(cells).get("function")
        name = function.get("id") if isinstance(function, Mapping) else None
        if name and cells.raw("jobid"):
            job = jobs.setdefault(cells.raw("jobid"), Job())
            job.functions.add(_model(str(name)))
    if scope == "update:job":
        at = _moment(cells)
        if at is not None:
            job = jobs.setdefault(cells.raw("jobid"), Job())
            _add(job, at, cells, str(payload_of(cells).get("old_value", "")))


def _model(name: str) -> str:
    try:
        return text(name)
    except CellError as error:
        raise CellError(
            error.code, f"names a model whose name {error}", column="payload"
        ) from None


def _moment(cells: Cells) -> datetime | None:
    """Return when an event was; None where the row will be refused for it."""
    try:
        return cells.moment("timestamp", zone="UTC")
    except CellError:
        return None


def _add(job: Job, at: datetime, cells: Cells, old: str) -> None:
    value = cells.raw("objval")
    if cells.raw("objname") == "stage":
        job.stages.append((at, value, old))
        if STAGES.get(value) == "label" and STAGES.get(old, "label") != "label":
            job.rejected.append(at)
    elif value == "rejected":
        job.rejected.append(at)
