"""The sequential test: two lines, cut off at the single plan, exact for a batch."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.audit import Plan, PlanError, release_probability
from scoping.calc.plans.sequential import (
    Lines,
    Sequence,
    lines,
    sequential_chances,
    truncated,
    wald_checks,
)

D = Decimal

ASKED = {
    "good": D("0.01"),
    "bad": D("0.04"),
    "producer_risk": D("0.05"),
    "consumer_risk": D("0.1"),
}
SINGLE = Plan(n=189, c=4)


@st.composite
def small_tests(draw) -> tuple[int, Sequence]:
    lot = draw(st.integers(3, 9))
    n = draw(st.integers(2, lot))
    c = draw(st.integers(0, n - 1))
    found = Lines(
        h1=draw(st.floats(0.1, 2)), h2=draw(st.floats(0.1, 2)), s=draw(st.floats(0, 1))
    )
    return lot, truncated(found, Plan(n=n, c=c))


@given(case=small_tests(), data=st.data())
def test_chances_are_those_of_all_orders_of_drawing(case: tuple[int, Sequence], data):
    lot, sequence = case
    wrong = data.draw(st.integers(0, lot))

    found = sequential_chances(lot, sequence, np.array([wrong]))

    released, checked = _by_all_orders(lot, sequence, wrong)
    assert found.released[0] == pytest.approx(float(released), abs=1e-12)
    assert found.checked[0] == pytest.approx(float(checked), abs=1e-12)


@given(case=small_tests())
def test_the_last_unit_always_decides(case: tuple[int, Sequence]):
    _, sequence = case

    pairs = list(zip(sequence.release, sequence.reject, strict=True))
    assert all(release < reject for release, reject in pairs)
    assert pairs[-1][1] - pairs[-1][0] == 1


def test_stopping_early_saves_checks_and_keeps_both_risks_nearly():
    sequence = truncated(lines(**ASKED), SINGLE)

    found = sequential_chances(1000, sequence, np.array([0, 10, 40]))

    # Wald's 120 and 92 checks are for endless work; the cut at 189 saves some more at
    # 1 %, and no error at all is known to be enough after 74.
    assert found.checked == pytest.approx([74, 114.2, 93.8], abs=0.1)
    assert found.checked.max() < SINGLE.n
    single = [float(release_probability(1000, 189, 4, wrong)) for wrong in (0, 10, 40)]
    assert found.released == pytest.approx(single, abs=0.03)


def test_the_lines_agree_with_audits_played_out():
    sequence = truncated(lines(**ASKED), SINGLE)
    chance, times, released, checked = Random(11), 2000, 0, 0
    for _ in range(times):
        passed, looked = _play(chance, 1000, 20, sequence)
        released += passed
        checked += looked

    found = sequential_chances(1000, sequence, np.array([20]))

    assert released / times == pytest.approx(found.released[0], abs=0.05)
    assert checked / times == pytest.approx(found.checked[0], abs=5)


def test_wald_forgets_that_lines_are_stepped_over():
    found = lines(**ASKED)

    assert wald_checks(found, share=0.01, released=0.95) == pytest.approx(120.1258240)
    assert wald_checks(found, share=0.04, released=0.1) == pytest.approx(91.7064969)


def test_a_single_plan_that_decides_at_once_leaves_no_lines():
    sequence = truncated(Lines(h1=9.0, h2=9.0, s=0.5), Plan(n=1, c=0))

    assert (sequence.release, sequence.reject) == ((0,), (1,))


@pytest.mark.parametrize(("good", "bad"), [("0", "0.1"), ("0.1", "0.1"), ("0.1", "1")])
def test_lines_need_two_qualities_between_none_and_all(good, bad):
    with pytest.raises(PlanError, match="above 0"):
        lines(good=D(good), bad=D(bad), producer_risk=D("0.05"), consumer_risk=D("0.1"))


def test_a_very_long_audit_is_not_reckoned_unit_by_unit():
    with pytest.raises(PlanError, match="too long"):
        truncated(lines(**ASKED), Plan(n=5001, c=4))


def test_more_cannot_be_drawn_than_there_is():
    with pytest.raises(PlanError, match="189 units cannot be drawn from a batch of 50"):
        sequential_chances(50, truncated(lines(**ASKED), SINGLE), np.array([1]))


def _by_all_orders(lot: int, sequence: Sequence, wrong: int) -> tuple[Fraction, ...]:
    """Walk through every order of right and wrong, each with its exact chance."""

    def walk(k: int, bad: int, left: Fraction) -> tuple[Fraction, Fraction]:
        if k and bad <= sequence.release[k - 1]:
            return left, left * k
        if k and bad >= sequence.reject[k - 1]:
            return Fraction(0), left * k
        worse = Fraction(wrong - bad, lot - k)
        one = walk(k + 1, bad + 1, left * worse) if worse else (0, 0)
        other = walk(k + 1, bad, left * (1 - worse)) if worse < 1 else (0, 0)
        return Fraction(one[0] + other[0]), Fraction(one[1] + other[1])

    return walk(0, 0, Fraction(1))


def _play(chance: Random, lot: int, wrong: int, sequence: Sequence) -> tuple[bool, int]:
    order = chance.sample(range(lot), len(sequence.release))
    bad = 0
    for k, unit in enumerate(order):
        bad += unit < wrong
        if bad <= sequence.release[k]:
            return True, k + 1
        if bad >= sequence.reject[k]:
            return False, k + 1
    raise AssertionError
