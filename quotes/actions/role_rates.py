"""Rates of roles are added, never changed: a later one for the same day replaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.ingest.role_rates import DatedRate
from quotes.queries.rollups import moved_by_rates
from scoping import audit

from .rollups import roll_up


@transaction.atomic
def add_role_rates(
    rates: Sequence[DatedRate], *, workspace: Any, by: Any, now: datetime
) -> int:
    """Add rates to a workspace's book, all of them; return how many."""
    models.RoleRate.objects.bulk_create(
        models.RoleRate(
            workspace=workspace,
            site=one.rate.site,
            pod=one.rate.team,
            role=one.rate.role,
            valid_from=one.rate.valid_from,
            hour_cost=one.rate.hour_cost,
            currency=one.rate.currency,
            exchange=one.rate.exchange,
            source=one.source,
            by=by,
            recorded_at=now,
        )
        for one in rates
    )
    if rates:
        since = min(one.rate.valid_from for one in rates)
        roll_up(moved_by_rates(workspace, since=since), now=now)
    audit.record(
        workspace=workspace,
        actor=str(by or "command line"),
        action="add_role_rates",
        subject="role rates",
        after={
            "rates": [
                {
                    "site": one.rate.site,
                    "team": one.rate.team,
                    "role": one.rate.role,
                    "valid_from": one.rate.valid_from.isoformat(),
                    "hour_cost": str(one.rate.hour_cost),
                    "currency": one.rate.currency,
                    "exchange": None
                    if one.rate.exchange is None
                    else str(one.rate.exchange),
                    "source": one.source,
                }
                for one in rates
            ]
        },
        at=now,
    )
    return len(rates)
