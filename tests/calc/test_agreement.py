"""Agreement: what a gold set proves, and how easily luck passes it."""

from __future__ import annotations

from decimal import Decimal
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.agreement import (
    GoldSetError,
    exact_interval,
    gold_lower_bound,
    gold_max_errors,
    gold_pass_probability,
    gold_repeated_attempts,
    gold_upper_bound,
    wilson_interval,
)

D = Decimal


@st.composite
def results(draw):
    items = draw(st.integers(1, 200))
    return draw(st.integers(0, items)), items


def test_ninety_five_per_cent_seen_is_ninety_three_proven():
    assert round(gold_lower_bound(475, 500), 3) == 0.931


def test_a_set_too_small_proves_nothing_even_without_errors():
    # 0.95^58 = 5.1 %, 0.95^59 = 4.8 %.
    assert gold_max_errors(58, D("0.95")) is None
    assert gold_max_errors(59, D("0.95")) == 0


@given(result=results())
def test_the_bound_is_where_luck_alone_would_do_as_well_one_time_in_twenty(result):
    right, items = result

    truth = gold_lower_bound(right, items)

    by_luck = sum(_binomial(items, k, truth) for k in range(right, items + 1))
    assert right == 0 or by_luck == pytest.approx(0.05)


@given(result=results())
def test_what_was_seen_lies_between_what_is_possible(result):
    right, items = result

    low, high = exact_interval(right, items)
    shown_low, shown_high = wilson_interval(right, items)

    seen = right / items
    assert low <= seen <= high
    assert shown_low - 1e-9 <= seen <= shown_high + 1e-9
    assert gold_upper_bound(right, items) == pytest.approx(
        1 - gold_lower_bound(items - right, items)
    )


@given(items=st.integers(1, 150), target=st.integers(50, 99))
def test_one_error_more_would_no_longer_prove_the_target(items, target):
    share = D(target) / 100

    most = gold_max_errors(items, share)

    fits = [
        errors
        for errors in range(items + 1)
        if sum(_binomial(items, k, 1 - target / 100) for k in range(errors + 1)) <= 0.05
    ]
    assert most == (max(fits) if fits else None)


def test_a_team_at_the_target_passes_about_half_the_time():
    # At least 10 of 10 at 0.9: 0.9^10.
    assert gold_pass_probability(10, 0.9, D("0.95")) == pytest.approx(0.9**10)


def test_trying_again_passes_sooner_or_later():
    assert gold_repeated_attempts(0.2, 1) == pytest.approx(0.2)
    assert gold_repeated_attempts(0.2, 3) == pytest.approx(1 - 0.8**3)


@pytest.mark.parametrize(("right", "items"), [(1, 0), (-1, 5), (6, 5)])
def test_a_result_that_cannot_be_is_refused(right, items):
    with pytest.raises(GoldSetError, match="not a result"):
        gold_lower_bound(right, items)


def _binomial(items: int, k: int, share: float) -> float:
    return comb(items, k) * share**k * (1 - share) ** (items - k)
