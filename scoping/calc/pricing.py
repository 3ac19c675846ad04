"""Quantities by tier, one price for all units, and a unit price out of a cost.

Graduated: the units of each tier are paid at that tier's price, so that one unit more
never lowers a bill. One price for all units does lower it at the first unit of a tier,
unless no more is asked than any larger quantity comes to. A margin is a share of the
price, not a mark-up on the cost. See docs/model.md#pricing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from .number import rounded_up_to_4


class PricingError(ValueError):
    """Raised when tiers do not cover all units, or no price can hold a margin."""


def tier_quantities(units: int, bounds: Sequence[int | None]) -> list[int]:
    """Return how many of the units fall into each tier.

    `bounds` are the last unit of each tier, ascending; the last is None: all further.

    >>> tier_quantities(1_000_000, [50_000, None])
    [50000, 950000]
    """
    _covering(bounds)
    quantities, start = [], 0
    for bound in bounds:
        end = units if bound is None else min(units, bound)
        quantities.append(max(0, end - start))
        start = max(start, end)
    return quantities


def price_reached(units: Decimal, tiers: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Return the unit price of the tier that a quantity reaches.

    `tiers` are the first unit and the unit price of each, ascending.
    """
    reached = [price for first, price in tiers if first <= units]
    return reached[-1] if reached else tiers[0][1]


def no_regret(
    units: Decimal, tiers: Sequence[tuple[Decimal, Decimal]]
) -> tuple[Decimal, Decimal]:
    """Return how many units are billed, and at which price, under one price for all.

    The least of this quantity and every larger one: of those, only the first unit of a
    further tier can come to less. Equal amounts bill the fewer units.

    >>> cliff = [(Decimal(1), Decimal("0.05")), (Decimal(10_001), Decimal("0.045"))]
    >>> no_regret(Decimal(10_000), cliff)
    (Decimal('10001'), Decimal('0.045'))
    """
    choices = [(units, price_reached(units, tiers))]
    choices += [(first, price) for first, price in tiers if first > units]
    return min(choices, key=lambda one: (one[0] * one[1], one[0]))


def price_for_margin(cost: Decimal, margin: Decimal) -> Decimal:
    """Return the unit price that keeps a margin: cost ÷ (1 − margin), up at 4 decimals.

    >>> price_for_margin(Decimal("0.0312"), Decimal("0.35"))
    Decimal('0.0480')
    """
    if margin >= 1:
        raise PricingError(
            f"No price keeps a margin of {margin}: a margin is a share of the price, "
            f"below 1."
        )
    return rounded_up_to_4(cost / (1 - margin))


def _covering(bounds: Sequence[int | None]) -> None:
    ends = [bound for bound in bounds[:-1] if bound is not None]
    ascending = all(low < high for low, high in pairwise(ends))
    if not bounds or bounds[-1] is not None or len(ends) != len(bounds) - 1:
        raise PricingError("The last tier, and only that one, has no upper bound.")
    if not ascending or any(end < 1 for end in ends):
        raise PricingError("Tiers ascend: each ends above the one before it.")
