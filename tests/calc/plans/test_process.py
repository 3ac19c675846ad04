"""Work without end: binomial samples, and a plan for any batch."""

from __future__ import annotations

from decimal import Decimal
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.audit import PlanError, two_point_plan
from scoping.calc.plans.process import (
    process_plan,
    released_of_process,
)

D = Decimal


@given(n=st.integers(1, 80), c=st.integers(0, 80), share=st.floats(0, 1))
def test_a_chance_is_the_sum_of_the_binomial(n, c, share):
    c = min(c, n)
    slow = sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(c + 1))

    assert released_of_process(share, n, c) == pytest.approx(slow, abs=1e-10)


@given(good=st.integers(0, 100), apart=st.integers(20, 400))
def test_the_plan_is_the_first_that_an_obvious_search_finds(good, apart):
    right, wrong = good / 1000, (good + apart) / 1000

    plan = process_plan(
        good=D(good) / 1000,
        bad=D(good + apart) / 1000,
        producer_risk=D("0.05"),
        consumer_risk=D("0.1"),
    )

    n, c = 0, 0
    while True:
        n += 1
        while released_of_process(right, n, c) < 0.95 - 1e-12:
            c += 1
        if released_of_process(wrong, n, c) <= 0.1 + 1e-12:
            break
    assert (plan.n, plan.c) == (n, c)


def test_no_batch_needs_more_than_batches_without_end():
    asked = {
        "good": D("0.01"),
        "bad": D("0.04"),
        "producer_risk": D("0.05"),
        "consumer_risk": D("0.1"),
    }

    sizes = [two_point_plan(lot, **asked).n for lot in (1000, 10_000, 1_000_000)]

    assert [*sizes, process_plan(**asked).n] == [189, 197, 198, 198]


@pytest.mark.parametrize(("good", "bad"), [("0.02", "0.02"), ("0.3", "0.2")])
def test_qualities_that_are_not_apart_are_refused(good, bad):
    with pytest.raises(PlanError, match="below the bad one"):
        process_plan(
            good=D(good), bad=D(bad), producer_risk=D("0.05"), consumer_risk=D("0.1")
        )


def test_qualities_that_take_a_million_units_are_refused():
    with pytest.raises(PlanError, match="more than 1,000,000"):
        process_plan(
            good=D("0"),
            bad=D("0.000001"),
            producer_risk=D("0.05"),
            consumer_risk=D("0.1"),
        )
