"""Quoted, measured, new: what a pilot did to every figure, and whether prices stand.

Prices stand while measured seconds, units an item and first-pass errors each lie within
the card's collar of what was quoted (DESIGN 7); outside it a revision is proposed from
the new estimate. Accept rates and agreement are shown and not judged: they act through
the seconds and the gate. Staff only. See docs/model.md#pilot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from scoping.calc.assumptions import line_name
from scoping.calc.estimate import Estimate

from .rows import Row, rows
from .update import updated
from .values import PilotResults

JUDGED = frozenset({"seconds_per_unit", "units_per_item", "first_pass_defect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All figures before and after a pilot, and the verdict of the collar.

    `inside_collar` is None where nothing that the collar judges was measured.
    """

    measured_on: date
    currency: str
    cards: tuple[str, str]
    collar: Decimal
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    inside_collar: bool | None


def comparison(quoted: Estimate, new: Estimate, results: PilotResults) -> Comparison:
    """Return every figure quoted, measured and new.

    `new` is the estimate of what `measured` made of the quoted spec and card.
    """
    collar = quoted.card.price.pilot_collar.value
    update = updated(quoted.spec, quoted.card, results)
    found = tuple(
        _judged(row, collar=collar) for row in rows(quoted, new, results, update=update)
    )
    verdicts = [row.inside_collar for row in found if row.inside_collar is not None]
    return Comparison(
        measured_on=results.measured_on,
        currency=quoted.card.currency,
        cards=(quoted.card.version, new.card.version),
        collar=collar,
        names=tuple(line_name(line) for line in quoted.spec.lines),
        rows=found,
        inside_collar=all(verdicts) if verdicts else None,
    )


def deviation(quoted: Decimal, measured: Decimal) -> Decimal | None:
    """Return how far the measured lies above the quoted, as a share of it.

    None where nothing was quoted and something measured: no share says how far.
    """
    if quoted == measured:
        return Decimal(0)
    return measured / quoted - 1 if quoted else None


def _judged(row: Row, *, collar: Decimal) -> Row:
    if row.quantity not in JUDGED or row.quoted is None or row.measured is None:
        return row
    away = deviation(row.quoted, row.measured)
    return replace(row, inside_collar=away is not None and abs(away) <= collar)


def to_document(found: Comparison) -> dict[str, Any]:
    """Return a comparison as `pilot_comparison: 1`: numbers as strings."""
    return {
        "pilot_comparison": 1,
        "measured_on": found.measured_on.isoformat(),
        "currency": found.currency,
        "card": dict(zip(("quoted", "new"), found.cards, strict=True)),
        "collar": str(found.collar),
        "inside_collar": found.inside_collar,
        "lines": list(found.names),
        "rows": [
            {
                "line": row.line,
                "quantity": row.quantity,
                "unit": row.unit,
                "quoted": _said(row.quoted),
                "measured": _said(row.measured),
                "new": _said(row.new),
                "weight": _said(row.weight),
                "saw": row.saw,
                "inside_collar": row.inside_collar,
            }
            for row in found.rows
        ],
    }


def _said(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
