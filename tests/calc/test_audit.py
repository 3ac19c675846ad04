"""Audit: what a sample decides about a batch, and what a pass proves."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoping.calc.audit import (
    EXACT_LOT,
    PlanError,
    all_released,
    clean_images,
    curve,
    design_effect,
    holds_at,
    most_wrong_passing,
    release_curve,
    release_probability,
    released_share,
    seldom_released_at,
    two_point_plan,
    whole_wrong,
    worst_passing,
    zero_defect_n,
)

D = Decimal


@st.composite
def plans(draw, most=80) -> tuple[int, int, int]:
    lot = draw(st.integers(1, most))
    n = draw(st.integers(1, lot))
    return lot, n, draw(st.integers(0, n))


def test_one_wrong_in_a_hundred_is_missed_nine_times_in_ten():
    assert release_probability(100, 10, 0, 1) == D("0.9")


@given(plan=plans(), data=st.data())
def test_a_release_chance_is_a_ratio_of_ways_to_draw(plan: tuple[int, int, int], data):
    wrong = data.draw(st.integers(0, plan[0]))

    found = release_probability(*plan, wrong)

    assert abs(Fraction(found) - _by_counting(*plan, wrong)) < Fraction(1, 10**25)


@given(plan=plans())
@example(plan=(1, 1, 0))
@example(plan=(50, 50, 3))
@example(plan=(50, 1, 1))
def test_the_curve_agrees_with_the_exact_chances(plan: tuple[int, int, int]):
    lot = plan[0]

    found = curve(*plan).at(np.arange(lot + 1))

    exact = [float(_by_counting(*plan, wrong)) for wrong in range(lot + 1)]
    assert found == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("lot", [9_999, 20_000])
def test_a_large_curve_is_right_to_twelve_digits(lot):
    n, c = lot // 10, lot // 500

    found = curve(lot, n, c)

    for wrong in (c, lot // 100, lot // 50, lot // 20, lot // 10):
        exact = float(_by_counting(lot, n, c, wrong))
        assert float(found.at(wrong)) == pytest.approx(exact, abs=1e-12)


def test_a_million_units_take_no_factorials():
    found = release_probability(1_000_000, 100_000, 2_000, 20_000)

    # At exactly the allowed share about half of the batches pass.
    assert EXACT_LOT < 1_000_000
    assert D("0.50") < found < D("0.52")


@given(plan=plans(), first=st.floats(0, 1), second=st.floats(0, 1))
def test_a_worse_batch_is_never_released_more_often(
    plan: tuple[int, int, int], first, second
):
    better, worse = sorted([first, second])

    found = released_share(np.array([better, worse]), *plan)

    assert found[0] >= found[1]


@given(plan=plans(), share=st.decimals(0, 1, places=4))
def test_the_exact_chance_and_its_draws_are_the_same(plan: tuple[int, int, int], share):
    exact = released_share(share, *map(D, plan))
    drawn = released_share(np.array([float(share)]), *map(float, plan))

    tie = (share * plan[0]) % 1 == D("0.5")
    assert tie or drawn == pytest.approx([float(exact)], abs=1e-12)


def test_a_share_over_all_is_all():
    assert released_share(np.array([-0.1, 1.2]), 10, 5, 1).tolist() == [1.0, 0.0]
    assert released_share(D("1.2"), 10, 5, 1) == 0


def test_half_a_unit_goes_to_the_even_number():
    assert (whole_wrong(100, D("0.005")), whole_wrong(100, D("0.015"))) == (0, 2)


def test_pages_print_six_points_of_the_curve():
    found = release_curve(1000, 100, 2)

    assert [share for share, _ in found][:3] == [D("0.005"), D("0.01"), D("0.02")]
    assert f"{found[2][1]:.9f}" == "0.677223988"


@pytest.mark.parametrize(
    ("lot", "n", "c", "proves"),
    [(100, 10, 0, "0.24"), (500, 50, 1, "0.086"), (1000, 100, 2, "0.059")],
)
def test_a_pass_proves_less_than_its_rule_says(lot, n, c, proves):
    assert worst_passing(lot, n, c) == D(proves)


@given(plan=plans())
def test_what_a_pass_leaves_possible_is_the_last_that_would_pass_often_enough(
    plan: tuple[int, int, int],
):
    lot = plan[0]

    most = most_wrong_passing(*plan)

    chances = [_by_counting(*plan, wrong) for wrong in range(lot + 1)]
    assert most == max(w for w in range(lot + 1) if chances[w] > Fraction(5, 100))


@given(plan=plans())
def test_holding_quality_and_stopping_quality_lie_on_either_side(
    plan: tuple[int, int, int],
):
    lot = plan[0]

    safe, stopped = holds_at(*plan), seldom_released_at(*plan)

    chances = [_by_counting(*plan, wrong) for wrong in range(lot + 1)]
    kept = max(w for w in range(lot + 1) if chances[w] >= Fraction(95, 100))
    seldom = [w for w in range(lot + 1) if chances[w] <= Fraction(1, 10)]
    assert safe == pytest.approx(D(kept) / lot, abs=D("0.0001"))
    assert stopped == pytest.approx(D(min(seldom, default=lot)) / lot, abs=D("0.0001"))


def test_ten_batches_at_the_promised_quality_hardly_ever_all_pass():
    released = released_share(D("0.02"), 1000, 100, 2)

    assert all_released(released, 10) == pytest.approx(D("0.0203"), abs=D("0.0001"))
    assert all_released(released, 1) == released


@given(lot=st.integers(5, 60), c=st.integers(1, 9), data=st.data())
def test_the_two_point_plan_is_the_first_that_an_obvious_search_finds(lot, c, data):
    good = D(data.draw(st.integers(0, 20))) / 100
    bad = good + D(data.draw(st.integers(1, 40))) / 100

    plan = two_point_plan(
        lot, good=good, bad=bad, producer_risk=D("0.05"), consumer_risk=D("0.10")
    )

    assert (plan.n, plan.c) == _first_plan(lot, good, bad)


def test_a_plan_cannot_tell_equal_qualities_apart():
    with pytest.raises(PlanError, match="below the bad one"):
        two_point_plan(
            100,
            good=D("0.02"),
            bad=D("0.02"),
            producer_risk=D("0.05"),
            consumer_risk=D("0.1"),
        )


@given(lot=st.integers(1, 60), bad=st.integers(1, 100))
def test_the_zero_defect_sample_is_the_first_that_rules_bad_out(lot, bad):
    share = D(bad) / 100

    n = zero_defect_n(lot, bad=share, confidence=D("0.95"))

    wrong = -int(-lot * bad // 100)
    assert n == next(
        size
        for size in range(1, lot + 1)
        if _by_counting(lot, size, 0, wrong) <= Fraction(5, 100)
    )


def test_nothing_is_ruled_out_by_a_share_of_nothing():
    with pytest.raises(PlanError, match="above 0"):
        zero_defect_n(100, bad=D(0), confidence=D("0.95"))


@pytest.mark.parametrize("plan", [(10, 0, 0), (10, 11, 0), (10, 5, -1)])
def test_a_sample_that_cannot_be_drawn_is_refused(plan: tuple[int, int, int]):
    with pytest.raises(PlanError, match="whole batch"):
        curve(*plan)
    with pytest.raises(PlanError):
        release_probability(*plan, 1)


def test_images_shrink_a_sample_of_their_boxes():
    # 1 + (5 − 1) × 0.2 = 1.8.
    assert design_effect(D(5), D("0.2")) == D("1.8")
    assert design_effect(D("0.4"), D("0.2")) == 1


def test_boxes_that_are_right_make_fewer_clean_images():
    assert clean_images(D("0.98"), D(5)) == D("0.9039207968")


def _by_counting(lot: int, n: int, c: int, wrong: int) -> Fraction:
    """Count the samples that pass, and all samples."""
    passing = sum(
        comb(wrong, found) * comb(lot - wrong, n - found)
        for found in range(min(c, n) + 1)
    )
    return Fraction(passing, comb(lot, n))


def _first_plan(lot: int, good: D, bad: D) -> tuple[int, int]:
    right = int(lot * good)
    wrong = int((lot * bad).to_integral_value(rounding="ROUND_CEILING"))
    for n in range(1, lot + 1):
        for c in range(n + 1):
            if _by_counting(lot, n, c, right) >= Fraction(95, 100):
                if _by_counting(lot, n, c, wrong) <= Fraction(10, 100):
                    return n, c
                break
    raise AssertionError
