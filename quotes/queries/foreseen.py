"""What the rows of a checked file would change in their project, once counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from quotes import models
from quotes.calc.foreseen import Foreseen, foreseen
from quotes.calc.matching import line_of
from quotes.queries.actuals import actuals
from quotes.queries.grouped import is_large
from quotes.queries.ledger import current_records
from quotes.queries.plans import plan_of


def fits_no_line(project: models.Project, rows: Iterable[Any]) -> int:
    """Return how many of new rows belong to no line of the project's plan."""
    new = [models.WorkRecord(project=project, **row.values) for row in rows]
    plan = plan_of(project)
    return sum(
        line_of(plan, one) is None for one in actuals(new, zone=project.time_zone)
    )


def would_change(
    project: models.Project,
    rows: Iterable[Any],
    *,
    restated: Iterable[tuple[Any, models.WorkRecord]] = (),
) -> tuple[Foreseen, ...] | None:
    """Return each figure now and with new rows counted; None for a large project.

    `rows` are checked rows that are not in the ledger, `restated` those that would take
    the place of an entry, each with it. A project with more entries than
    one holds in memory says what changed once they are counted.
    """
    if is_large(project):
        return None
    pairs = list(restated)
    joining = [*rows, *(row for row, _ in pairs)]
    new = [models.WorkRecord(project=project, **row.values) for row in joining]
    zone = project.time_zone
    standing = list(current_records(project).values())
    taken = {entry.pk for _, entry in pairs}
    return foreseen(
        plan_of(project),
        actuals(standing, zone=zone),
        actuals(new, zone=zone),
        paid_clock=project.paid_clock,
        gone={place for place, one in enumerate(standing) if one.pk in taken},
    )
