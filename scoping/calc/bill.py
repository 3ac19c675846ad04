"""The commercial arithmetic: quantities and unit prices into a total that adds up.

Order: tiers, what the basis makes of them, discount (spread by largest remainder),
fees, minimum order as a fee, tax. Every row is rounded once, half up, to the smallest
coin; totals are sums of rounded rows. Nothing here knows where a unit price came from,
and nothing starts from a draw. See docs/model.md#bill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import number
from .bases import Booked, Sold, booked, priced_by_unit, sold_by, summed
from .fees import FeeRow, fee_rows
from .money import coin, share_out
from .rates.values import PriceSide
from .spec.values import Line, Spec
from .tariff import Steps, TierRow, TierRule, amount_of_draws, rounder
from .tax import (
    after_discount,
    part_in_cents,
    part_in_whole,
    place_after,
    tax_on,
    total_with,
)
from .trace import Draws, Step, derive
from .volume import LineVolume, answer


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of a bill. `net` is the amount less its part of the discount.

    `decided` is the price of the line's own unit, before the basis; `by_unit` what the
    quoted units come to at it. `tariff`: the last unit and the unit price of every
    tier, reached or not.
    """

    line: Line
    unit: str
    units: Step
    unit_price: Step
    decided: Step
    tiers: tuple[TierRow, ...]
    amount: Step
    by_unit: Step
    net: Decimal
    tariff: Steps = ()
    rule: TierRule = "graduated"

    def net_of(self, units: Draws) -> Draws:
        """Return what other quantities of its own units would come to, discount off.

        By the whole tariff, because more units reach further tiers; the discount takes
        the same share. Not rounded: it is for draws, never for a bill.
        """
        if not self.amount.value:
            return units * 0.0
        kept = float(self.net / self.amount.value)
        if len(self.tariff) <= 1:
            return units * (float(self.decided.value) * kept)
        return amount_of_draws(units, self.tariff, rule=self.rule) * kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A total with its parts. `lines` are in it, `beside` are offered beside it.

    `booked`: the teams and months that are sold instead of the lines, which then hold
    their parts of that amount.
    """

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
    booked: Booked | None = None

    @property
    def lines_total(self) -> Decimal:
        """Return what the lines come to after the discount."""
        return self.subtotal.value - self.discount.value


def shortfall(reached: Any, minimum: Any) -> Any:
    """Return what is missing to a minimum, never below nothing."""
    return max(minimum - reached, Decimal(0))


def in_total(line: Line) -> bool:
    """Return whether a line counts into the total: not optional, not an alternative."""
    return not line.optional and line.alternative_to is None


def make_bill(
    spec: Spec,
    *,
    price: PriceSide,
    volumes: Mapping[int, LineVolume],
    unit_prices: Mapping[int, Step],
    months: Step,
) -> Bill:
    """Return the bill of all lines that have a unit price.

    Monthly fees are due for `months`, or for as long as teams are booked.
    """
    currency = price.currency
    priced = [line for line in spec.lines if line.index in unit_prices]
    counted = [line for line in priced if in_total(line)]
    sold, booking = _sold(
        spec,
        priced,
        price=price,
        volumes=volumes,
        unit_prices=unit_prices,
        months=months,
    )
    amounts = [sold[line.index].amount for line in counted]
    subtotal = booking.amount if booking else _sum("Lines", amounts, currency)
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
        discount.value, [amount.value for amount in amounts], currency
    )
    off = {line.index: share for line, share in zip(counted, shares, strict=True)}
    lasting = months if booking is None else booking.months
    fees = tuple(fee_rows(spec, price=price, months=int(lasting.value)))
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
    tax = tax_on(
        spec,
        net,
        [
            *(
                [after]
                if booking
                else after_discount(amounts, discount, currency=currency)
            ),
            *(row.amount for row in fees),
            *([top_up] if top_up is not None else []),
        ],
        currency=currency,
    )
    rows = {
        line.index: _bill_line(
            line,
            sold[line.index],
            unit_prices[line.index],
            off=off.get(line.index, Decimal(0)),
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
        total=total_with(spec, net, tax, currency=currency),
        minimum_top_up=top_up,
        booked=booking,
    )


def _sold(
    spec: Spec,
    priced: Sequence[Line],
    *,
    price: PriceSide,
    volumes: Mapping[int, LineVolume],
    unit_prices: Mapping[int, Step],
    months: Step,
) -> tuple[dict[int, Sold], Booked | None]:
    """Return every line as its basis sells it, and the booking where teams are sold."""
    by_unit = {
        line.index: priced_by_unit(
            line, volumes[line.index], unit_prices[line.index], price=price
        )
        for line in priced
    }
    counted = [line for line in priced if in_total(line)]
    if spec.commercial.basis == "pod_month" and counted:
        amounts = [by_unit[line.index].by_unit for line in counted]
        booking = booked(spec, amounts, price=price, months=months)
        weights = _weights(amounts, [by_unit[line.index].units for line in counted])
        for place, line in enumerate(counted):
            by_unit[line.index] = _part_of(
                booking, by_unit[line.index], weights, place=place
            )
        return by_unit, booking
    return {
        line.index: sold_by(
            spec, line, volumes[line.index], by_unit[line.index], price=price
        )
        for line in priced
    }, None


def _weights(amounts: Sequence[Step], units: Sequence[Step]) -> Sequence[Step]:
    """Return what a booking is shared out by: money, or units that come to no coin."""
    return amounts if any(step.value for step in amounts) else units


def _part_of(
    booking: Booked, found: Sold, weights: Sequence[Step], *, place: int
) -> Sold:
    """Return a line that is in a booking: its part by what its units come to."""
    currency = booking.amount.unit
    amount = booking.amount
    if len(weights) > 1:
        amount = derive(
            f"{found.unit.capitalize()} units in the teams' price",
            part_in_whole if coin(currency) == 1 else part_in_cents,
            place_after(weights[:place]),
            booking.amount,
            *weights,
            unit=currency,
            because="teams' price by what the units come to, largest remainder",
        )
    return Sold(
        unit=found.unit,
        units=found.units,
        unit_price=found.unit_price,
        tiers=(),
        amount=amount,
        by_unit=found.by_unit,
        tariff=found.tariff,
        rule=found.rule,
    )


def _bill_line(line: Line, sold: Sold, decided: Step, *, off: Decimal) -> BillLine:
    return BillLine(
        line=line,
        unit=sold.unit,
        units=sold.units,
        unit_price=sold.unit_price,
        decided=decided,
        tiers=sold.tiers,
        amount=sold.amount,
        by_unit=sold.by_unit,
        net=sold.amount.value - off,
        tariff=sold.tariff,
        rule=sold.rule,
    )


def _discount_shares(
    discount: Decimal, amounts: list[Decimal], currency: str
) -> list[Decimal]:
    if discount == 0 or sum(amounts, Decimal(0)) == 0:
        return [Decimal(0)] * len(amounts)
    return share_out(discount, amounts, currency)


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


def _sum(name: str, steps: Sequence[Step], currency: str) -> Step:
    return summed(name, steps, currency=currency)
