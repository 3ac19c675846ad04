"""The delays of a project with the working days that each took, by whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from quotes import models
from quotes.queries.plans import plan_of
from scoping import queries as scoping


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """A delay, its last day or None while it goes on, and its working days so far."""

    row: models.Delay
    through: date | None
    days: int


def delays_of(project: models.Project, *, today: date) -> list[Waited]:
    """Return the delays of a project, the first one first; days are the site's."""
    plan = plan_of(project).get("plan") or {}
    calendar = scoping.workdays(project.workspace).calendar(
        plan.get("calendar", project.site)
    )
    ends = {
        one.delay_id: one.through
        for one in models.DelayEnd.objects.filter(delay__project=project)
    }
    rows = models.Delay.objects.filter(project=project).order_by("number")
    return [
        Waited(
            row=row,
            through=ends.get(row.pk),
            days=calendar.count(row.begun, ends.get(row.pk, today) + timedelta(days=1)),
        )
        for row in rows
    ]


def delay_of(project: models.Project, number: int) -> models.Delay | None:
    """Return a delay of a project by its number."""
    return (
        models.Delay.objects.filter(project=project, number=number)
        .select_related("project", "workspace")
        .first()
    )
