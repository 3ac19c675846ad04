"""Other tools' whole models, each as one small function: what a short sum can say.

Each is a special case of the product and comes out exactly there, with everything that
it leaves out switched off: tests/calc/test_simple_calculators.py does so. They are kept
to be shown beside an estimate, and nothing is ever priced with them.
See docs/model.md#simple_calculators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .money import to_coins
from .pricing import tier_quantities


class NoTierError(ValueError):
    """Raised where no tier holds a quantity; says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTier:
    """Up to this many (None: all further) at this price."""

    up_to: int | None
    price: Decimal


def graduated_list_price(
    units: int, tiers: Sequence[PriceTier], *, currency: str = "USD"
) -> Decimal:
    """Return a list price of which each tier's units pay their own price.

    >>> tiers = [PriceTier(up_to=50_000, price=Decimal("0.063")),
    ...          PriceTier(up_to=None, price=Decimal("0.049"))]
    >>> graduated_list_price(1_000_000, tiers)
    Decimal('49700.00')
    """
    inside = tier_quantities(units, [tier.up_to for tier in tiers])
    amounts = [
        to_coins(held * tier.price, currency)
        for held, tier in zip(inside, tiers, strict=True)
    ]
    return sum(amounts, Decimal(0))


def all_units_list_price(
    units: int, tiers: Sequence[PriceTier], *, currency: str = "USD"
) -> Decimal:
    """Return a list price of which all units pay the price of the tier reached.

    One unit more may lower the bill: the first unit of a cheaper tier does.
    """
    return to_coins(units * tier_of(units, tiers).price, currency)


def per_worker_list_price(
    units: int, *, price: Decimal, workers: int, currency: str = "USD"
) -> Decimal:
    """Return a list price that is paid once for every worker who labels the unit."""
    return to_coins(units * price * workers, currency)


def crew_cost(
    *, workers: int, hours: Decimal, hour_rate: Decimal, currency: str = "USD"
) -> Decimal:
    """Return workers × hours of each × what an hour costs."""
    return to_coins(workers * hours * hour_rate, currency)


def single_pass_hours(
    units: int, *, minutes: Decimal, rejected: Decimal, rework_minutes: Decimal
) -> Decimal:
    """Return the hours of all units where a share is sent back once and redone once."""
    return units * (minutes + rejected * rework_minutes) / 60


def boosted_hours(hours: Decimal, *, boost: Decimal) -> Decimal:
    """Return the hours that a tool leaves which is said to save a share of them."""
    return hours * (1 - boost)


def objects_per_image_price(
    images: int,
    tiers: Sequence[PriceTier],
    *,
    objects_per_image: Decimal,
    currency: str = "USD",
) -> Decimal:
    """Return images × the price of an image with so many objects in it.

    Each tier's price is of one image with up to so many objects.
    """
    each = tier_of(objects_per_image, tiers).price
    return to_coins(images * each, currency)


def tier_of(quantity: int | Decimal, tiers: Sequence[PriceTier]) -> PriceTier:
    """Return the first tier that holds a quantity. Raises NoTierError."""
    for tier in tiers:
        if tier.up_to is None or quantity <= tier.up_to:
            return tier
    raise NoTierError(
        f"No tier holds {quantity}. Give the last tier no upper bound, or stay within "
        f"{tiers[-1].up_to if tiers else 0}."
    )
