"""Pricing: graduated quantities, and a unit price out of a cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.money import to_coins
from scoping.calc.pricing import PricingError, price_for_margin, tier_quantities

D = Decimal
bounds = st.lists(st.integers(1, 300), unique=True, max_size=4).map(
    lambda ends: [*sorted(ends), None]
)


def test_a_million_boxes_in_two_tiers():
    cheap, cheaper = tier_quantities(1_000_000, [50_000, None])

    # 50,000 × 0.063 = 3,150; 950,000 × 0.049 = 46,550.
    amount = to_coins(cheap * D("0.063"), "USD") + to_coins(cheaper * D("0.049"), "USD")
    assert amount == D("49700.00")


@given(units=st.integers(0, 400), ends=bounds)
def test_units_fall_into_tiers_one_by_one(units, ends):
    found = tier_quantities(units, ends)

    counted = [0] * len(ends)
    for unit in range(1, units + 1):
        counted[
            next(i for i, end in enumerate(ends) if end is None or unit <= end)
        ] += 1
    assert found == counted


@given(units=st.integers(0, 400), ends=bounds)
def test_one_unit_more_never_lowers_a_bill(units, ends):
    prices = [D(10 - place) for place in range(len(ends))]

    less, more = (
        sum(count * price for count, price in zip(inside, prices, strict=True))
        for inside in (tier_quantities(units, ends), tier_quantities(units + 1, ends))
    )

    assert less < more


@pytest.mark.parametrize("ends", [[], [10], [None, 10], [10, 10, None], [20, 10, None]])
def test_tiers_that_do_not_cover_all_units_are_refused(ends):
    with pytest.raises(PricingError, match=r"[Tt]ier"):
        tier_quantities(5, ends)


def test_a_margin_is_a_share_of_the_price():
    # 0.0312 ÷ 0.65 = 0.048; a mark-up of 35 % would give 0.0421.
    assert price_for_margin(D("0.0312"), D("0.35")) == D("0.0480")


@given(
    cost=st.decimals("0.0001", 100, places=6), margin=st.decimals(0, "0.9", places=3)
)
def test_a_price_keeps_its_margin_by_less_than_its_last_digit(cost, margin):
    price = price_for_margin(cost, margin)

    assert price * (1 - margin) >= cost * (1 - D("1e-25"))
    assert (price - D("0.0001")) * (1 - margin) < cost


def test_no_price_is_all_margin():
    with pytest.raises(PricingError, match="below 1"):
        price_for_margin(D(1), D(1))
