"""Bands: three numbers into a distribution, so that all three come back."""

from __future__ import annotations

import math
from decimal import Decimal
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.bands import (
    Z90,
    BandError,
    drawn,
    drawn_share,
    drawn_triangular,
    mean_of_band,
    mean_of_triangle,
    sample_doubt,
    sample_facts,
    spread,
    triangle_quantile,
)

D = Decimal
NORMALS = np.array(
    [NormalDist().inv_cdf((rank + 0.5) / 20_000) for rank in range(20_000)]
)
"""The middle of each of 20,000 equally likely slices of the standard normal."""
amounts = st.lists(st.decimals("0.01", 1000, places=2), min_size=3, max_size=3)
shares = st.lists(st.decimals("0.001", "0.999", places=3), min_size=3, max_size=3)


@given(three=amounts)
def test_typical_is_exact_and_the_other_two_come_back(three):
    p10, p50, p90 = sorted(three)

    assert drawn(D(0), p10, p50, p90) == p50
    assert drawn(Z90, p10, p50, p90) == pytest.approx(p90)
    assert drawn(-Z90, p10, p50, p90) == pytest.approx(p10)


@given(three=shares)
def test_shares_come_back_too_and_stay_shares(three):
    p10, p50, p90 = sorted(three)
    far_out = np.array([-40.0, -8.0, 0.0, 8.0, 40.0])

    found = drawn_share(far_out, float(p10), float(p50), float(p90))

    assert drawn_share(D(0), p10, p50, p90) == p50
    assert drawn_share(Z90, p10, p50, p90) == pytest.approx(p90)
    assert drawn_share(-Z90, p10, p50, p90) == pytest.approx(p10)
    assert found[2] == float(p50)
    assert ((found >= 0) & (found <= 1)).all()


@given(three=amounts, z=st.floats(-4, 4))
def test_the_exact_number_and_its_draws_use_the_same_curve(three, z):
    p10, p50, p90 = sorted(three)

    exact = drawn(D(repr(z)), p10, p50, p90)
    draw = drawn(np.array([z]), float(p10), float(p50), float(p90))

    assert draw == pytest.approx([float(exact)])


@given(three=shares, z=st.floats(-4, 4))
def test_drawn_shares_agree_with_logits_written_out(three, z):
    p10, p50, p90 = (float(share) for share in sorted(three))
    far = p90 if z >= 0 else p10
    slope = abs(_logit(far) - _logit(p50)) / NormalDist().inv_cdf(0.9)

    found = drawn_share(np.array([z]), p10, p50, p90)

    assert found == pytest.approx([1 / (1 + math.exp(-(_logit(p50) + slope * z)))])


def test_three_equal_numbers_never_move():
    z = np.linspace(-5, 5, 11)

    assert (drawn(z, 5.0, 5.0, 5.0) == 5.0).all()
    assert (drawn_share(z, 0.3, 0.3, 0.3) == 0.3).all()
    assert (drawn_triangular(z, 5.0, 5.0, 5.0) == 5.0).all()


def test_a_side_that_ends_at_nothing_is_linear_and_stops_there():
    found = drawn(np.array([-3.0, -float(Z90), -float(Z90) / 2, 0.0]), 0.0, 4.0, 8.0)

    assert found == pytest.approx([0, 0, 2, 4])
    assert drawn(-Z90 * 2, D(0), D(4), D(8)) == 0


def test_a_share_that_may_be_all_or_nothing_stops_there():
    found = drawn_share(np.array([-9.0, 0.0, 9.0]), 0.0, 0.5, 1.0)

    assert found == pytest.approx([0, 0.5, 1])


@pytest.mark.parametrize("three", [("3", "2", "4"), ("1", "5", "4"), ("-1", "2", "3")])
def test_numbers_that_do_not_ascend_are_refused(three):
    p10, p50, p90 = (D(text) for text in three)

    with pytest.raises(BandError, match="three numbers that ascend"):
        drawn(D(0), p10, p50, p90)
    with pytest.raises(BandError):
        mean_of_band(p10, p50, p90)


def test_the_mean_of_a_lopsided_band_lies_above_typical():
    # Lower side: sigma ln(5/4)/1.2816 = 0.1741; 5 × e^0.01516 × Φ(-0.1741) = 2.18776.
    # Upper side: sigma ln(7/5)/1.2816 = 0.2625; 5 × e^0.03447 × Φ(0.2625) = 3.12286.
    assert mean_of_band(D(4), D(5), D(7)) == pytest.approx(D("5.31"), abs=D("0.01"))


