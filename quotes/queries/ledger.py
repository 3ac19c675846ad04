"""The ledger of work as it was known at a moment."""

from __future__ import annotations

from datetime import datetime

from quotes import models


def current_records(
    project: models.Project, *, as_of: datetime | None = None
) -> dict[str, models.WorkRecord]:
    """Return the entries that stand, by key, as they were known at a moment.

    An entry stands until a later edition of its key replaces it.
    """
    rows = models.WorkRecord.objects.filter(project=project).exclude(kind="reversal")
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    found: dict[str, models.WorkRecord] = {}
    for row in rows.order_by("edition", "pk"):
        found[row.key] = row
    return found
