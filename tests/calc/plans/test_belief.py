"""Bayesian release: what history and sample together say."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.audit import PlanError
from scoping.calc.plans.belief import (
    Belief,
    belief_of,
    evidence,
    expected_release,
    most_wrong_believed,
)


@given(
    wrong=st.integers(1, 9),
    right=st.integers(1, 60),
    n=st.integers(0, 40),
    limit=st.integers(1, 99),
)
def test_a_whole_belief_is_a_binomial_tail(wrong, right, n, limit):
    # Beta(a, b) lies within x as often as a or more of a + b − 1 fall within x.
    belief = Belief(wrong=wrong, right=right).after(n, n // 5)
    a, b = int(belief.wrong), int(belief.right)
    x, size = Fraction(limit, 100), int(belief.wrong + belief.right) - 1
    tail = sum(comb(size, k) * x**k * (1 - x) ** (size - k) for k in range(a, a + b))

    assert belief.chance_within(limit / 100) == pytest.approx(float(tail), abs=1e-10)


def test_a_good_history_releases_what_its_sample_alone_would_not():
    # 2 wrong of 100 leave 5.9 % possible; with 1 of 100 before, 2 % is likely enough
    # to be held 76 times in 100, and with 10 of 2,000 nearly always.
    assert Belief(wrong=1, right=99).after(100, 2).chance_within(0.02) < 0.8
    assert Belief(wrong=10, right=1990).after(100, 2).chance_within(0.02) > 0.99


@given(wrong=st.floats(0.1, 20), right=st.floats(1, 500), n=st.integers(1, 200))
def test_the_most_wrong_is_the_last_that_is_certain_enough(wrong, right, n):
    belief = Belief(wrong=wrong, right=right)

    most = most_wrong_believed(belief, n, limit=0.05, certainty=0.9)

    sure = [belief.after(n, k).chance_within(0.05) >= 0.9 for k in range(n + 1)]
    assert most == (None if not sure[0] else max(k for k in range(n + 1) if sure[k]))


@given(likeliest=st.floats(0.005, 0.1), chance=st.floats(0.6, 0.99))
def test_a_belief_by_its_likeliest_share_comes_back(likeliest, chance):
    belief = belief_of(likeliest, limit=0.3, chance=chance)

    worth = belief.wrong + belief.right - 2
    assert (belief.wrong - 1) / worth == pytest.approx(likeliest)
    assert belief.chance_within(0.3) == pytest.approx(chance, abs=1e-9)


def test_the_evidence_turns_odds_into_odds():
    # 1:1 becomes 3:1.
    assert evidence(0.5, 0.75) == pytest.approx(3)


def test_the_expected_release_is_what_batches_drawn_from_the_belief_do():
    belief = Belief(wrong=2, right=98)
    rng = np.random.default_rng(5)
    shares = rng.beta(2, 98, size=40_000)
    passed = (rng.binomial(100, shares) <= 2).mean()

    assert expected_release(belief, 100, 2) == pytest.approx(passed, abs=0.01)


def test_a_sample_that_cannot_fail_is_always_released():
    assert expected_release(Belief(wrong=1, right=1), 10, 10) == pytest.approx(1)


@pytest.mark.parametrize(("wrong", "right"), [(0, 5), (5, 0)])
def test_a_belief_worth_nothing_is_refused(wrong, right):
    with pytest.raises(PlanError, match="if only half a unit"):
        Belief(wrong=wrong, right=right)


@pytest.mark.parametrize(("likeliest", "chance"), [(0.2, 0.5), (0, 0.5), (0.05, 0.1)])
def test_a_belief_that_cannot_be_is_refused(likeliest, chance):
    with pytest.raises(PlanError, match="No belief has its likeliest share"):
        belief_of(likeliest, limit=0.15, chance=chance)
