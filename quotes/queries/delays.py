"""The delays of a project with the working days that each took, by whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from quotes import models
from quotes.calc.waiting import Wait
from quotes.queries.gates import work_day
from quotes.queries.paid_time import timesheet_delays
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


def waits_of(
    project: models.Project,
    *,
    as_of: datetime | None = None,
    today: date | None = None,
) -> tuple[Wait, ...]:
    """Return the days on which a project waits, as they were known at a moment.

    What goes on counts through `today`; without one, through the day it was logged.
    """
    rows = models.Delay.objects.filter(project=project)
    ends = models.DelayEnd.objects.filter(delay__project=project)
    if as_of is not None:
        rows, ends = rows.filter(at__lte=as_of), ends.filter(at__lte=as_of)
    through = dict(ends.values_list("delay_id", "through"))
    logged = [
        Wait(
            first=row.begun,
            last=through.get(row.pk)
            or max(row.begun, today or work_day(project, row.at)),
            hers=row.owner == models.Delay.CLIENT,
        )
        for row in rows.order_by("number")
    ]
    from_timesheets = [
        Wait(first=one.first, last=one.last, hers=True)
        for one in timesheet_delays(project, as_of=as_of)
    ]
    return (*logged, *from_timesheets)


def still_waiting() -> list[models.Project]:
    """Return the projects of all workspaces with a delay that goes on."""
    going_on = models.Delay.objects.filter(end__isnull=True)
    return list(
        models.Project.objects.filter(pk__in=going_on.values("project"))
        .select_related("baseline", "workspace")
        .order_by("pk")
    )
