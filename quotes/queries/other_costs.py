"""Reads of costs beside wages: the list, and sums up to a month by project."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from quotes import models

Sums = Mapping[str | None, dict[str, Decimal]]
"""Amounts by the slug of a project, None for no project, and by currency."""


def other_costs(workspace: Any) -> QuerySet[models.OtherCost]:
    """Return the costs of a workspace beside wages, the newest month first."""
    return models.OtherCost.objects.filter(workspace=workspace).select_related(
        "project", "by"
    )


def costs_until(workspace: Any, month: str, *, as_of: datetime) -> Sums:
    """Return what was stated up to a month, as it was known at a moment.

    Added up here: SQLite would add as floats, and a large amount that is taken back
    would leave something of itself.
    """
    rows = (
        models.OtherCost.objects.filter(
            workspace=workspace, month__lte=month, recorded_at__lte=as_of
        )
        .order_by()
        .values_list("project__slug", "currency", "amount")
    )
    found: dict[str | None, dict[str, Decimal]] = {}
    for slug, currency, amount in rows.iterator():
        sums = found.setdefault(slug, {})
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return {
        slug: {currency: whole.normalize() + 0 for currency, whole in sums.items()}
        for slug, sums in found.items()
    }
