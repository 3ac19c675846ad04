"""What leaves the gate on average, and what the gate costs in checks and days."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.audit import release_probability
from scoping.calc.plans.outgoing import (
    Worst,
    average_outgoing,
    chance_for_each,
    checks_a_batch,
    days_of_hours,
    holds_all,
    hours_of_checks,
    limit_of_outgoing,
    outgoing_of_batch,
    worst_outgoing,
)

D = Decimal


@st.composite
def plans(draw) -> tuple[int, int, int]:
    lot = draw(st.integers(2, 70))
    n = draw(st.integers(1, lot))
    return lot, n, draw(st.integers(0, n))


@given(plan=plans(), data=st.data())
def test_what_leaves_is_what_released_batches_still_hold(
    plan: tuple[int, int, int], data
):
    wrong = data.draw(st.integers(0, plan[0]))

    lot, n, c = plan
    found = outgoing_of_batch(D(lot), D(n), D(c), D(wrong))

    assert found == pytest.approx(D(float(_left(*plan, wrong))), abs=D("1e-12"))


@given(plan=plans())
def test_the_worst_is_the_worst_of_all_batches(plan: tuple[int, int, int]):
    lot = plan[0]

    found = worst_outgoing(*plan)

    most = max(_left(*plan, wrong) for wrong in range(lot + 1))
    assert float(most) - 1e-9 <= found.outgoing <= float(most) + 1.001e-4
    at = round(found.at * lot)
    assert float(_left(*plan, at)) == pytest.approx(float(most), abs=1e-9)
    assert limit_of_outgoing(*map(D, plan)) == found.outgoing


def test_middling_work_leaves_the_most_wrong():
    # 10 % of 1,000, at most 2 wrong: good work passes, bad work is checked in full.
    assert worst_outgoing(1000, 100, 2) == Worst(outgoing=D("0.0129"), at=D("0.022"))
    assert worst_outgoing(50, 50, 0) == Worst(outgoing=D(0), at=D(0))


def test_the_endless_formula_forgets_the_unit_that_was_drawn():
    released = release_probability(1000, 100, 2, 22)

    simple = average_outgoing(released, D("0.022"), 1000, 100)

    assert simple < outgoing_of_batch(D(1000), D(100), D(2), D(22))


def test_a_failed_batch_is_checked_in_full():
    assert checks_a_batch(D(1), 1000, 100) == 100
    assert checks_a_batch(D(0), 1000, 100) == 1000
    # 100 + 32.3 % of 900.
    assert checks_a_batch(D("0.677"), 1000, 100) == D("390.7")


def test_checks_take_hours_and_hours_take_days():
    # 391 checks of 12 s = 1.303 h; ten batches are 13.03 h, two working days of 7.5 h.
    assert hours_of_checks(D(391), D(12)) == pytest.approx(D("1.3033"), abs=D("0.0001"))
    assert days_of_hours(D("13.03"), D(1), D("7.5")) == 2
    assert days_of_hours(D("13.03"), D(2), D("7.5")) == 1


def test_all_of_ten_batches_pass_only_where_each_nearly_always_does():
    each = chance_for_each(D("0.95"), D(10))

    assert each**10 == pytest.approx(D("0.95"))
    assert holds_all(D(1000), D(100), D(2), D("0.95")) == D("0.008")
    assert holds_all(D(1000), D(100), D(2), each) == D("0.004")


def _left(lot: int, n: int, c: int, wrong: int) -> Fraction:
    """Count what is still wrong after release, over all samples; failed: nothing."""
    left = sum(
        (wrong - found) * comb(wrong, found) * comb(lot - wrong, n - found)
        for found in range(min(c, n, wrong) + 1)
    )
    return Fraction(left, comb(lot, n) * lot)
