"""The commercial arithmetic: quantities and unit prices into a total that adds up.

Order: tiers, discount (spread by largest remainder), fees, minimum order as a fee, tax.
Every row is rounded once, half up, to the smallest coin; totals are sums of rounded
rows. Nothing here knows where a unit price came from, and nothing starts from a draw.
See docs/model.md#bill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from . import number
from .money import coin, share_out, to_coins
from .pricing import tier_quantities
from .rates.values import FeePrice, PriceSide, Tier
from .spec.values import Line, Spec
from .trace import Draws, Step, derive
from .volume import LineVolume, answer


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """One printed row of a line: so many units at this price."""

    units: int
    unit_price: Decimal
    amount: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of a bill. `net` is the amount less its part of the discount.

    `tariff`: the last unit and the unit price of every tier, reached or not.
    """

    line: Line
    unit: str
    units: Step
    unit_price: Step
    tiers: tuple[TierRow, ...]
    amount: Step
    net: Decimal
    tariff: tuple[tuple[int | None, Decimal], ...] = ()

    def net_of(self, units: Draws) -> Draws:
        """Return what other quantities of units would come to, discount taken off.

        By the whole tariff, because more units reach further tiers; the discount takes
        the same share. Not rounded: it is for draws, never for a bill.
        """
        if not self.amount.value:
            return units * 0.0
        kept = float(self.net / self.amount.value)
        if len(self.tariff) <= 1:
            return units * (float(self.unit_price.value) * kept)
        amount, start = units * 0.0, 0.0
        for last, price in self.tariff:
            end = np.inf if last is None else float(last)
            amount += np.clip(units - start, 0.0, end - start) * float(price)
            start = end
        return amount * kept


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """One fee: how many times, at which price."""

    fee: FeePrice
    quantity: int
    amount: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A total with its parts. `lines` are in it, `beside` are offered beside it."""

    currency: str
    lines: tuple[BillLine, ...]
    beside: tuple[BillLine, ...]
    fees: tuple[FeeRow, ...]
    subtotal: Step
    discount: Step
    fees_total: Step
    tax: Step
    total: Step
    minimum_top_up: Step | None

    @property
    def lines_total(self) -> Decimal:
        """Return what the lines come to after the discount."""
        return self.subtotal.value - self.discount.value


def amount_in_cents(units: Any, unit_price: Any) -> Any:
    """Return units × unit price, rounded half up to hundredths."""
    return to_coins(units * unit_price, "USD")


def amount_in_whole(units: Any, unit_price: Any) -> Any:
    """Return units × unit price, rounded half up to whole currency units."""
    return to_coins(units * unit_price, "VND")


def shortfall(reached: Any, minimum: Any) -> Any:
    """Return what is missing to a minimum, never below nothing."""
    return max(minimum - reached, Decimal(0))


def rounder(currency: str) -> Any:
    """Return the operation that multiplies and rounds for this currency."""
    return amount_in_whole if coin(currency) == 1 else amount_in_cents


def in_total(line: Line) -> bool:
    """Return whether a line counts into the total: not optional, not an alternative."""
    return not line.optional and line.alternative_to is None


def make_bill(
    spec: Spec,
    *,
    price: PriceSide,
    volumes: Mapping[int, LineVolume],
    unit_prices: Mapping[int, Step],
    months: int,
) -> Bill:
    """Return the bill of all lines that have a unit price."""
    currency = price.currency
    priced = [line for line in spec.lines if line.index in unit_prices]
    amounts = {
        line.index: _line_amount(
            spec, line, volumes[line.index], unit_prices[line.index], price=price
        )
        for line in priced
    }
    counted = [line for line in priced if in_total(line)]
    subtotal = _sum("Lines", [amounts[line.index][-1] for line in counted], currency)
    discount = derive(
        "Discount",
        rounder(currency),
        subtotal,
        answer(
            "Discount share",
            spec.commercial.discount,
            unit="",
            path="/commercial/discount",
        ),
        unit=currency,
        because="lines × discount share, rounded to coins",
    )
    shares = _discount_shares(
        discount.value, [amounts[line.index][-1].value for line in counted], currency
    )
    off = {line.index: share for line, share in zip(counted, shares, strict=True)}
    fees = tuple(_fee_rows(spec, price=price, months=months))
    after = derive(
        "Lines after discount",
        number.difference,
        subtotal,
        discount,
        unit=currency,
        because="lines − discount",
    )
    plain_fees = _sum("Fees", [row.amount for row in fees], currency)
    top_up = _minimum(after, plain_fees, price=price)
    fees_total = plain_fees
    if top_up is not None:
        fees_total = _sum("Fees", [plain_fees, top_up], currency)
    net = derive(
        "Net total",
        number.total,
        after,
        fees_total,
        unit=currency,
        because="lines after discount + fees",
    )
    tax = _tax(spec, net, currency)
    rows = {
        line.index: _bill_line(
            line, amounts[line.index], off=off.get(line.index, Decimal(0))
        )
        for line in priced
    }
    return Bill(
        currency=currency,
        lines=tuple(rows[line.index] for line in counted),
        beside=tuple(rows[line.index] for line in priced if not in_total(line)),
        fees=fees,
        subtotal=subtotal,
        discount=discount,
        fees_total=fees_total,
        tax=tax,
        total=derive(
            "Total",
            number.total,
            net,
            tax,
            unit=currency,
            because="net total + tax",
        ),
        minimum_top_up=top_up,
    )


_Amounts = tuple[Any, ...]


def _line_amount(
    spec: Spec, line: Line, volume: LineVolume, unit_price: Step, *, price: PriceSide
) -> _Amounts:
    """Return unit, units, price, tier rows, tariff and amount of a line."""
    units, each, unit = volume.quoted, unit_price, line.unit
    tiers = price.tiers.get(line.type, ())
    if spec.commercial.basis == "image":
        units = derive(
            "Images with any",
            number.whole_units,
            volume.items,
            unit="images",
            because="items that carry any, in whole ones",
        )
        each = _price_of_image(
            volume, unit_price, tiers, images=units, currency=price.currency
        )
        # Tiers count units, and are in the image's price already.
        unit, tiers = "image", ()
    tariff = tuple(
        (tier.up_to, tier_price(each.value, tier.factor.value)) for tier in tiers
    )
    rows = tuple(_tier_rows(units, each, tiers, currency=price.currency))
    amount = _sum(
        f"{line.unit.capitalize()} units", [r.amount for r in rows], price.currency
    )
    return unit, units, each, rows, tariff, amount


def _price_of_image(
    volume: LineVolume,
    unit_price: Step,
    tiers: Sequence[Tier],
    *,
    images: Step,
    currency: str,
) -> Step:
    """Return the one price of an image, whatever it holds."""
    unit = f"{currency} an image"
    if len(tiers) <= 1:
        return derive(
            "Price of an image",
            image_price,
            unit_price,
            volume.per_item,
            unit=unit,
            because="unit price × mean units in an image, rounded up at four decimals",
        )
    rows = _tier_rows(volume.quoted, unit_price, tiers, currency=currency)
    return derive(
        "Price of an image",
        image_share,
        _sum("What the units come to", [row.amount for row in rows], currency),
        images,
        unit=unit,
        because="what the units come to ÷ images, rounded up at four decimals",
    )


def image_share(amount: Any, images: Any) -> Any:
    """Return an image's part of an amount, rounded up at four decimals."""
    return number.rounded_up_to_4(amount / images)


