"""Closing the books of a project: what comes later is booked in the next open month."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from quotes import models
from scoping import audit

from . import RefusedError


@transaction.atomic
def close_period(
    project: models.Project, through: date, *, by: Any, now: datetime
) -> models.ClosedPeriod:
    """Close the books of a project through a day; later files are booked after it.

    Raises RefusedError for a day that is not over, or that was closed before.
    """
    models.Project.objects.select_for_update().get(pk=project.pk)
    last = (
        models.ClosedPeriod.objects.filter(project=project).order_by("-through").first()
    )
    if through >= now.astimezone(ZoneInfo(project.time_zone)).date():
        raise RefusedError("period_is_open", f"{through} is not over yet.")
    if last is not None and through <= last.through:
        raise RefusedError("period_is_closed", f"{last.through} was closed before.")
    closed = models.ClosedPeriod.objects.create(
        workspace=project.workspace, project=project, through=through, by=by, at=now
    )
    audit.record(
        workspace=project.workspace,
        actor=str(by or "command line"),
        action="close_period",
        subject=f"project {project.slug}",
        after={"through": through.isoformat()},
        at=now,
    )
    return closed
