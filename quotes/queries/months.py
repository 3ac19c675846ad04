"""What is booked in each month of a project, with closed months as they were closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.periods import Closing, booked_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What is booked in a month: units labelled, seconds, and how much of it is late.

    `late_records` were done in an earlier month that was closed when they came.
    """

    month: str
    units: int | None
    seconds: Decimal | None
    late_records: int


def by_month(project: models.Project, *, as_of: datetime | None = None) -> list[Month]:
    """Return labelling by the month in which it is booked, undated work under "".

    Reversals and replacements are booked when they are recorded, so a closed month
    keeps its figures and the next open one carries the difference.
    """
    rows = models.WorkRecord.objects.filter(project=project, stage="label").only(
        "kind", "period_start", "recorded_at", "units_produced", "active_seconds"
    )
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    closings = [
        Closing(through=one.through, at=one.at)
        for one in models.ClosedPeriod.objects.filter(project=project)
    ]
    zone = ZoneInfo(project.time_zone)
    found: dict[str, list[tuple[models.WorkRecord, bool]]] = {}
    for row in rows.order_by("pk"):
        month, late = "", False
        if row.period_start is not None:
            day = row.period_start.astimezone(zone).date()
            booked = booked_on(day, recorded_at=row.recorded_at, closings=closings)
            month, late = f"{booked:%Y-%m}", booked != day
        found.setdefault(month, []).append((row, late))
    return [_month(month, entries) for month, entries in sorted(found.items())]


def _month(month: str, entries: Sequence[tuple[models.WorkRecord, bool]]) -> Month:
    units = [
        -row.units_produced if row.kind == "reversal" else row.units_produced
        for row, _ in entries
        if row.units_produced is not None
    ]
    seconds = [
        -row.active_seconds if row.kind == "reversal" else row.active_seconds
        for row, _ in entries
        if row.active_seconds is not None
    ]
    return Month(
        month=month,
        units=sum(units) if units else None,
        seconds=sum(seconds, Decimal(0)) if seconds else None,
        late_records=sum(late for _, late in entries),
    )
