"""The ledger of a large project as a comparison needs it: added up by the database.

A comparison never asks who did something, so that entries which differ in their person
alone, and report the same kinds of figures, say no more one by one than added up. Rows
with checks or scores stay as they are. A ledger of a million entries becomes thousands
of rows, and the memory of a request does not grow with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from quotes import models
from quotes.calc.matching import Actual

MILLI = Decimal("0.001")
MANY = 20_000
"""Entries from which the database adds up."""
BY = (
    *("line", "batch", "delivery_version", "stage", "annotation_type", "clock"),
    *("site", "pod", "role"),
)
SUMMED = (
    *("items", "units_produced", "units_passed", "units_accepted", "units_rejected"),
    *("active_seconds", "prelabel_units", "prelabel_accepted"),
)
CHECKS = (
    *("audit_n", "audit_defects", "audit_missed", "audit_extra", "audit_classes"),
    *("critical_defects", "minor_defects", "gold_n", "gold_correct"),
)


def is_large(project: models.Project) -> bool:
    """Return whether a project has more entries than one holds in memory.

    Not where people are paid by the day: then it counts who worked when.
    """
    if models.PaidRecord.objects.filter(workspace=project.workspace).exists():
        return False
    return bool(project.records.order_by()[MANY : MANY + 1].exists())


def standing_rows(
    project: models.Project, *, as_of: datetime | None
) -> QuerySet[models.WorkRecord]:
    """Return the entries that stand, as they were known at a moment."""
    known = Q() if as_of is None else Q(recorded_at__lte=as_of)
    rows = models.WorkRecord.objects.filter(known, project=project)
    # Few: they have an index of their own, and a project without any needs no join.
    later = rows.filter(edition__gt=1)
    if not later.order_by().exists():
        return rows
    above = models.WorkRecord.objects.filter(
        known,
        project=OuterRef("project"),
        key=OuterRef("key"),
        edition__gt=OuterRef("edition"),
    )
    return rows.filter(~Exists(above.filter(edition__gt=1))).exclude(kind="reversal")


def added_up(rows: QuerySet[models.WorkRecord], *, zone: str) -> Iterator[Actual]:
    """Yield entries without checks or scores, added up over their people."""
    plain = rows.filter(**{f"{name}__isnull": True for name in CHECKS})
    there = ZoneInfo(zone)
    groups = (
        plain.annotate(
            on=TruncDate(Coalesce("period_end", "period_start"), tzinfo=there),
            **{f"no_{name}": _is_missing(name) for name in SUMMED},
        )
        .order_by()
        .values(*BY, "on", *(f"no_{name}" for name in SUMMED))
        .annotate(**{f"sum_{name}": Sum(name) for name in SUMMED})
        .order_by()
    )
    for group in groups:
        yield _actual(group)


def first_seen(project: models.Project) -> dict[str, int]:
    """Return where in the ledger each batch begins."""
    rows = project.records.filter(edition=1).order_by().values_list("batch")
    return dict(rows.annotate(first=Min("pk")))


def with_checks(rows: QuerySet[models.WorkRecord]) -> QuerySet[models.WorkRecord]:
    """Return the entries that have checks or scores."""
    none = Q(**{f"{name}__isnull": True for name in CHECKS})
    return rows.exclude(none).order_by("edition", "pk")


def many(rows: QuerySet[models.WorkRecord]) -> int:
    """Return how many entries stand."""
    return int(rows.order_by().aggregate(many=Count("pk"))["many"])


def _is_missing(name: str) -> Case:
    return Case(
        When(**{f"{name}__isnull": True}, then=Value(True)),  # noqa: FBT003 - Django's
        default=Value(False),  # noqa: FBT003
        output_field=BooleanField(),
    )


def _actual(group: dict[str, Any]) -> Actual:
    said: dict[str, Any] = {name: group[name] for name in BY}
    sums = {name: group[f"sum_{name}"] for name in SUMMED}
    seconds = sums["active_seconds"]
    if seconds is not None:  # SQLite adds floating numbers
        sums["active_seconds"] = Decimal(seconds).quantize(MILLI)
    return Actual(**said, **sums, day=group["on"], audit_n=None, audit_defects=None)
