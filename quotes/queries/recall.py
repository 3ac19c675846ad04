"""Reads for a recall: the ledger's records, and what a unit of each line costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from quotes import models
from quotes.calc.matching import line_of
from quotes.calc.recall import Recalled, Wanted, Work, recall

from .actuals import actuals, current_records
from .grouped import is_large

MOST_NAMES = 500


def recalled(project: models.Project, wanted: Wanted) -> list[Recalled]:
    """Return the batches of a project that certain work went into."""
    baseline = project.baseline.document
    zone = ZoneInfo(project.time_zone)
    rows = list(current_records(project).values())
    values = actuals(rows, zone=project.time_zone)
    clocks = {row.clock for row in rows if row.stage == "label"}
    clock = project.paid_clock if project.paid_clock in clocks else None
    lines = [line_of(baseline, value) for value in values]
    handed = _handed_over(project, rows, lines)
    works = [
        Work(
            line=line,
            batch=row.batch,
            stage=row.stage,
            actor=row.actor,
            pod=row.pod,
            guideline=row.guideline_version,
            first=_day(row.period_start, zone),
            last=_day(row.period_end, zone),
            items=row.items,
            units=row.units_produced,
            delivered=bool(row.units_passed or row.units_accepted)
            or row.batch in handed,
            models=tuple((name, units) for name, units in row.prelabel_models or ()),
            prelabelled=row.prelabel_units,
        )
        for row, line in zip(rows, lines, strict=True)
        # Work that two clocks timed is there once.
        if clock is None or row.clock == clock or row.stage not in ("label", "rework")
    ]
    return recall(works, wanted, unit_costs=unit_costs(project))


def _handed_over(
    project: models.Project,
    rows: Sequence[models.WorkRecord],
    lines: Sequence[int | None],
) -> set[str]:
    """Return the batches that a manifest names, where one line alone has such a batch.

    A manifest names no line.
    """
    of: dict[str, set[int | None]] = {}
    for row, line in zip(rows, lines, strict=True):
        of.setdefault(row.batch, set()).add(line)
    named = models.DeliveredItem.objects.filter(project=project).order_by()
    batches = named.values_list("batch", flat=True).distinct()
    return {batch for batch in batches if len(of.get(batch, ())) == 1}


def known_names(project: models.Project) -> dict[str, list[str]]:
    """Return the people, teams, versions of guidelines and models that records name.

    Nothing of a ledger that takes long to look through.
    """
    if is_large(project):
        return {}
    rows = models.WorkRecord.objects.filter(project=project).order_by()
    found = {
        name: sorted(set(rows.values_list(column, flat=True).distinct()) - {""})
        for name, column in (
            ("actor", "actor"),
            ("pod", "pod"),
            ("guideline", "guideline_version"),
        )
    }
    said = rows.exclude(prelabel_models=None).values_list("prelabel_models", flat=True)
    items = models.DeliveredItem.objects.filter(project=project).order_by()
    listed = items.values_list("prelabel_model", flat=True).distinct()
    models_named = {str(name) for one in said for name, _ in one or ()}
    found["model"] = sorted(models_named | {one for one in listed if one})
    return {name: words[:MOST_NAMES] for name, words in found.items()}


def items_of(
    project: models.Project, found: Iterable[Recalled], wanted: Wanted
) -> QuerySet[models.DeliveredItem]:
    """Return the items of recalled batches, as far as manifests name them.

    Of a recalled model those that a manifest says began from its labels, and in a batch
    that was touched those of which none says from whose.
    """
    names = {one.batch for one in found if one.units is not None or not one.unsure}
    rows = models.DeliveredItem.objects.filter(project=project)
    if not wanted.model:
        return rows.filter(batch__in=names)
    own, silent = Q(prelabel_model__iexact=wanted.model.strip()), Q(prelabel_model=None)
    if wanted == Wanted(model=wanted.model):
        return rows.filter(own | (silent & Q(batch__in=names)))
    return rows.filter(own | silent, batch__in=names)


def delivered_counts(project: models.Project) -> list[dict[str, Any]]:
    """Return how many items were delivered in which version of which batch."""
    rows = models.DeliveredItem.objects.filter(project=project)
    found = rows.values("batch", "version").annotate(items=Count("pk"))
    return [dict(one) for one in found.order_by("batch", "version")]


def unit_costs(project: models.Project) -> dict[int | None, Decimal]:
    """Return what a unit of each line costs in the plan."""
    return {
        int(line["index"]): Decimal(line["cost"]) / Decimal(line["units"])
        for line in project.baseline.document["lines"]
        if Decimal(line["units"])
    }


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()
