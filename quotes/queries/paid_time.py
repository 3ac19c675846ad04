"""Reads of a project's paid time by team and week, for what its hours really cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.actual_rates import PaidTime
from quotes.calc.delivery import client_delays
from quotes.calc.paid import Day, Seen, split_days
from quotes.calc.paid_weeks import PersonDay, paid_weeks
from quotes.queries.ledger import current_records
from quotes.queries.paid import called, current_paid, person
from scoping.calc.sla import Delay

CLIENT = frozenset({"client", "customer", "the client"})
"""How timesheets name the client as the owner of a waiting."""


def paid_time(
    project: models.Project,
    records: Sequence[models.WorkRecord],
    *,
    as_of: datetime | None = None,
) -> tuple[PaidTime, ...]:
    """Return what the project's teams were paid for, week by week; none if unknown."""
    rows = [
        row
        for row in current_paid(project.workspace, as_of=as_of).values()
        if row.what == models.PaidRecord.TIME and row.day is not None
    ]
    if not rows:
        return ()
    teams = _teams(project, records)
    people = {who for who, _ in teams}
    own = [row for row in rows if person(row.person) in people]
    seen = [*_seen(project, records)]
    for other in _others(project, people):
        found = current_records(other, as_of=as_of).values()
        seen += [one for one in _seen(other, found) if one.person in people]
    words = called(project, as_of=as_of)
    parts = split_days([_day(row, project, words) for row in own], seen)
    return paid_weeks(
        (part for part in parts if part.project == project.slug),
        teams=teams,
        waiting=_waiting(project, own),
    )


def _day(row: models.PaidRecord, project: models.Project, words: set[str]) -> Day:
    named = row.project_name.casefold()
    paid = Decimal(row.paid_seconds or 0)
    return Day(
        person=person(row.person),
        day=row.day or date.min,
        seconds=paid,
        project=(project.slug if named in words else named) if named else None,
        leave=min(Decimal(row.leave_seconds or 0), paid),
    )


def delays_of_client(
    project: models.Project, *, as_of: datetime | None = None
) -> tuple[Delay, ...]:
    """Return when the project waited for its client: by timesheets and by its log."""
    return (*timesheet_delays(project, as_of=as_of), *_logged(project, as_of=as_of))


def timesheet_delays(
    project: models.Project, *, as_of: datetime | None = None
) -> tuple[Delay, ...]:
    """Return the days on which, by timesheets, a project waits for its client."""
    waited_at_all = models.PaidRecord.objects.filter(
        workspace=project.workspace, waiting_seconds__gt=0
    )
    if not waited_at_all.exists():
        return ()
    words = called(project, as_of=as_of)
    owners = _owners(project)
    sums: dict[date, tuple[Decimal, Decimal]] = {}
    for row in current_paid(project.workspace, as_of=as_of).values():
        if row.what != models.PaidRecord.TIME or row.day is None:
            continue
        if row.project_name.casefold() not in words:
            continue
        worked, waited = sums.get(row.day, (Decimal(0), Decimal(0)))
        hers = row.waiting_owner.casefold() in owners
        sums[row.day] = (
            worked + Decimal(row.paid_seconds or 0) - Decimal(row.leave_seconds or 0),
            waited + (Decimal(row.waiting_seconds or 0) if hers else 0),
        )
    return client_delays(sums)


def _logged(project: models.Project, *, as_of: datetime | None) -> Iterator[Delay]:
    """Yield the client's delays of the log, as far as they were known at a moment."""
    rows = models.Delay.objects.filter(project=project, owner=models.Delay.CLIENT)
    ends = models.DelayEnd.objects.filter(delay__project=project)
    if as_of is not None:
        rows, ends = rows.filter(at__lte=as_of), ends.filter(at__lte=as_of)
    through = dict(ends.values_list("delay_id", "through"))
    for row in rows.order_by("number"):
        last = through.get(row.pk, date.max)
        yield Delay(owner="client", first=row.begun, last=last)


def _owners(project: models.Project) -> frozenset[str]:
    """Return what a timesheet calls the client who owns waiting."""
    if project.client is None:
        return CLIENT
    return CLIENT | {project.client.name.casefold()}


def _waiting(
    project: models.Project, rows: Iterable[models.PaidRecord]
) -> dict[PersonDay, Decimal]:
    """Return the share of paid days that was waiting which the client owns."""
    owners = _owners(project)
    found: dict[PersonDay, Decimal] = {}
    for row in rows:
        worked = Decimal(row.paid_seconds or 0) - Decimal(row.leave_seconds or 0)
        waited = Decimal(row.waiting_seconds or 0)
        if row.day and row.waiting_owner.casefold() in owners and 0 < waited < worked:
            found[person(row.person), row.day] = waited / worked
    return found


def _teams(
    project: models.Project, records: Iterable[models.WorkRecord]
) -> dict[PersonDay, str]:
    zone = ZoneInfo(project.time_zone)
    return {
        (person(row.actor), _day_of(row, zone)): row.pod
        for row in records
        if row.actor and row.active_seconds and (row.period_end or row.period_start)
    }


def _seen(
    project: models.Project, records: Iterable[models.WorkRecord]
) -> Iterable[Seen]:
    """Yield what tools saw of people by day, on the clock that they are paid for."""
    zone = ZoneInfo(project.time_zone)
    for row in records:
        if (
            row.actor
            and row.active_seconds
            and row.clock == project.paid_clock
            and (row.period_end or row.period_start)
        ):
            yield Seen(
                person=person(row.actor),
                day=_day_of(row, zone),
                project=project.slug,
                seconds=row.active_seconds,
            )


def _day_of(row: models.WorkRecord, zone: ZoneInfo) -> date:
    moment = row.period_end or row.period_start
    return date.min if moment is None else moment.astimezone(zone).date()


def _others(project: models.Project, people: set[str]) -> list[models.Project]:
    """Return the other projects in which the same people were seen."""
    pairs = (
        models.WorkRecord.objects.filter(workspace=project.workspace)
        .exclude(project=project)
        .order_by()
        .values_list("project_id", "actor")
        .distinct()
    )
    shared = {pk for pk, actor in pairs if person(actor) in people}
    return list(models.Project.objects.filter(pk__in=shared))
