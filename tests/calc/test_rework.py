"""Rework: what rejected units cost and what wrong ones escape."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.rework import (
    UselessAuditorError,
    all_pass,
    cost_per_good,
    cost_per_released,
    detection_needed,
    escalated_share,
    first_pass_defect_implied,
    joint_share,
    outgoing_defect,
    reject_rate,
    repaired_defect,
    reworks_per_unit,
    true_cost_ratio,
    true_defect,
)

D = Decimal
shares = st.decimals(0, 1, places=4)
loops = st.integers(0, 6)


def test_two_reviewers_who_reject_right_work_cause_rework_on_perfect_labels():
    # 1 − 0.98 × 0.98 = 3.96 %.
    wrongly = joint_share(D("0.02"), D(2), D(0))

    assert reject_rate(D(0), joint_share(D("0.8"), D(2), D(0)), wrongly) == D("0.0396")


def test_no_reviewer_catches_nothing():
    assert joint_share(D(1), D(0), D("0.4")) == 0
    assert outgoing_defect(D("0.1"), D(0), D(0), D(3)) == D("0.1")


def test_rework_of_rework_is_rework_up_to_the_last_loop():
    # 0.1 + 0.01 + 0.001.
    assert reworks_per_unit(D("0.1"), D(3)) == D("0.111")


def test_hopeless_work_is_redone_every_time_and_no_more():
    assert reworks_per_unit(D(1), D(3)) == 3
    assert outgoing_defect(D(1), D(1), D(0), D(3)) == 0
    assert escalated_share(D(1), D(3)) == 1


def test_what_escapes_is_what_each_review_lets_through():
    # Sent back: 0.1 × 0.8 + 0.9 × 0.02 = 0.098; let through: 0.1 × 0.2 = 0.02 of what
    # each review sees. With one loop: 0.02 × (1 + 0.098) = 0.02196.
    found = outgoing_defect(D("0.1"), D("0.8"), D("0.02"), D(1))

    assert found == D("0.02196")


@given(rejected=shares, most=loops)
def test_a_unit_is_never_redone_more_often_than_allowed(rejected, most):
    assert 0 <= reworks_per_unit(rejected, most) <= most


@given(p=shares, d=shares, f=shares, most=loops)
def test_what_escapes_is_never_more_than_was_wrong_or_let_through(p, d, f, most):
    escaped = outgoing_defect(p, d, f, most)

    rejected = reject_rate(p, d, f)
    right = (1 - p) * (1 - f) * (1 + reworks_per_unit(rejected, most))
    assert 0 <= escaped <= 1
    # Released wrong, released right and settled by an expert are everything.
    assert escaped + right + escalated_share(rejected, most) == pytest.approx(1)


@given(p=shares, d=shares, f=shares, most=loops)
def test_the_exact_number_and_its_draws_use_the_same_formula(p, d, f, most):
    exact = outgoing_defect(p, d, f, most)
    drawn = outgoing_defect(np.array([float(p)]), float(d), float(f), float(most))

    assert drawn == pytest.approx([float(exact)])


def test_the_formulas_agree_with_following_units_one_by_one():
    redone, escaped = _follow(p=0.3, d=0.7, f=0.1, reviewers=2, most=2, units=200_000)

    dm, fm = joint_share(0.7, 2, 0), joint_share(0.1, 2, 0)
    assert reworks_per_unit(reject_rate(0.3, dm, fm), 2) == pytest.approx(redone, 0.02)
    assert outgoing_defect(0.3, dm, fm, 2) == pytest.approx(escaped, rel=0.03)


def test_blind_spots_that_are_alike_cost_what_the_second_reviewer_was_for():
    # 0.2² + 0.4 × 0.2 × 0.8 = 0.104: together 89.6 %, not 96 %.
    assert joint_share(D("0.8"), 2, D("0.4")) == D("0.896")
    # Right units alike: 0.98² + 0.4 × 0.98 × 0.02 = 0.96824, not 0.9604, are passed.
    assert joint_share(D("0.02"), 2, D("0.4")) == D("0.03176")


def test_reviewers_alike_in_everything_see_what_one_of_them_sees():
    assert joint_share(D("0.8"), 4, D(1)) == D("0.8")
    assert joint_share(D("0.8"), 3, D(0)) == D("0.992")


@given(miss=shares, likeness=shares, reviewers=st.integers(0, 5))
def test_one_more_reviewer_never_lets_more_through(miss, likeness, reviewers):
    fewer = all_pass(miss, reviewers, likeness)

    more = all_pass(miss, reviewers + 1, likeness)

    assert more <= fewer + D("1e-24")


@given(
    p=shares,
    rates=st.lists(shares, min_size=2, max_size=2).map(sorted),
    likeness=shares,
    reviewers=st.integers(0, 6),
    most=loops,
)
def test_one_more_reviewer_of_any_kind_never_lets_more_escape(
    p, rates, likeness, reviewers, most
):
    f, d = rates

    fewer, more = (
        outgoing_defect(
            p, joint_share(d, count, likeness), joint_share(f, count, likeness), most
        )
        for count in (reviewers, reviewers + 1)
    )

    assert more <= fewer + D("1e-24")


def test_who_overlooks_alike_but_rejects_by_chance_would_let_more_escape():
    # Why one likeness holds for both: two who reject right units independently send
    # back 1 − 0.71² = 49.59 % of those but only 47.43 % of the wrong ones, where one
    # sends back 29 % and 30 %: the second redoes more than it finds.
    p, d, f, likeness = D("0.01"), D("0.30"), D("0.29"), D("0.17")

    once = outgoing_defect(p, d, f, 3)
    apart = outgoing_defect(p, joint_share(d, 2, likeness), joint_share(f, 2, 0), 3)
    alike = outgoing_defect(
        p, joint_share(d, 2, likeness), joint_share(f, 2, likeness), 3
    )

    assert alike < once < apart


@pytest.mark.parametrize("each", [0.25, 0.98])
def test_reviewers_who_are_alike_agree_with_ones_followed_one_by_one(each):
    # How easily a unit is passed is drawn once for all reviewers: Beta with this mean
    # and, between two reviewers, a correlation of 1 / (1 + a + b) = 0.3.
    rng = np.random.default_rng(271)
    size = 1 / 0.3 - 1
    easy = rng.beta(each * size, (1 - each) * size, 400_000)

    passed = np.mean((rng.random((400_000, 3)) < easy[:, None]).all(axis=1))

    assert float(all_pass(each, 3, 0.3)) == pytest.approx(passed, rel=0.02)


@given(p=st.decimals("0.01", "0.9", places=3), d=shares)
def test_two_promises_imply_the_first_pass_that_makes_them(p, d):
    rejected = reject_rate(p, d, D("0.02"))
    if rejected > D("0.9"):
        return
    escaped = outgoing_defect(p, d, D("0.02"), 400)

    implied = first_pass_defect_implied(escaped, rejected, D("0.02"))

    assert implied == pytest.approx(p)


def test_good_enough_work_needs_no_detection():
    assert detection_needed(D("0.01"), D("0.02")) == 0


def test_what_is_allowed_to_be_all_wrong_needs_no_detection():
    assert detection_needed(D(1), D(1)) == 0


def test_an_expert_only_repair_leaves_what_was_missed_and_what_was_botched():
    # 0.1 × 0.2 missed + 0.1 × 0.8 × 0.05 botched = 0.024.
    assert repaired_defect(D("0.1"), D("0.8"), D("0.95")) == D("0.024")


def test_a_right_unit_carries_the_cost_of_the_wrong_ones():
    # 10 + 3 + 0.098 × (10 + 3) = 14.274; over 0.98.
    released = cost_per_released(D(10), D(3), D(10), D("0.098"))

    assert released == D("14.274")
    assert cost_per_good(released, D("0.02")) == D("14.274") / D("0.98")


def test_three_times_the_sticker_is_a_statement_about_its_inputs():
    cheap = true_cost_ratio(D("0.05"), D("0.8"), D("0.3"), D(1), D(5))
    dear = true_cost_ratio(D("0.26"), D("0.8"), D("0.5"), D(2), D(10))

    assert cheap < D("1.5")
    assert dear > 3


@given(p=shares)
def test_a_known_auditor_is_seen_through(p):
    apparent = p * D("0.7") + (1 - p) * D("0.005")

    assert true_defect(apparent, D("0.7"), D("0.995")) == pytest.approx(p)


def test_fewer_alarms_than_false_ones_mean_nothing_is_wrong():
    assert true_defect(D("0.001"), D("0.7"), D("0.99")) == 0


def test_an_auditor_no_better_than_chance_says_nothing():
    with pytest.raises(UselessAuditorError, match="planted errors"):
        true_defect(D("0.1"), D("0.5"), D("0.5"))


def _follow(
    *, p: float, d: float, f: float, reviewers: int, most: int, units: int
) -> tuple[float, float]:
    """Label and review units one by one: a second opinion that shares no code."""
    chance = Random(7)
    redone = escaped = 0
    for _ in range(units):
        for attempt in range(most + 1):
            redone += attempt > 0
            wrong = chance.random() < p
            caught = d if wrong else f
            if all(chance.random() >= caught for _ in range(reviewers)):
                escaped += wrong
                break
    return redone / units, escaped / units
