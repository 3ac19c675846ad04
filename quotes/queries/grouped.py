"""The ledger of a large project as a comparison needs it: added up by the database.

A comparison never asks who did something, so that entries which differ in their person
alone, and report the same kinds of figures, say no more one by one than added up. Rows
with checks or scores stay as they are. A ledger of a million entries becomes thousands
of rows, and the memory of a request does not grow with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
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
from quotes.queries.room import make_room, many_expected

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

UNCHECKED = Q(**{f"{name}__isnull": True for name in CHECKS})


def is_large(project: models.Project) -> bool:
    """Return whether a project has more entries than one holds in memory.

    Not where people are paid by the day: then it counts who worked when.
    """
    if models.PaidRecord.objects.filter(workspace=project.workspace).exists():
        return False
    return bool(project.records.order_by()[MANY : MANY + 1].exists())


def was_restated(project: models.Project, *, as_of: datetime | None) -> bool:
    """Return whether an entry was ever taken back, as it was known at a moment.

    Such entries are few, and have an index of their own.
    """
    known = Q() if as_of is None else Q(recorded_at__lte=as_of)
    return project.records.filter(known, edition__gt=1).order_by().exists()


def standing_rows(
    project: models.Project, *, as_of: datetime | None
) -> QuerySet[models.WorkRecord]:
    """Return the entries that stand, as they were known at a moment."""
    known = Q() if as_of is None else Q(recorded_at__lte=as_of)
    rows = models.WorkRecord.objects.filter(known, project=project)
    if not was_restated(project, as_of=as_of):  # it needs no join
        return rows
    above = models.WorkRecord.objects.filter(
        known,
        project=OuterRef("project"),
        key=OuterRef("key"),
        edition__gt=OuterRef("edition"),
    )
    return rows.filter(~Exists(above.filter(edition__gt=1))).exclude(kind="reversal")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedUp:
    """The entries of a large project: how many stand, those that say most, the others.

    `checked` are entries with checks or scores, one by one; `plain` the others, added
    up over their people.
    """

    entries: int
    plain: list[Actual]
    checked: QuerySet[models.WorkRecord]


def added_up(rows: QuerySet[models.WorkRecord], *, zone: str) -> AddedUp:
    """Return entries, added up by the database.

    Most ledgers are of rows that report the same kinds of figures and no checks: one
    look at them is enough. Others are looked at again, kind by kind.
    """
    with many_expected():
        make_room()
        groups = list(_groups(rows, zone))
        entries = sum(group["entries"] for group in groups)
        mixed = any(map(_is_mixed, groups))
        if mixed:
            groups = list(_groups(rows.filter(UNCHECKED), zone, apart=True))
    checked = (
        rows.exclude(UNCHECKED).order_by("edition", "pk") if mixed else rows.none()
    )
    return AddedUp(
        entries=entries,
        plain=[*map(_actual, groups)],
        checked=checked,
    )


def _groups(
    rows: QuerySet[models.WorkRecord], zone: str, *, apart: bool = False
) -> Iterable[dict[str, Any]]:
    """Return sums of entries that are alike; `apart`: also in what they report."""
    kinds = {f"no_{name}": _is_missing(name) for name in SUMMED} if apart else {}
    on = TruncDate(Coalesce("period_end", "period_start"), tzinfo=ZoneInfo(zone))
    told = {} if apart else {f"with_{name}": Count(name) for name in SUMMED}
    found: Iterable[dict[str, Any]] = (
        rows.annotate(on=on, **kinds)
        .order_by()
        .values(*BY, "on", *kinds)
        .annotate(
            entries=Count("pk"),
            checked=Count("pk", filter=~UNCHECKED),
            **told,
            **{f"sum_{name}": Sum(name) for name in SUMMED},
        )
        .order_by()
    )
    return found


def _is_mixed(group: dict[str, Any]) -> bool:
    """Return whether some entries of a group have checks, or say what others do not."""
    return group["checked"] > 0 or any(
        group[f"with_{name}"] not in (0, group["entries"]) for name in SUMMED
    )


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
