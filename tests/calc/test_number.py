"""Number: arithmetic that means the same for a decimal and for draws."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc import number

D = Decimal
positive = st.decimals("0.01", 50, places=2)

ONE: dict[str, Any] = {
    "exponential": (number.exponential, math.exp),
    "logarithm": (number.logarithm, math.log),
    "square_root": (number.square_root, math.sqrt),
    "complement": (number.complement, lambda x: 1 - x),
}
TWO: dict[str, Any] = {
    "difference": (number.difference, lambda a, b: a - b),
    "ratio": (number.ratio, lambda a, b: a / b),
}
MANY: dict[str, Any] = {
    "product": (number.product, math.prod),
    "total": (number.total, math.fsum),
    "largest": (number.largest, max),
    "smallest": (number.smallest, min),
}


@pytest.mark.parametrize("name", ONE)
@given(x=positive)
def test_one_number_gives_what_the_library_gives(name, x):
    ours, theirs = ONE[name]

    assert float(ours(x)) == pytest.approx(theirs(float(x)))
    assert ours(np.array([float(x)])) == pytest.approx([theirs(float(x))])


@pytest.mark.parametrize("name", TWO)
@given(first=positive, second=positive)
def test_two_numbers_give_what_is_written_out(name, first, second):
    ours, theirs = TWO[name]
    expected = theirs(float(first), float(second))

    assert float(ours(first, second)) == pytest.approx(expected)
    assert ours(np.array([float(first)]), float(second)) == pytest.approx([expected])


@pytest.mark.parametrize("name", MANY)
@given(values=st.lists(positive, min_size=1, max_size=5))
def test_many_numbers_give_what_the_library_gives(name, values):
    ours, theirs = MANY[name]
    floats = [float(value) for value in values]
    draws = [np.array([value]) for value in floats]

    assert float(ours(*values)) == pytest.approx(theirs(floats))
    assert ours(*draws) == pytest.approx([theirs(floats)])


def test_a_quote_counts_whole_units_half_up():
    assert number.whole_units(D("499999.5")) == 500_000
    # 720 items × a sample of 95 in 720 × 8.5 units are 807.5; in decimals, a hair less.
    sampled = 720 * (D(95) / 720) * D("8.5")
    assert sampled < D("807.5")
    assert number.whole_units(sampled) == 808
    assert number.whole_units(D("807.4999")) == 807


def test_a_price_out_of_cost_is_rounded_up_and_a_list_price_to_the_nearest():
    assert number.rounded_up_to_4(D("0.04800001")) == D("0.0481")
    assert number.rounded_to_4(D("0.04804999")) == D("0.0480")
