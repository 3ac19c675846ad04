"""The arithmetic of a sent quote, done again from what it prints, for ever.

Units × unit price, tiers, discount, fees, tax and totals of every scenario and every
choice are recomputed from the frozen document alone. It shares no code with the bill
that made it, so that a change of a formula cannot hide in both.
See docs/model.md#recheck.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

WHOLE = frozenset({"VND", "JPY", "KRW"})
"""Currencies without a hundredth part."""


def complaints(
    document: Mapping[str, Any], commercial: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Yield a sentence for every sum of a client document that does not add up.

    `commercial` holds, by scenario, what the spec said of discount and tax.
    """
    every = [
        {"scenario": document["scenario"], "offer": document["offer"]}
        | {"choices": document.get("choices", [])},
        *document.get("others", []),
    ]
    for one in every:
        terms = commercial[one["scenario"]]
        for text in _of_view(one["offer"], terms):
            yield f"Scenario {one['scenario']}: {text}"
        for choice in one["choices"]:
            view = {**one["offer"], **choice}
            where = ", ".join(str(index + 1) for index in choice["taken"])
            for text in _of_view(view, terms):
                yield f"Scenario {one['scenario']} with line {where}: {text}"


def _of_view(view: Mapping[str, Any], terms: Mapping[str, Any]) -> Iterator[str]:
    coin = Decimal(1) if view["currency"] in WHOLE else Decimal("0.01")
    price = {
        key: Decimal(view["price"][key])
        for key in ("subtotal", "discount", "fees", "total")
    }
    for line in view["lines"]:
        yield from _of_line(line, coin)
    booked = (view.get("basis") or {}).get("booked")
    subtotal = sum((Decimal(line["amount"]) for line in _counted(view)), Decimal(0))
    if booked:
        subtotal += Decimal(booked["amount"])
    yield from _same("The lines", subtotal, price["subtotal"])
    discount = _round(price["subtotal"] * Decimal(str(terms["discount"])), coin)
    yield from _same("The discount", discount, price["discount"])
    fees = sum((Decimal(fee["amount"]) for fee in view["fees"]), Decimal(0))
    yield from _same("The fees", fees, price["fees"])
    net = price["subtotal"] - price["discount"] + price["fees"]
    rows = len(view["lines"]) + len(view["fees"])
    added = Decimal(0)
    for tax in view["price"]["tax"]:
        added += yield from _of_tax(tax, net, coin * rows)
    yield from _same("The total", net + added, price["total"])


def _of_line(line: Mapping[str, Any], coin: Decimal) -> Iterator[str]:
    if line["amount"] is None:
        return
    rows = line["tiers"] or [line]
    total = Decimal(0)
    for row in rows:
        amount = _round(Decimal(row["units"]) * Decimal(row["unit_price"]), coin)
        yield from _same(f"Line {line['index'] + 1}", amount, Decimal(row["amount"]))
        total += amount
    yield from _same(f"Line {line['index'] + 1}", total, Decimal(line["amount"]))


def _of_tax(tax: Mapping[str, Any], net: Decimal, tolerance: Decimal) -> Any:
    """Yield what is wrong with a tax; return what it adds to the total.

    Rounded once it is exact to the coin; rounded by row it may differ by one each.
    """
    rate, said = Decimal(tax["rate"]), Decimal(tax["amount"])
    expected = {
        "exclusive": net * rate,
        "inclusive": net - net / (1 + rate),
    }.get(tax["mode"], Decimal(0))
    if abs(expected - said) > tolerance:
        yield f"The tax comes to {expected:.4f}, not {said}."
    return said if tax["mode"] == "exclusive" else Decimal(0)


def _counted(view: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for line in view["lines"]:
        stands = not line["optional"] and line["alternative_to"] is None
        if stands and line["amount"] is not None:
            yield line


def _round(amount: Decimal, coin: Decimal) -> Decimal:
    return amount.quantize(coin, rounding=ROUND_HALF_UP)


def _same(what: str, expected: Decimal, said: Decimal) -> Iterator[str]:
    if expected != said:
        yield f"{what} come to {expected}, not {said}."
