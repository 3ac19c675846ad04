"""Reads of the book of actual rates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from quotes import models
from quotes.calc.actual_rates import RateBook, RoleRate


def role_rates(workspace: Any) -> QuerySet[models.RoleRate]:
    """Return every rate that was ever added, by site, role, team and day."""
    return models.RoleRate.objects.filter(workspace=workspace).select_related("by")


def rate_book(
    workspace: Any, *, currency: str, as_of: datetime | None = None
) -> RateBook:
    """Return the rates as they were known at a moment, for projects in a currency.

    One in another currency that names no exchange rate prices nothing here.
    """
    rows = role_rates(workspace).order_by("recorded_at", "pk")
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    # Of two for the same role and day the one recorded later holds.
    held = {
        (row.site, row.pod, row.role, row.valid_from): row
        for row in rows
        if row.currency == currency or row.exchange is not None
    }
    return RateBook(
        tuple(
            RoleRate(
                site=row.site,
                team=row.pod,
                role=row.role,
                valid_from=row.valid_from,
                hour_cost=row.hour_cost,
                currency=row.currency,
                exchange=None if row.currency == currency else row.exchange,
            )
            for row in held.values()
        )
    )