@given(three=st.lists(st.decimals(1, 10, places=2), min_size=3, max_size=3))
def test_the_mean_is_that_of_the_draws(three):
    p10, p50, p90 = sorted(three)

    found = drawn(NORMALS, float(p10), float(p50), float(p90)).mean()

    assert float(mean_of_band(p10, p50, p90)) == pytest.approx(found, rel=5e-3)


def test_the_mean_of_a_band_from_nothing_is_that_of_the_draws():
    for three in ((0, 4, 8), (0, 0, 8)):
        found = drawn(NORMALS, *(float(number) for number in three)).mean()
        assert float(mean_of_band(*map(D, three))) == pytest.approx(found, rel=1e-3)


@given(number=st.decimals(0, 10_000, places=4))
def test_a_known_number_is_its_own_mean(number):
    assert mean_of_band(number, number, number) == number
    assert mean_of_triangle(number, number, number) == number


def test_a_triangle_has_its_middle_where_half_of_it_lies():
    # Of 20, 30, 70: 70 − √(½ × 50 × 40) = 38.3772.
    middle = drawn_triangular(D(0), D(20), D(30), D(70))

    assert middle == pytest.approx(D("38.377223398"))
    assert mean_of_triangle(D(20), D(30), D(70)) == 40


@given(three=amounts, share=st.floats(0.01, 0.99))
def test_a_triangle_is_passed_as_often_as_its_area_says(three, share):
    low, mode, high = (float(number) for number in sorted(three))
    if low == high:
        return

    found = float(triangle_quantile(np.array([share]), low, mode, high)[0])

    below = (
        (found - low) ** 2 / ((high - low) * (mode - low))
        if found < mode
        else 1 - (high - found) ** 2 / ((high - low) * (high - mode))
        if high > mode
        else 1.0
    )
    assert below == pytest.approx(share, abs=1e-6)


def test_spread_is_as_likely_to_double_as_to_halve():
    z, sigma = np.array([-1.0, 0.0, 1.0]), math.log(2)

    assert spread(z, sigma) == pytest.approx([0.5, 1, 2])
    assert spread(D(0), D("0.7")) == 1


def test_a_sample_errs_by_its_scatter_over_the_root_of_its_size():
    # 3, 7, 0, 6: mean 4, squares 94 ÷ 4 − 16 = 7.5; √(7.5 ÷ 4) = 1.369306.
    facts = sample_facts([3, 7, 0, 6])

    assert facts.mean == 4
    assert facts.standard_error == D("1.369306")


def test_the_error_is_what_a_bootstrap_with_draws_finds():
    counts = np.array([3, 7, 0, 6, 12, 4, 4, 5])
    chance = np.random.Generator(np.random.PCG64DXSM(271))

    again = chance.choice(counts, size=(40_000, len(counts))).mean(axis=1)

    facts = sample_facts(counts.tolist())
    assert float(facts.standard_error) == pytest.approx(again.std(), rel=0.02)


def test_one_count_is_doubted_as_counts_are():
    assert sample_facts([9]).standard_error == 3


def test_no_counts_are_refused():
    with pytest.raises(BandError, match="at least one item"):
        sample_facts([])


def test_a_large_sample_is_still_no_dataset():
    assert sample_doubt(D(5), D(0), D("0.1")) == D("0.1")
    # 0.3 of the mean and 0.4 between: √(0.09 + 0.16) = 0.5.
    assert sample_doubt(D(10), D(3), D("0.4")) == D("0.5")


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


@pytest.mark.parametrize(("z", "share"), [(-Z90, "0.05"), (D(0), "0.1"), (Z90, "0.2")])
def test_three_shares_come_back_exactly_too(z, share):
    found = drawn_share(z, D("0.05"), D("0.1"), D("0.2"))

    assert found == pytest.approx(D(share), rel=D("1e-20"))


def test_a_share_that_may_be_nothing_still_gives_its_high_back():
    drawn = drawn_share(np.array([0.0, float(Z90)]), 0.0, 0.5, 0.8)

    assert drawn == pytest.approx([0.5, 0.8])
