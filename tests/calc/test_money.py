"""Money: rounded once, and shared out so that the parts add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.money import (
    MoneyError,
    coin,
    rounded_together,
    share_out,
    to_coins,
)

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


@st.composite
def exact_parts(draw):
    """Draw parts of either sign that add up to whole cents."""
    parts = draw(st.lists(st.fractions(-500, 500, max_denominator=40), max_size=8))
    whole = draw(st.integers(-100_000, 100_000))
    return [*parts, Fraction(whole, 100) - sum(parts)]


@given(parts=exact_parts())
def test_parts_of_either_sign_add_up_and_none_is_a_cent_off(parts):
    rounded = rounded_together(parts, unit=D("0.01"))

    assert Fraction(sum(rounded)) == sum(parts)
    for part, exact in zip(rounded, parts, strict=True):
        assert abs(Fraction(part) - exact) < Fraction(1, 100)
        assert exact or not part


@given(parts=exact_parts())
def test_turning_every_sign_turns_every_rounded_part(parts):
    turned = rounded_together([-part for part in parts], unit=D("0.01"))

    assert turned == [-part for part in rounded_together(parts, unit=D("0.01"))]


def test_parts_that_come_to_no_whole_cents_are_refused():
    with pytest.raises(MoneyError, match=r"cannot be units of 0\.01"):
        rounded_together([Fraction(1, 300)], unit=D("0.01"))
