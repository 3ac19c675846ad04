"""What an event log of CVAT says of its jobs: their stages, and which models helped."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
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

    @property
    def models(self) -> list[list[str | None]]:
        """Return the models as a record has them: how many units, nobody knows."""
        return [[name, None] for name in sorted(self.functions)]

    def stage_at(self, moment: datetime) -> str:
        """Return the stage at a moment; labelling after a rejection is rework."""
        place = bisect_right([one[0] for one in self.stages], moment)
        if place:
            word = self.stages[place - 1][1]
        else:
            word = self.stages[0][2] if self.stages else ""
        stage = STAGES.get(word, "label")
        again = stage == "label" and any(when <= moment for when in self.rejected)
        return REWORK if again else stage


def timelines(
    rows: Iterable[Cells], payload_of: Callable[[Cells], Mapping[str, Any]]
) -> dict[str, Job]:
    """Return the changes of each job in order of time, whatever order the rows have."""
    jobs: dict[str, Job] = {}
    for cells in rows:
        if cells.raw("scope") == "call:function":
            function = payload_of(cells).get("function")
            name = function.get("id") if isinstance(function, Mapping) else None
            if name and cells.raw("jobid"):
                job = jobs.setdefault(cells.raw("jobid"), Job())
                job.functions.add(text(str(name)))
        if cells.raw("scope") != "update:job":
            continue
        at = _moment(cells)
        if at is not None:
            job = jobs.setdefault(cells.raw("jobid"), Job())
            _add(job, at, cells, str(payload_of(cells).get("old_value", "")))
    for job in jobs.values():
        job.stages.sort()
    return jobs


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
