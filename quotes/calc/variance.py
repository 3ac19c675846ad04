"""Why the gap: parts that add up to the cent, in any order.

A cost is a product of factors: items × units an item × seconds a unit × rework × cost
of a second. The gap between two such products is split by the additive LMDI-I: each
factor gets L(a, p) × ln(actual ÷ planned), L being the logarithmic mean of the costs.
The parts add up exactly before rounding; rounding shares the cents out (METHODS 7).
Only factors that were measured get a part. See docs/model.md#variance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.money import coin, to_coins


class GapError(ValueError):
    """Raised for factors that no logarithm splits: zero or below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor of a cost, as planned and as it was."""

    name: str
    planned: Decimal
    actual: Decimal


def logarithmic_mean(first: Decimal, second: Decimal) -> Decimal:
    """Return (a − b) ÷ (ln a − ln b): the mean that makes the parts add up.

    >>> logarithmic_mean(Decimal(5), Decimal(5))
    Decimal('5')
    """
    if first <= 0 or second <= 0:
        raise GapError("Costs that are split lie above 0.")
    if first == second:
        return first
    return (first - second) / (first.ln() - second.ln())


def split_gap(
    factors: list[Factor], *, planned: Decimal, actual: Decimal, currency: str
) -> Mapping[str, Decimal]:
    """Return the part of each factor in `actual − planned`, in whole coins.

    `planned` and `actual` are in coins, and their quotient is the product of the
    factors' quotients up to rounding; what rounding leaves goes to the largest part.
    """
    if any(one.planned <= 0 or one.actual <= 0 for one in factors):
        raise GapError("A factor of 0 cannot be split off. Leave it out.")
    mean = logarithmic_mean(actual, planned)
    exact = {one.name: mean * (one.actual / one.planned).ln() for one in factors}
    parts = {name: to_coins(value, currency) for name, value in exact.items()}
    left = actual - planned - sum(parts.values(), Decimal(0))
    if parts and left:
        largest = max(parts, key=lambda name: (abs(exact[name]), name))
        parts[largest] += left.quantize(coin(currency))
    return parts
