"""The log of delays: days on which a project waits, whose they are, and their end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.queries.delays import still_waiting
from quotes.queries.gates import work_day
from scoping import audit
from scoping.access import Act, may

from .rollups import roll_up

MOST_TEXT, MOST_CLAUSE = 500, 200


@transaction.atomic
def record_delay(  # noqa: PLR0913 - whose delay, since when, why, all named
    project: models.Project,
    *,
    owner: str,
    begun: date | None,
    why: str,
    clause: str = "",
    by: Any,
    role: str,
    now: datetime,
) -> models.Delay:
    """Write down that a project waits, since when, and by whose delay."""
    _may(role)
    models.Project.objects.select_for_update().get(pk=project.pk)
    text = why.strip()
    if owner not in models.Delay.OWNERS:
        raise RefusedError("owner_missing", "Say whose delay it is.")
    if not text or len(text) > MOST_TEXT:
        raise RefusedError(
            "why_missing", f"Write what the project waits for, {MOST_TEXT} characters."
        )
    if begun is None or not project.start_on <= begun <= work_day(project, now):
        raise RefusedError(
            "before_start",
            f"Write since which day it waits: from {project.start_on} to today.",
        )
    made = models.Delay.objects.create(
        workspace=project.workspace,
        project=project,
        number=models.Delay.objects.filter(project=project).count() + 1,
        owner=owner,
        begun=begun,
        why=text,
        clause=clause.strip()[:MOST_CLAUSE],
        by=str(by),
        at=now,
    )
    roll_up([project], now=now)
    _write_down(made, "record_delay", {"owner": owner, "why": text}, by=by, now=now)
    return made


@transaction.atomic
def end_delay(
    delay: models.Delay, through: date | None, *, by: Any, role: str, now: datetime
) -> models.DelayEnd:
    """Write down the last day of a delay, once."""
    _may(role)
    models.Project.objects.select_for_update().get(pk=delay.project_id)
    if models.DelayEnd.objects.filter(delay=delay).exists():
        raise RefusedError("delay_ended", "The end of this delay is written down.")
    if through is None or not delay.begun <= through <= work_day(delay.project, now):
        raise RefusedError(
            "before_start", f"Write its last day: from {delay.begun} to today."
        )
    made = models.DelayEnd.objects.create(
        workspace=delay.workspace, delay=delay, through=through, by=str(by), at=now
    )
    roll_up([delay.project], now=now)
    after = {"through": through.isoformat()}
    _write_down(delay, "end_delay", after, by=by, now=now)
    return made


def wait_on(*, now: datetime) -> int:
    """Move the forecasts of projects that still wait to another day; return how many.

    Each once a day: a roll-up of today knows the wait through today.
    """
    moved = [
        project
        for project in still_waiting()
        if _rolled_up_on(project) < work_day(project, now)
    ]
    for project in moved:
        roll_up([project], now=now)
    return len(moved)


def _rolled_up_on(project: models.Project) -> date:
    rollup = models.ProjectRollup.objects.filter(project=project).first()
    return date.min if rollup is None else work_day(project, rollup.at)


def _write_down(
    delay: models.Delay, action: str, after: object, *, by: Any, now: datetime
) -> None:
    audit.record(
        workspace=delay.workspace,
        actor=str(by),
        action=action,
        subject=f"delay {delay.number} of project {delay.project.slug}",
        after=after,
        at=now,
    )


def _may(role: str) -> None:
    if not may(role, Act.CHANGE_PLAN):
        raise RefusedError("not_allowed", f"The role {role} may not log a delay.")
