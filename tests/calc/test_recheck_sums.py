"""Sums of a frozen document, recomputed: a tax that is off by more than rounding."""

from __future__ import annotations

from decimal import Decimal

from quotes.calc.recheck import complaints

NOTHING = {"lines": [], "fees": [], "currency": "USD"}


def a_document(tax):
    price = {"subtotal": "0.00", "discount": "0.00", "fees": "0.00", "total": tax}
    rows = [{"mode": "exclusive", "rate": "0.10", "amount": tax}]
    offer = NOTHING | {"price": price | {"tax": rows}}
    return {"scenario": "A", "offer": offer}


def test_a_tax_on_nothing_is_named():
    terms = {"A": {"discount": "0"}}

    assert list(complaints(a_document("0.00"), terms)) == []
    assert list(complaints(a_document("5.00"), terms)) == [
        f"Scenario A: The tax comes to {Decimal('0'):.4f}, not 5.00."
    ]
