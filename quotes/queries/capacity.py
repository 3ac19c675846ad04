"""How many people of a site are free: those there are, less those already promised."""

from __future__ import annotations

from datetime import date
from typing import Any

from quotes import models


def people_free(
    workspace: Any, *, site: str, start: date, end: date, but_not: int
) -> int | None:
    """Return how many annotators of a site are free from `start` through `end`.

    A project holds its planned team from its start to its promised week. None where
    nobody wrote down how many the site has. `but_not` is a quote that is left out.
    """
    there = (
        models.SiteCapacity.objects.filter(
            workspace=workspace, site=site, since__lte=end
        )
        .order_by("-since")
        .first()
    )
    if there is None:
        return None
    plans = models.Baseline.objects.filter(
        workspace=workspace, project__site=site
    ).exclude(project__acceptance__quote=but_not)
    busy = sum(
        int(plan.document.get("annotators", 0))
        for plan in plans
        if date.fromisoformat(plan.document["start"]) <= end
        and date.fromisoformat(plan.document["promised"]) >= start
    )
    return max(0, there.annotators - busy)
