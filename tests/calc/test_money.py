"""Money: rounded once, and shared out so that the parts add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.money import MoneyError, coin, share_out, to_coins

D = Decimal
currencies = st.sampled_from(["USD", "VND"])


def test_half_a_cent_goes_up():
    # Banker's rounding would give 2.26 and 2.28.
    assert (to_coins(D("2.265"), "USD"), to_coins(D("2.275"), "USD")) == (
        D("2.27"),
        D("2.28"),
    )


def test_a_dong_has_no_hundredths():
    assert to_coins(D("47.34075"), "VND") == 47
    assert coin("VND") == 1


def test_a_credit_is_rounded_away_from_nothing_too():
    assert to_coins(D("-0.005"), "USD") == D("-0.01")


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_what_is_no_number_is_no_money(amount):
    with pytest.raises(MoneyError, match="not an amount"):
        to_coins(D(amount), "USD")


@given(
    amount=st.decimals(-10_000, 10_000, places=2),
    weights=st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=8).filter(any),
    currency=currencies,
)
def test_parts_add_up_and_none_is_off_by_a_coin(amount, weights, currency):
    parts = share_out(amount, weights, currency)

    whole = to_coins(amount, currency)
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(whole) * Fraction(weight) / Fraction(sum(weights))
        assert abs(Fraction(part) - exact) < Fraction(coin(currency))


def test_coins_left_over_go_to_those_who_lost_most():
    # 4 ÷ 930 of 500, 300, 110, 20: 2.15, 1.29, 0.47, 0.09.
    weights = [D(500), D(300), D(110), D(20)]

    assert share_out(D(4), weights, "VND") == [2, 1, 1, 0]


@pytest.mark.parametrize("weights", [[], [D(0)], [D(2), D(-1)]])
def test_nothing_is_shared_out_by_nothing(weights):
    with pytest.raises(MoneyError, match="weights"):
        share_out(D(1), weights, "USD")