def image_price(unit_price: Any, per_item: Any) -> Any:
    """Return the blended price of an image, rounded up at four decimals."""
    return number.rounded_up_to_4(unit_price * per_item)


def tier_price(unit_price: Any, factor: Any) -> Any:
    """Return the unit price of a tier at four decimals, half up."""
    return number.rounded_to_4(unit_price * factor)


def units_in_tier(units: Any, start: Any, end: Any) -> Any:
    """Return how many of the units fall between two bounds of a graduated list."""
    return max(Decimal(0), min(units, end) - start)


def units_above(units: Any, start: Any) -> Any:
    """Return how many of the units lie above the last bound of a graduated list."""
    return max(Decimal(0), units - start)


def _tier_rows(
    units: Step, unit_price: Step, tiers: Sequence[Tier], *, currency: str
) -> list[TierRow]:
    operation = rounder(currency)
    if len(tiers) <= 1:
        amount = derive(
            "Amount",
            operation,
            units,
            unit_price,
            unit=currency,
            because="units × unit price, rounded half up",
        )
        return [
            TierRow(units=int(units.value), unit_price=unit_price.value, amount=amount)
        ]
    rows = []
    bounds = [tier.up_to for tier in tiers]
    for tier, inside in zip(
        tiers, tier_quantities(int(units.value), bounds), strict=True
    ):
        if inside == 0:
            continue
        factor = tier.factor.step("Share of the unit price in this tier")
        each = derive(
            "Unit price in this tier",
            tier_price,
            unit_price,
            factor,
            unit=unit_price.unit,
            because="unit price × share of the tier, four decimals",
        )
        held = _held_in_tier(units, tier, tiers)
        amount = derive(
            "Amount of the tier",
            operation,
            held,
            each,
            unit=currency,
            because="units in the tier × its price, rounded half up",
        )
        rows.append(TierRow(units=inside, unit_price=each.value, amount=amount))
    return rows


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
    end = _bound(tier, Decimal(tier.up_to), end="up to")
    return derive(
        "Units in this tier",
        units_in_tier,
        units,
        start,
        end,
        unit=units.unit,
        because="units between the tier's bounds",
    )


