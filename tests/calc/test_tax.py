"""Tax: on top, contained, reversed; once on the sum or row by row."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.spec.values import Commercial, Spec, Tax
from scoping.calc.tax import contained_in_cents, contained_in_whole, kept_share
from tests.calc.an_estimate import a_figure, a_line, a_spec, an_estimate, the_card
from tests.calc.test_bill import bill_of

D = Decimal
PRICE = replace(the_card().price, fees=(), minimum_order=a_figure(0))


def taxed(tax: Tax, *lines, discount: str = "0") -> Spec:
    terms = Commercial(pilot=False, tax=tax, discount=D(discount))
    return a_spec(*lines, items=1, commercial=terms)


def test_a_tax_in_the_prices_moves_no_total():
    # 5 boxes × 21.60 = 108.00, of which 108 × 0.08 ÷ 1.08 = 8.00 is tax.
    found = bill_of(taxed(Tax(rate=D("0.08"), mode="inclusive")), "21.60")

    assert (found.total.value, found.tax.value) == (D("108.00"), D("8.00"))


def test_a_tax_row_by_row_may_differ_by_coins_from_one_on_the_sum():
    # Two rows of 0.25 at 10 %: 0.03 each, 0.06; on their sum of 0.50 it is 0.05.
    line = a_line(per_item=D(1))
    each, once = (
        bill_of(
            taxed(Tax(rate=D("0.1"), mode="exclusive", rounding=rounding), line, line),
            "0.25",
            "0.25",
        )
        for rounding in ("line", "sum")
    )

    assert (each.tax.value, each.total.value) == (D("0.06"), D("0.56"))
    assert (once.tax.value, once.total.value) == (D("0.05"), D("0.55"))


def test_tax_row_by_row_is_on_what_the_discount_leaves():
    # 10.00 and 20.00 less a tenth: 9.00 and 18.00; at 10 % 0.90 and 1.80.
    line = a_line(per_item=D(1))
    spec = taxed(
        Tax(rate=D("0.1"), mode="exclusive", rounding="line"),
        line,
        line,
        discount="0.1",
    )

    found = bill_of(spec, "10", "20")

    assert [step.value for step in found.tax.uses] == [D("0.90"), D("1.80")]


def test_fees_waivers_and_the_minimum_are_taxed_with_the_rest():
    price = replace(the_card().price, minimum_order=a_figure(5000))
    spec = taxed(Tax(rate=D("0.1"), mode="exclusive", rounding="line"))

    found = bill_of(spec, "1", price=price)

    # 5,000.00 in all, and every row is whole coins at a tenth.
    assert found.tax.value == D("500.00")


@pytest.mark.parametrize("mode", ["none", "reverse_charge"])
def test_no_tax_is_charged_where_none_is_due_and_the_reason_is_kept(mode):
    rate = D(0) if mode == "none" else D("0.2")
    found = bill_of(taxed(Tax(rate=rate, mode=mode, reason="Art. 44")), "1")

    assert (found.tax.value, found.total.value) == (0, D("5.00"))
    assert "Art. 44" in found.tax.because


@given(
    gross=st.integers(1, 10_000_000).map(lambda cents: D(cents) / 100),
    rate=st.decimals("0", "0.3", places=4),
)
def test_what_is_contained_is_what_tax_on_the_rest_comes_to(gross, rate):
    contained = contained_in_cents(gross, rate)
    net = gross - contained

    # The rounded parts give the rate back within a coin.
    assert abs(net * rate - contained) <= D("0.011")
    assert contained_in_whole(gross, rate) == contained.quantize(D(1)) or rate > 0


def test_targets_and_floors_hold_the_tax_that_is_in_the_prices():
    net, gross = (
        an_estimate(a_spec(commercial=Commercial(tax=Tax(rate=D("0.25"), mode=mode))))
        for mode in ("exclusive", "inclusive")
    )

    for name in ("target", "floor"):
        plain = getattr(net.suggested[0], name).value
        # Up at four decimals.
        assert getattr(gross.suggested[0], name).value - plain * D("1.25") < D("0.0001")
        assert getattr(gross.suggested[0], name).value >= plain * D("1.25")
    assert kept_share(gross.spec) == D("0.8")
    # The list is printed as it is: of it we keep four fifths.
    assert net.suggested[0].list.value == gross.suggested[0].list.value


def test_in_dong_parts_of_a_discount_and_the_tax_in_a_price_are_whole():
    line = a_line(per_item=D(1))
    spec = replace(
        taxed(
            Tax(rate=D("0.08"), mode="inclusive", rounding="line"),
            *(line, line, line),
            discount="0.1",
        ),
        currency="VND",
    )

    found = bill_of(spec, "333", "333", "333", price=replace(PRICE, currency="VND"))

    # A tenth of 999 is 100: 34, 33 and 33; of 299, 300 and 300 tax is 22 each.
    assert [row.net for row in found.lines] == [299, 300, 300]
    assert [step.value for step in found.tax.uses] == [22, 22, 22]
