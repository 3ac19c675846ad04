"""Tax on a bill: none, on top, contained, or owed by the client instead of us.

One rate, stated with its reason and never inferred from an address. It is taken on the
sum of all rows, or row by row where the client's country asks for that; which of the
two is an answer of the spec, for the two may differ by a coin. See docs/model.md#tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from . import number
from .money import coin, share_out, to_coins
from .spec.values import Spec
from .tariff import rounder
from .trace import Step, derive
from .volume import answer

CHARGED = ("exclusive", "inclusive")


def contained_in_cents(amount: Any, rate: Any) -> Any:
    """Return the tax that an amount contains, rounded half up to hundredths."""
    return to_coins(amount * rate / (1 + rate), "USD")


def contained_in_whole(amount: Any, rate: Any) -> Any:
    """Return the tax that an amount contains, rounded half up to whole units."""
    return to_coins(amount * rate / (1 + rate), "VND")


def part_in_cents(place: Any, whole: Any, *weights: Any) -> Any:
    """Return one part of an amount shared out by weights, in hundredths."""
    return share_out(whole, weights, "USD")[int(place)]


def part_in_whole(place: Any, whole: Any, *weights: Any) -> Any:
    """Return one part of an amount shared out by weights, in whole units."""
    return share_out(whole, weights, "VND")[int(place)]


def count_of(*amounts: Any) -> Any:
    """Return how many amounts these are."""
    return Decimal(len(amounts))


def place_after(before: Sequence[Step]) -> Step:
    """Return the place of a line: how many stand before it."""
    return derive(
        "Lines before it", count_of, *before, unit="", because="counted, in order"
    )


def with_tax(price: Any, rate: Any) -> Any:
    """Return a unit price with the tax that it is to contain, up at four decimals."""
    return number.rounded_up_to_4(price * (1 + rate))


def kept_share(spec: Spec) -> Decimal:
    """Return what we keep of an amount on the bill: all, or less the tax in it."""
    tax = spec.commercial.tax
    return 1 / (1 + tax.rate) if tax.mode == "inclusive" else Decimal(1)


def rate_of(spec: Spec) -> Step:
    """Return the rate that is charged: 0, with its reason, where none is."""
    tax = spec.commercial.tax
    if tax.mode in CHARGED:
        return answer("Tax rate", tax.rate, unit="", path="/commercial/tax/rate")
    why = "reverse charge" if tax.mode == "reverse_charge" else "no tax"
    return answer(f"Tax rate, {why}", 0, unit="", path="/commercial/tax/mode")


def after_discount(
    amounts: Sequence[Step], discount: Step, *, currency: str
) -> list[Step]:
    """Return what each line comes to when its part of the discount is taken off."""
    if discount.value == 0:
        return list(amounts)
    part = part_in_whole if coin(currency) == 1 else part_in_cents
    return [
        derive(
            f"{amount.name} after discount",
            number.difference,
            amount,
            derive(
                "Part of the discount",
                part,
                place_after(amounts[:place]),
                discount,
                *amounts,
                unit=currency,
                because="discount by amounts; coins left over to the largest remainder",
            ),
            unit=currency,
            because="amount − its part of the discount",
        )
        for place, amount in enumerate(amounts)
    ]


def tax_on(spec: Spec, net: Step, rows: Sequence[Step], *, currency: str) -> Step:
    """Return the tax on a bill: on its net total, or row by row.

    `rows` are the lines after discount and the fees; they add up to `net`.
    """
    tax, rate = spec.commercial.tax, rate_of(spec)
    taxed = list(rows) if tax.rounding == "line" else [net]
    formula = rounder(currency)
    because = f"amount × tax rate ({tax.reason})"
    if tax.mode == "inclusive":
        formula = contained_in_whole if coin(currency) == 1 else contained_in_cents
        because = f"the part of the amount that is tax ({tax.reason})"
    each = [
        derive(
            "Tax" if row is net else f"Tax on {row.name.lower()}",
            formula,
            row,
            rate,
            unit=currency,
            because=because,
        )
        for row in taxed
    ]
    if len(each) == 1:
        return each[0]
    return derive(
        "Tax", number.total, *each, unit=currency, because="sum of each row's tax"
    )


def total_with(spec: Spec, net: Step, tax: Step, *, currency: str) -> Step:
    """Return the total: the net total, with tax where it comes on top."""
    if spec.commercial.tax.mode == "inclusive":
        return derive(
            "Total", number.total, net, unit=currency, because="net total, tax in it"
        )
    return derive(
        "Total", number.total, net, tax, unit=currency, because="net total + tax"
    )
