"""What a standing says in plain words: cents per dollar, weeks, forecasts.

See docs/model.md#words.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FORECAST_WORDS = {
    "as_planned": "Ends at, if the rest costs what was planned",
    "as_so_far": "Ends at, if the rest costs as so far",
    "as_so_far_mostly": "Ends at, if cost counts for four parts and delay for one",
    "as_so_far_and_late": "Ends at, if delay costs as much again",
}
"""The four methods of a forecast cost, from the mildest assumption."""
CENT, TENTH = Decimal(1), Decimal("0.1")


def cents_sentence(measured: Mapping[str, Any]) -> str:
    """Return how much planned work a unit of money bought.

    >>> cents_sentence({"cost_index": {"known": True, "value": "0.8796"}})
    '88 cents of work per dollar'
    """
    index = measured["cost_index"]
    if not index["known"]:
        return str(index["text"])
    cents = (Decimal(index["value"]) * 100).quantize(CENT, ROUND_HALF_UP)
    return f"{cents} cents of work per dollar"


def weeks_sentence(time: Mapping[str, Any]) -> str:
    """Return how far the work is ahead of its plan or behind it, in weeks.

    >>> weeks_sentence({"variance": {"known": True, "value": "-1.04"}})
    '1.0 weeks behind plan'
    """
    variance = time["variance"]
    if not variance["known"]:
        return str(variance["text"])
    weeks = Decimal(variance["value"]).quantize(TENTH, ROUND_HALF_UP)
    if weeks == 0:
        return "on plan"
    return f"{abs(weeks)} weeks {'ahead of' if weeks > 0 else 'behind'} plan"


def needed_sentence(needed: Mapping[str, Any]) -> str:
    """Return what the rest must bring so that the budget holds.

    A budget that is spent has nothing left to earn with: the quotient is below 0.

    >>> needed_sentence({"known": True, "value": "1.7882"})
    'every dollar left must do 1.79 dollars of planned work'
    """
    if not needed["known"]:
        return str(needed["text"])
    value = Decimal(needed["value"])
    if value < 0:
        return "the budget of this work is spent already"
    each = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"every dollar left must do {each} dollars of planned work"