def _bound(tier: Tier, value: Decimal, *, end: str) -> Step:
    from .trace import Origin, given

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


def _bill_line(line: Line, amounts: _Amounts, *, off: Decimal) -> BillLine:
    unit, units, each, rows, tariff, amount = amounts
    return BillLine(
        line=line,
        unit=unit,
        units=units,
        unit_price=each,
        tiers=rows,
        tariff=tariff,
        amount=amount,
        net=amount.value - off,
    )


def _discount_shares(
    discount: Decimal, amounts: list[Decimal], currency: str
) -> list[Decimal]:
    if discount == 0 or sum(amounts, Decimal(0)) == 0:
        return [Decimal(0)] * len(amounts)
    return share_out(discount, amounts, currency)


def fee_quantity(fee: FeePrice, spec: Spec, *, months: int) -> int:
    """Return how many times a fee is due under the spec's conditions; 0 if not."""
    conditions = spec.conditions
    times = {
        "always": 1,
        "never": 0,
        "pilot": int(spec.commercial.pilot),
        "tool": int(conditions.tool is None),
        "secure_room": int(conditions.secure_room),
        "residency": int(conditions.residency is not None),
        "extra_language": max(0, len(conditions.guideline_languages) - 1),
    }[fee.when]
    return times * (months if fee.every == "month" else 1)


def _fee_rows(spec: Spec, *, price: PriceSide, months: int) -> list[FeeRow]:
    rows = []
    for fee in price.fees:
        quantity = fee_quantity(fee, spec, months=months)
        if quantity == 0:
            continue
        amount = fee.price.step(fee.name)
        if quantity > 1:
            amount = derive(
                f"{fee.name}, {quantity} times",
                number.total,
                *([amount] * quantity),
                unit=price.currency,
                because="once for each time it is due",
            )
        rows.append(FeeRow(fee=fee, quantity=quantity, amount=amount))
    return rows


def _minimum(after: Step, fees: Step, *, price: PriceSide) -> Step | None:
    reached = derive(
        "Reached",
        number.total,
        after,
        fees,
        unit=price.currency,
        because="lines after discount + fees",
    )
    top_up = derive(
        "Up to the minimum order",
        shortfall,
        reached,
        price.minimum_order.step("Minimum order"),
        unit=price.currency,
        because="minimum order − lines and fees, where they fall short",
    )
    return top_up if top_up.value > 0 else None


def _tax(spec: Spec, net: Step, currency: str) -> Step:
    tax = spec.commercial.tax
    rate = answer("Tax rate", tax.rate, unit="", path="/commercial/tax/rate")
    if tax.mode != "exclusive":
        why = "reverse charge" if tax.mode == "reverse_charge" else "no tax"
        rate = answer(f"Tax rate, {why}", 0, unit="", path="/commercial/tax/mode")
    return derive(
        "Tax",
        rounder(currency),
        net,
        rate,
        unit=currency,
        because=f"net total × tax rate ({tax.reason})",
    )


def _sum(name: str, steps: Sequence[Step], currency: str) -> Step:
    if not steps:
        return derive(name, nothing, unit=currency, because="no rows")
    if len(steps) == 1:
        return steps[0]
    return derive(
        name, number.total, *steps, unit=currency, because="sum of rounded rows"
    )


def nothing() -> Decimal:
    """Return the sum of no rows."""
    return Decimal("0.00")
