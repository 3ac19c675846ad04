"""Exchange: a card in another currency, at one pinned rate, down to its rows."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.document import document
from scoping.calc.estimate import estimate
from scoping.calc.exchange import beyond_buffer, card_in, price_in
from scoping.calc.offer import client_view, make_offer
from scoping.calc.offer_advice import client_advice
from scoping.calc.rates.values import MissingRateError
from scoping.calc.spec import SpecError
from scoping.calc.spec.values import Commercial
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_workdays,
)
from tests.calc.test_explanations import wrong_leaves, wrong_nodes

D = Decimal
CARD = the_card()


def at(rate: str, currency: str = "EUR"):
    """Make the launch card with one rate."""
    price = replace(CARD.price, exchange={currency: a_figure(rate)})
    return replace(CARD, price=price)


def test_every_amount_of_the_price_side_is_turned_and_fees_are_whole_coins():
    price = price_in(at("0.8765").price, "EUR")

    assert price.currency == "EUR"
    # 0.05 and 0.15 at 0.8765; ends of a range are no amounts and are not rounded.
    band = price.band("bounding_box")
    assert (band.low.value, band.high.value) == (D("0.043825"), D("0.131475"))
    fees = {fee.key: fee.price.value for fee in price.fees}
    # 650 × 0.8765 = 569.725.
    assert fees["set_up"] == D("569.73")
    assert price.minimum_order.value == D("876.50")
    assert price.pilot_price.value == D("420.72")
    assert price.hour_prices["vn"].value == D("8.77")
    assert price.pod_prices["vn"].value == D("10518.00")


def test_a_card_in_its_own_currency_is_the_same_card():
    assert card_in(CARD, "USD") is CARD
    assert price_in(CARD.price, "USD") is CARD.price
    once = card_in(CARD, "EUR")
    assert card_in(once, "EUR") is once


def test_dong_have_no_coins():
    made = an_estimate(a_spec(currency="VND"))

    # 0.0840 at 25,500; 500,000 of them; 650 × 25,500 the set-up.
    assert made.suggested[0].list.value == D("2142.0000")
    assert made.bill.lines[0].amount.value == 1_071_000_000
    for row in made.bill.fees:
        assert row.amount.value == row.amount.value.to_integral_value()
    # What the site pays in dong is not turned there and back.
    site = made.card.cost.site_of("vn")
    assert site.units_per_card_currency.value == 1


@given(cents=st.integers(20, 300))
def test_a_list_price_is_the_card_s_at_the_rate_by_a_slow_reckoning(cents):
    rate = Fraction(cents, 100)
    made = make_offer(
        a_spec(a_line(classes=30), currency="EUR"),
        at(str(D(cents) / 100)).price,
        unit_prices=None,
        week=None,
        workdays=the_workdays(),
    )

    # 0.30 standard, 0.04 partly hidden, 0.10 for 30 classes: 0.44 into 0.05-0.15.
    exact = (Fraction(5, 100) + Fraction(10, 100) * Fraction(44, 100)) * rate
    expected = (D(exact.numerator) / D(exact.denominator)).quantize(
        D("0.0001"), ROUND_HALF_UP
    )
    assert made.bill.lines[0].decided.value == expected


def test_a_rate_of_one_changes_nothing_but_the_name_of_the_currency():
    plain, renamed = (
        estimate(a_spec(currency=currency), at("1"), workdays=the_workdays())
        for currency in ("USD", "EUR")
    )

    assert renamed.bill.currency == "EUR"
    assert renamed.bill.total.value == plain.bill.total.value
    assert renamed.cost.mean == plain.cost.mean
    assert renamed.loss_probability == plain.loss_probability
    assert renamed.fee_cost == plain.fee_cost


def test_cost_and_price_move_together_so_that_the_margin_keeps_its_share():
    dollars, euros = (
        estimate(a_spec(currency=currency), at("0.5"), workdays=the_workdays())
        for currency in ("USD", "EUR")
    )

    assert float(euros.cost.mean) == pytest.approx(float(dollars.cost.mean) / 2)
    # Half of every unit price, but for the fourth decimal.
    assert float(euros.bill.total.value) == pytest.approx(
        float(dollars.bill.total.value) / 2, rel=1e-3
    )


def test_every_number_is_explained_down_to_the_card_s_own_row_and_the_rate():
    spec = a_spec(a_line(), a_line(type="polygon", per_item=D(1)), currency="EUR")
    spec = replace(spec, commercial=Commercial(basis="hour"))
    found = document(an_estimate(spec))

    assert wrong_nodes(found, CARD) == []
    assert wrong_leaves(found, spec, CARD) == []
    assert any(
        node.get("at") == "price/exchange/EUR"
        for node in found["trace"]["nodes"].values()
    )


def test_the_client_reads_the_rate_its_source_and_date_and_how_long_it_holds():
    made = make_offer(
        a_spec(currency="EUR"),
        CARD.price,
        unit_prices={0: D("0.08")},
        week=None,
        workdays=the_workdays(),
    )

    view = client_view(made)

    assert view["exchange"] == {
        "base": "USD",
        "quote": "EUR",
        "rate": "0.86",
        "as_of": "2026-01",
        "source": "our planning rate of the year",
        "buffer": "0.03",
    }
    assert view["assumptions"][-1]["text"] == (
        "One USD is 0.86 EUR (our planning rate of the year, 2026-01)"
    )
    assert view["assumptions"][-1]["tolerance"] == (
        "a rate more than 3 % away is priced anew"
    )
    # A decided price is in the quote's currency and is not turned.
    assert view["lines"][0]["unit_price"] == "0.08"


def test_a_rate_without_a_buffer_holds_as_stated():
    made = make_offer(
        a_spec(currency="EUR"),
        replace(at("0.9").price, exchange_buffer=None),
        unit_prices=None,
        week=None,
        workdays=the_workdays(),
    )

    assert client_view(made)["exchange"]["buffer"] is None
    assert client_view(made)["assumptions"][-1]["tolerance"] == "as stated"


def test_a_currency_that_the_card_has_no_rate_for_is_refused_by_name():
    with pytest.raises(SpecError, match="Write one of: EUR, GBP, USD, VND"):
        an_estimate(a_spec(currency="CHF"))
    with pytest.raises(MissingRateError, match="price/exchange/CHF"):
        price_in(CARD.price, "CHF")
    with pytest.raises(MissingRateError, match="price/exchange/CHF"):
        card_in(CARD, "CHF")


def test_advice_saves_money_of_the_quote_s_currency():
    spec = a_spec(a_line(type="polygon"), need="object_detection")
    dollars, halves = (
        client_advice(
            replace(spec, currency=currency), at("0.5").price, workdays=the_workdays()
        )
        for currency in ("USD", "EUR")
    )

    assert [one.code for one in dollars] == [one.code for one in halves]
    assert all(
        float(half.saves or 0) == pytest.approx(float(whole.saves or 0) / 2, rel=0.01)
        for whole, half in zip(dollars, halves, strict=True)
    )
    assert dollars
    assert "EUR" in halves[0].text


@pytest.mark.parametrize(
    ("now", "beyond"),
    [("25500", False), ("26265", False), ("26266", True), ("24734", True)],
)
def test_a_quote_is_priced_anew_when_the_rate_leaves_the_buffer(now, beyond):
    # 3 % of 25,500 is 765.
    assert beyond_buffer(D(25_500), D(now), buffer=D("0.03")) is beyond
