"""Costs beside wages are added, never changed: what was wrong is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.ingest.other_costs import Cost
from scoping import audit


@transaction.atomic
def add_other_costs(
    costs: Sequence[Cost], *, workspace: Any, by: Any, now: datetime
) -> int:
    """Add costs of projects, or of none, to a workspace, all of them; return how many.

    Raises RefusedError `no_such_project` for a project that is not there.
    """
    slugs = {one.project for one in costs if one.project}
    found = {
        row.slug: row
        for row in models.Project.objects.filter(workspace=workspace, slug__in=slugs)
    }
    for number, one in enumerate(costs, start=1):
        if one.project and one.project not in found:
            where = f"Row {number}: there" if len(costs) > 1 else "There"
            raise RefusedError(
                "no_such_project",
                f"{where} is no project {one.project[:80]} here.",
                field="project",
            )
    models.OtherCost.objects.bulk_create(
        models.OtherCost(
            workspace=workspace,
            project=found.get(one.project),
            month=one.month,
            what=one.what,
            amount=one.amount,
            currency=one.currency,
            source=one.source,
            by=by,
            recorded_at=now,
        )
        for one in costs
    )
    audit.record(
        workspace=workspace,
        actor=str(by or "command line"),
        action="add_other_costs",
        subject="other costs",
        after={
            "costs": [
                {
                    "project": one.project,
                    "month": one.month,
                    "what": one.what,
                    "amount": str(one.amount),
                    "currency": one.currency,
                    "source": one.source,
                }
                for one in costs
            ]
        },
        at=now,
    )
    return len(costs)
