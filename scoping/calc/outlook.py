"""The answer of an estimate without what takes a second look: what a preview shows.

The keys are those of the estimate document and mean the same. Left out is what takes
time
and nobody reads while typing: promises, reasons, advice, what moves the cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .assumptions import line_name
from .bill import in_total
from .document import cost, line_margin, margin, schedule
from .estimate import ENGINE, Estimate
from .offer import price_view
from .remarks import remarks

DRAWS = 2_048
"""Draws of a preview: its quantiles lie within a few per cent of the full estimate."""


def outlook(made: Estimate) -> dict[str, Any]:
    """Return the answer of an estimate as plain data. Staff only: it speaks of cost."""
    return {
        "card": made.card.version,
        "currency": made.bill.currency,
        "engine": ENGINE,
        "seed": made.spec.seed,
        "draws": made.draws,
        "price": price_view(made.offer),
        "lines": [*_lines(made)],
        "cost": cost(made),
        "margin": margin(made),
        "schedule": schedule(made),
        "warnings": [*remarks(made), *made.offer.warnings],
    }


def _lines(made: Estimate) -> Iterator[dict[str, Any]]:
    rows = {row.line.index: row for row in (*made.bill.lines, *made.bill.beside)}
    for line in made.spec.lines:
        row, suggested = rows.get(line.index), made.suggested[line.index]
        booked = made.bill.booked is not None and in_total(line)
        counted = made.offer.volumes[line.index].quoted if row is None else row.units
        yield {
            "index": line.index,
            "name": line_name(line),
            "unit": line.unit if row is None else row.unit,
            "units": int(counted.value),
            "in_total": in_total(line),
            "decided_price": str(suggested.decided.value),
            "binding": suggested.binding,
            "amount": None if row is None or booked else str(row.amount.value),
            "booked": booked,
            "above_band": suggested.floor.value
            > made.card.price.band(line.type).high.value,
            "below_floor": made.is_below_floor(line),
            "margin_share": line_margin(made, line),
        }
