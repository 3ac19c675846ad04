"""Why the gap: parts that add up to the cent, in any order.

A cost is a product of factors: items × units an item × seconds a unit × rework × cost
of a second. The gap between two such products is split by the additive LMDI-I: each
factor gets L(a, p) × ln(actual ÷ planned), L being the logarithmic mean of the costs.
The parts add up exactly before rounding; rounding shares the cents out (METHODS 7).
Only factors that were measured get a part. A factor that is 0 on one side takes the
whole change, because nothing else brought the cost there or took it away (Ang, Zhang
and Choi 1998). See docs/model.md#variance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from scoping.calc.money import coin, to_coins


class GapError(ValueError):
    """Raised for factors that no logarithm splits: zero or below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor of a cost, as planned and as it was.

    `log` is the logarithm of actual ÷ planned, 0 where either is 0. It is the dear part
    of a split, and is reckoned once though a factor may stand in several products.
    """

    name: str
    planned: Decimal
    actual: Decimal
    log: Decimal = field(init=False, repr=False, compare=False, default=Decimal(0))

    def __post_init__(self) -> None:
        """Reckon the logarithm."""
        if self.planned > 0 and self.actual > 0 and self.planned != self.actual:
            object.__setattr__(self, "log", (self.actual / self.planned).ln())


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


def exact_parts(
    factors: Sequence[Factor], *, planned: Decimal, actual: Decimal
) -> dict[str, Decimal]:
    """Return the part of each factor in `actual − planned`, unrounded.

    `planned` and `actual` are the products of the factors. Where one of them is 0, the
    factors that are 0 on that side share the change evenly.

    >>> rate = Factor(name="rate", planned=Decimal(0), actual=Decimal(3))
    >>> hours = Factor(name="hours", planned=Decimal(2), actual=Decimal(4))
    >>> exact_parts([rate, hours], planned=Decimal(0), actual=Decimal(12))
    {'rate': Decimal('12'), 'hours': Decimal('0')}
    """
    if min(planned, actual) < 0:
        raise GapError("A cost below 0 has no logarithm. Keep credits beside the gap.")
    change = actual - planned
    if planned > 0 and actual > 0:
        logs = {one.name: one.log for one in factors}
        # ln a − ln p is the sum of the factors' own, so that the mean needs no more.
        apart = sum(logs.values(), Decimal(0))
        mean = change / apart if apart else actual
        return {name: mean * log for name, log in logs.items()}
    names = [one.name for one in factors if 0 in (one.planned, one.actual)]
    if change and not names:
        raise GapError("A cost of 0 needs a factor that is 0.")
    return {
        one.name: change / len(names) if one.name in names else Decimal(0)
        for one in factors
    }


def rate_and_hours(
    *,
    actual_cost: Decimal,
    actual_hours: Decimal,
    planned_hours: Decimal,
    planned_rate: Decimal,
) -> tuple[Decimal, Decimal]:
    """Return the accountant's two variances of labour: of the rate, of the hours.

    More is dearer. They add up to the gap, and give the joint part to the rate.

    >>> rate_and_hours(
    ...     actual_cost=Decimal(6604),
    ...     actual_hours=Decimal(371),
    ...     planned_hours=Decimal(322),
    ...     planned_rate=Decimal(14),
    ... )
    (Decimal('1410'), Decimal('686'))
    """
    at_planned_rate = actual_hours * planned_rate
    planned = planned_hours * planned_rate
    return actual_cost - at_planned_rate, at_planned_rate - planned


def in_coins(
    exact: Mapping[str, Decimal], *, whole: Decimal, unit: Decimal
) -> dict[str, Decimal]:
    """Return parts in whole units that add up to `whole`, itself in whole units.

    Each is rounded half even; units left over go to the largest part.
    """
    parts = {name: value.quantize(unit) for name, value in exact.items()}
    left = whole - sum(parts.values(), Decimal(0))
    if parts and left:
        largest = max(parts, key=lambda name: (abs(exact[name]), name))
        parts[largest] += left.quantize(unit)
    return parts


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
    exact = {one.name: mean * one.log for one in factors}
    parts = {name: to_coins(value, currency) for name, value in exact.items()}
    left = actual - planned - sum(parts.values(), Decimal(0))
    if parts and left:
        largest = max(parts, key=lambda name: (abs(exact[name]), name))
        parts[largest] += left.quantize(coin(currency))
    return parts
