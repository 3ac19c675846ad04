"""Reads of jobs: those of a workspace, one of them, and what is done before it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from quotes.models import ENDED, Job, JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The jobs of all workspaces that have no end yet, in turn.

    `is_worked`: a worker has one of them and was heard of lately.
    """

    turns: tuple[tuple[datetime, int], ...]
    is_worked: bool

    def before(self, job: Job) -> int:
        """Return how many jobs are done before one that waits."""
        return bisect_left(self.turns, (job.created_at, job.pk))


def queue_at(moment: datetime) -> Queue:
    """Return the jobs that have no end, as they are at a moment."""
    rows = list(
        Job.objects.exclude(state__in=ENDED)
        .order_by("created_at", "pk")
        .values_list("created_at", "pk", "state", "until")
    )
    return Queue(
        turns=tuple((created, pk) for created, pk, _, _ in rows),
        is_worked=any(
            state == JobState.RUNNING and until is not None and until > moment
            for _, _, state, until in rows
        ),
    )


def jobs_of(workspace: Any) -> QuerySet[Job]:
    """Return the jobs of a workspace, newest first, without what they hold."""
    return (
        Job.objects.filter(workspace=workspace)
        .select_related("owner")
        .defer("asked", "result")
    )


def open_job(workspace: Any, *, kind: str, asked: dict[str, Any]) -> Job | None:
    """Return a job that has no end yet and was asked the very same, if there is one."""
    rows = Job.objects.filter(workspace=workspace, kind=kind).exclude(state__in=ENDED)
    return next((one for one in rows if one.asked == asked), None)


def job_here(pk: int, *, workspace: Any, kind: str | None = None) -> Job | None:
    """Return a job of a workspace, None if it has none of this number."""
    found = Job.objects.filter(pk=pk, workspace=workspace).select_related("owner")
    return (found if kind is None else found.filter(kind=kind)).first()
