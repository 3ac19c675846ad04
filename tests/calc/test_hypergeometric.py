"""One chance of one sample, and the search for the sample that reaches a chance."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import comb
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoping.calc.audit import (
    holds_at,
    seldom_released_at,
    two_point_plan,
    worst_passing,
)
from scoping.calc.drawing import most_wrong, sample_size
from scoping.calc.hypergeometric import at_most, first_true, smallest_sample
from tests.scale import count

D = Decimal

SHARES = [D(share) for share in ("0.005", "0.01", "0.02", "0.03", "0.05", "0.1")]
# METHODS 3, the table of the 10 % / 2 % rule, to its printed digits: n, c; blocked at
# 1 % and 2 % wrong; released at 3 and 5 %; seldom released; safe; what a pass proves.
# One digit differs: the table prints 26.4 for 500 units at 2 %, where its own example
# SMP-33 has 1 − 0.736502509 = 26.35 %, which is 26.3.
TABLE = {
    100: (10, 0, "10.0", "19.1", "72.7", "58.4", "0.2", "0", "0.24"),
    500: (50, 1, "8.1", "26.3", "54.7", "26.4", "0.074", "0.006", "0.086"),
    1000: (100, 2, "6.9", "32.3", "40.8", "10.6", "0.051", "0.008", "0.059"),
    10_000: (1000, 20, "0.1", "44.1", "2.7", "0.0", "0.0266", "0.0144", "0.028"),
}


@given(data=st.data(), lot=st.integers(1, 90))
def test_one_chance_is_a_ratio_of_ways_to_draw(data, lot):
    n = data.draw(st.integers(0, lot))
    wrong = data.draw(st.integers(0, lot))
    c = data.draw(st.integers(0, lot))

    found = at_most(lot, n, c, wrong)

    assert found == pytest.approx(float(_by_counting(lot, n, c, wrong)), abs=1e-12)


@pytest.mark.parametrize("lot", TABLE)
def test_release_agrees_with_exact_rational_arithmetic_to_nine_digits(lot):
    n, c = int(sample_size(D(lot), D("0.1"))), TABLE[lot][1]

    for share in SHARES:
        wrong = round(lot * share)
        exact = _by_counting(lot, n, c, wrong)
        assert f"{at_most(lot, n, c, wrong):.9f}" == f"{float(exact):.9f}"


@pytest.mark.parametrize("lot", TABLE)
def test_release_agrees_with_the_published_table_to_its_printed_digits(lot):
    n = sample_size(D(lot), D("0.1"))
    c = most_wrong(n, D("0.02"))

    released = [
        at_most(lot, int(n), int(c), lot * share // 100) * 100 for share in (1, 2, 3, 5)
    ]

    shown = [100 - released[0], 100 - released[1], released[2], released[3]]
    plan = (lot, int(n), int(c))
    assert (*plan[1:], *(f"{one:.1f}" for one in shown)) == TABLE[lot][:6]
    seldom, safe, proves = (D(one) for one in TABLE[lot][6:])
    assert (seldom_released_at(*plan), holds_at(*plan)) == (seldom, safe)
    assert worst_passing(*plan).quantize(proves, ROUND_HALF_UP) == proves


@pytest.mark.parametrize("lot", TABLE)
def test_release_agrees_with_samples_drawn_by_chance(lot):
    n, c = TABLE[lot][:2]
    chance, times = Random(3), count(10_000)
    wrong = lot * 3 // 100
    for_real = 0
    for _ in range(times):
        drawn = chance.sample(range(lot), n)
        for_real += sum(unit < wrong for unit in drawn) <= c

    found = at_most(lot, n, c, wrong)

    # Five standard errors: the seed is fixed, the margin is not.
    margin = 5 * (found * (1 - found) / times) ** 0.5 + 1e-9
    assert for_real / times == pytest.approx(found, abs=margin)


@pytest.mark.parametrize(
    ("lot", "n", "wrong"), [(1_000_000, 198, 40_000), (1_000_000, 81_545, 11_000)]
)
def test_a_million_units_are_right_to_twelve_digits(lot, n, wrong):
    c = n * wrong // lot

    found = at_most(lot, n, c, wrong)

    assert found == pytest.approx(float(_by_ratios(lot, n, c, wrong)), abs=1e-12)


def test_what_lies_far_from_the_likeliest_is_certain():
    assert at_most(1_000_000, 1000, 200, 10_000) == 1
    assert at_most(1_000_000, 100_000, 50, 500_000) == 0


@given(lot=st.integers(2, 60), data=st.data())
def test_the_smallest_sample_is_the_first_that_is_seldom_enough(lot, data):
    wrong = data.draw(st.integers(1, lot))
    c = data.draw(st.integers(0, wrong - 1))
    chance = data.draw(st.sampled_from([0.0, 0.05, 0.1, 0.5, 0.9]))

    n = smallest_sample(lot, wrong, c, chance)

    assert n == next(
        size
        for size in range(c + 1, lot + 1)
        if _by_counting(lot, size, c, wrong) <= Fraction(chance) + Fraction(1, 10**12)
    )


def test_a_batch_with_too_few_wrong_is_sampled_whole():
    assert smallest_sample(50, 3, 3, 0.1) == 50


@pytest.mark.parametrize("near", [0, 3, 50, 400])
def test_the_first_is_found_from_wherever_the_search_begins(near):
    # Holds at 47, not at 48 and 49, and from 50 on.
    found = first_true(lambda at: at == 47 or at >= 50, near=near, low=-1, slack=5)

    assert found == 47


@given(
    lot=st.sampled_from([150, 400, 900]),
    good=st.integers(0, 60),
    apart=st.integers(1, 300),
    risks=st.sampled_from([("0.05", "0.1"), ("0.01", "0.01"), ("0.4", "0.4")]),
)
@settings(max_examples=40)
def test_the_two_point_plan_is_the_first_of_all_sample_sizes(lot, good, apart, risks):
    good_share, bad_share = D(good) / 1000, D(good + apart) / 1000
    producer, consumer = (D(risk) for risk in risks)

    plan = two_point_plan(
        lot,
        good=good_share,
        bad=bad_share,
        producer_risk=producer,
        consumer_risk=consumer,
    )

    right, wrong = int(lot * good_share), -(-lot * (good + apart) // 1000)
    assert (plan.n, plan.c) == _one_by_one(
        lot, right, wrong, 1 - float(producer), float(consumer)
    )


def _by_counting(lot: int, n: int, c: int, wrong: int) -> Fraction:
    passing = sum(
        comb(wrong, found) * comb(lot - wrong, n - found)
        for found in range(min(c, n) + 1)
    )
    return Fraction(passing, comb(lot, n))


def _by_ratios(lot: int, n: int, c: int, wrong: int) -> Fraction:
    """Sum all chances from none wrong upwards, each from the one before, exactly.

    60 digits after the point in whole numbers, because fractions would grow for ever.
    """
    scale = 10**60
    weight = middle = scale
    below = above = 0
    found = c
    while found > 0 and weight > 0:
        below += weight
        weight = weight * found * (lot - wrong - n + found)
        weight //= (wrong - found + 1) * (n - found + 1)
        found -= 1
    below += weight
    weight, found = middle, c
    while weight > 0 and found < min(n, wrong):
        weight = weight * (wrong - found) * (n - found)
        weight //= (found + 1) * (lot - wrong - n + found + 1)
        above += weight
        found += 1
    return Fraction(below, below + above)


def _one_by_one(
    lot: int, right: int, wrong: int, kept: float, let_through: float
) -> tuple[int, int]:
    """Try n = 1, 2, … with the least c that is kind, as METHODS 3 says it."""
    c = 0
    for n in range(1, lot + 1):
        while _recursive(lot, n, c, right) < kept - 1e-12:
            c += 1
        if _recursive(lot, n, c, wrong) <= let_through + 1e-12:
            return n, c
    raise AssertionError


def _recursive(lot: int, n: int, c: int, wrong: int) -> float:
    """Sum the chances of 0 to c wrong by drawing logarithms of whole numbers."""
    ways = comb(lot, n)
    return sum(
        comb(wrong, found) * comb(lot - wrong, n - found) / ways
        for found in range(min(c, n) + 1)
    )
