"""What so many units come to under tiers: graduated ones, or one price for all units.

Graduated: the units of each tier are paid at that tier's price. All units: everything
is paid at the price of the tier that is reached, and then one more unit could make a
bill smaller. So no more is asked than any larger quantity would come to, which is the
cheapest of this quantity at its own price and of the first unit of every further tier:
10,000 boxes at 0.05 are billed as the 10,001 that come to 450.05 at 0.045, and not at
500.00. See docs/model.md#tariff.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from . import number
from .money import coin, to_coins
from .pricing import no_regret, tier_quantities
from .rates.values import Tier
from .trace import Draws, Origin, Step, derive, given

TierRule = Literal["graduated", "all_units"]
Steps = tuple[tuple[int | None, Decimal], ...]
"""The last unit of every tier, None for all further, with the tier's unit price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """One printed row of a line: so many units at this price.

    Under one price for all units `units` are those that are billed, which may be more
    than there are, where more cost less.
    """

    units: int
    unit_price: Decimal
    amount: Step


def amount_in_cents(units: Any, unit_price: Any) -> Any:
    """Return units × unit price, rounded half up to hundredths."""
    return to_coins(units * unit_price, "USD")


def amount_in_whole(units: Any, unit_price: Any) -> Any:
    """Return units × unit price, rounded half up to whole currency units."""
    return to_coins(units * unit_price, "VND")


def rounder(currency: str) -> Any:
    """Return the operation that multiplies and rounds for this currency."""
    return amount_in_whole if coin(currency) == 1 else amount_in_cents


def tier_price(unit_price: Any, factor: Any) -> Any:
    """Return the unit price of a tier at four decimals, half up."""
    return number.rounded_to_4(unit_price * factor)


def units_in_tier(units: Any, start: Any, end: Any) -> Any:
    """Return how many of the units fall between two bounds of a graduated list."""
    return max(Decimal(0), min(units, end) - start)


def units_above(units: Any, start: Any) -> Any:
    """Return how many of the units lie above the last bound of a graduated list."""
    return max(Decimal(0), units - start)


def billed_units(units: Any, unit_price: Any, *starts_and_factors: Any) -> Any:
    """Return how many units one price for all is paid for: these, or more for less.

    `starts_and_factors` are the first unit and the share of the unit price of every
    tier, in turn.
    """
    return _cheapest(units, unit_price, starts_and_factors)[0]


def billed_price(units: Any, unit_price: Any, *starts_and_factors: Any) -> Any:
    """Return the unit price, at four decimals, that is paid for all of these units."""
    return _cheapest(units, unit_price, starts_and_factors)[1]


def _cheapest(
    units: Decimal, unit_price: Decimal, said: Sequence[Decimal]
) -> tuple[Decimal, Decimal]:
    tiers = [
        (start, tier_price(unit_price, factor))
        for start, factor in zip(said[::2], said[1::2], strict=True)
    ]
    return no_regret(units, tiers)


def steps_of(unit_price: Decimal, tiers: Sequence[Tier]) -> Steps:
    """Return the whole tariff of a unit price: every tier, reached or not."""
    return tuple(
        (tier.up_to, tier_price(unit_price, tier.factor.value)) for tier in tiers
    )


def amount_of_draws(units: Draws, steps: Steps, *, rule: TierRule) -> Draws:
    """Return what drawn quantities come to under a tariff, not rounded."""
    if rule == "all_units":
        return _all_units(units, steps)
    amount, start = units * 0.0, 0.0
    for last, price in steps:
        end = np.inf if last is None else float(last)
        amount += np.clip(units - start, 0.0, end - start) * float(price)
        start = end
    return amount


def _all_units(units: Draws, steps: Steps) -> Draws:
    """Return the least of this quantity's own amount and of every further tier's.

    From the last tier backwards: what its first unit comes to is the most that anything
    before it costs.
    """
    starts = [0.0, *(float(last or 0) + 1 for last, _ in steps[:-1])]
    amount = units * float(steps[-1][1])
    cap = starts[-1] * float(steps[-1][1])
    for (start, after), (_, price) in reversed(
        list(zip(pairwise(starts), steps[:-1], strict=True))
    ):
        own = np.minimum(units * float(price), cap)
        amount = np.where(units < after, own, amount)
        cap = min(cap, start * float(price)) if start else cap
    return amount


def tier_rows(
    units: Step,
    unit_price: Step,
    tiers: Sequence[Tier],
    *,
    rule: TierRule,
    currency: str,
) -> list[TierRow]:
    """Return the printed rows of a line: one for each tier that holds any units."""
    if len(tiers) <= 1:
        return [_row(units, unit_price, currency=currency)]
    if rule == "all_units":
        return [_one_price(units, unit_price, tiers, currency=currency)]
    rows = []
    bounds = [tier.up_to for tier in tiers]
    for tier, inside in zip(
        tiers, tier_quantities(int(units.value), bounds), strict=True
    ):
        if inside == 0:
            continue
        each = derive(
            "Unit price in this tier",
            tier_price,
            unit_price,
            tier.factor.step("Share of the unit price in this tier"),
            unit=unit_price.unit,
            because="unit price × share of the tier, four decimals",
        )
        held = _held_in_tier(units, tier, tiers)
        amount = derive(
            "Amount of the tier",
            rounder(currency),
            held,
            each,
            unit=currency,
            because="units in the tier × its price, rounded half up",
        )
        rows.append(TierRow(units=inside, unit_price=each.value, amount=amount))
    return rows


def _row(units: Step, each: Step, *, currency: str) -> TierRow:
    amount = derive(
        "Amount",
        rounder(currency),
        units,
        each,
        unit=currency,
        because="units × unit price, rounded half up",
    )
    return TierRow(units=int(units.value), unit_price=each.value, amount=amount)


def _one_price(
    units: Step, unit_price: Step, tiers: Sequence[Tier], *, currency: str
) -> TierRow:
    said: list[Step] = []
    start = Decimal(0)
    for tier in tiers:
        said.append(_bound(tier, start, end="from"))
        said.append(tier.factor.step("Share of the unit price in this tier"))
        start = Decimal(tier.up_to or 0) + 1
    billed = derive(
        "Units that are billed",
        billed_units,
        units,
        unit_price,
        *said,
        unit=units.unit,
        because="the units, or the first of a further tier where those cost less",
    )
    each = derive(
        "Unit price of all units",
        billed_price,
        units,
        unit_price,
        *said,
        unit=unit_price.unit,
        because="unit price × share of the tier of the units billed, four decimals",
    )
    return _row(billed, each, currency=currency)


def _held_in_tier(units: Step, tier: Tier, tiers: Sequence[Tier]) -> Step:
    place = list(tiers).index(tier)
    before = tiers[place - 1].up_to if place else 0
    start = _bound(tier, Decimal(before or 0), end="from")
    if tier.up_to is None:
        return derive(
            "Units in this tier",
            units_above,
            units,
            start,
            unit=units.unit,
            because="units above the tier's start",
        )
    return derive(
        "Units in this tier",
        units_in_tier,
        units,
        start,
        _bound(tier, Decimal(tier.up_to), end="up to"),
        unit=units.unit,
        because="units between the tier's bounds",
    )


def _bound(tier: Tier, value: Decimal, *, end: str) -> Step:
    return given(
        f"Tier {end}",
        value,
        unit="units",
        because=f"rate card, {tier.factor.source}",
        origin=Origin(
            kind="card",
            at=tier.factor.key,
            source=tier.factor.source,
            as_of=tier.factor.as_of,
        ),
    )
