"""How far a project is: the share of the planned work whose images were delivered.

Each line counts by its planned cost, so that ten thousand tags do not look like ten
thousand masks. A line of which no images are known is left out and named, never taken
for nothing done. See docs/model.md#progress.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the known lines are, 0 to 1; the names of those not known."""

    share: Decimal | None
    unknown: tuple[str, ...]


def progress(lines: Iterable[Mapping[str, Any]]) -> Progress:
    """Return how far lines are, each with its `cost`, planned `items` and `done`.

    `done` is None where it is not known. Images beyond the plan count as the plan.

    >>> half = {"name": "Boxes", "cost": "900", "items": 100, "done": 50}
    >>> whole = {"name": "Tags", "cost": "100", "items": 100, "done": 100}
    >>> progress([half, whole]).share
    Decimal('0.55')
    """
    rows = list(lines)
    known = [row for row in rows if row["done"] is not None]
    planned = sum((Decimal(row["cost"]) for row in known), Decimal(0))
    earned = sum(
        (Decimal(row["cost"]) * min(row["done"], row["items"]) / row["items"])
        for row in known
    )
    return Progress(
        share=earned / planned if planned else None,
        unknown=tuple(row["name"] for row in rows if row["done"] is None),
    )
