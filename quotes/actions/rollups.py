"""The roll-ups of the portfolio, made again in the transaction that moves them.

A roll-up's row is locked before it is made, in the order of the projects: of two
transactions that move one project the second makes it from what the first committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.queries.rollups import gate_figures, work_figures


@transaction.atomic
def roll_up(projects: Iterable[models.Project], *, now: datetime) -> None:
    """Make the figures of projects again from their plans and ledgers."""
    for project in sorted(projects, key=lambda one: one.pk):
        _store(models.ProjectRollup, project, work_figures, now=now, **_first(project))


@transaction.atomic
def roll_up_gates(project: models.Project, *, now: datetime) -> None:
    """Make the counts of a project's batches again from their moves."""
    _store(models.GateRollup, project, gate_figures, now=now)


def _first(project: models.Project) -> dict[str, Any]:
    """Return what a row needs before its figures are made."""
    return {"promised": project.start_on, "currency": project.currency}


def _store(
    model: Any,
    project: models.Project,
    made: Callable[[models.Project, datetime], dict[str, Any]],
    *,
    now: datetime,
    **first: Any,
) -> None:
    locked = model.objects.select_for_update().filter(project=project).first()
    if locked is None:
        told = {"workspace": project.workspace, "at": now} | first
        model.objects.get_or_create(project=project, defaults=told)
        locked = model.objects.select_for_update().get(project=project)
    for name, value in made(project, now).items():
        setattr(locked, name, value)
    locked.at = now
    locked.save()
