"""The unit price that a decision follows: list, target or floor, as they are today."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from quotes import models
from quotes.actions import RefusedError
from quotes.queries import quotes as queries

FOLLOWED = ("list", "target", "floor")


def suggested_price(
    scenario: models.Scenario, *, line: int, binding: str, today: date
) -> Decimal:
    """Return the unit price of a line that `binding` names. Raises RefusedError."""
    made = queries.estimate_of(scenario, today=today)
    suggested = made.suggested.get(line)
    if suggested is None or binding not in FOLLOWED:
        raise RefusedError("no_such_price", "Choose list, target, floor or typed.")
    found: Decimal = getattr(suggested, binding).value
    return found
