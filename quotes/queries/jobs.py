"""Reads of jobs: those of a workspace, one of them, and how many wait before it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from quotes.models import ENDED, Job


def jobs_of(workspace: Any) -> QuerySet[Job]:
    """Return the jobs of a workspace, newest first, without what they hold."""
    return (
        Job.objects.filter(workspace=workspace)
        .select_related("owner")
        .defer("asked", "result")
    )


def job_here(pk: int, *, workspace: Any, kind: str | None = None) -> Job | None:
    """Return a job of a workspace, None if it has none of this number."""
    found = Job.objects.filter(pk=pk, workspace=workspace).select_related("owner")
    return (found if kind is None else found.filter(kind=kind)).first()


def before(job: Job) -> int:
    """Return how many jobs are done before one that waits, of all workspaces."""
    open_ones = Job.objects.exclude(state__in=ENDED).exclude(pk=job.pk)
    return open_ones.filter(created_at__lte=job.created_at).count()
