"""Pilot rounds: how many until a team passes, and what they cost."""

from __future__ import annotations

from decimal import Decimal
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.agreement import (
    GoldSetError,
    gold_pass_probability,
    gold_repeated_attempts,
)
from scoping.calc.rounds import pilot_rounds, share_removed, work_of


def test_a_team_that_works_at_the_target_by_round_two_often_needs_three():
    found = pilot_rounds(items=500, errors=25, start=0.80, removed=0.75, most=5)

    # 80 %, then a quarter of 20 %: 95 %, 98.75 %. Passes 0, 55.3 %, almost always.
    assert [round(one.accuracy, 4) for one in found.rounds[:3]] == [0.80, 0.95, 0.9875]
    assert found.rounds[1].passed_by_now == pytest.approx(0.55294, abs=1e-5)
    # 1 + 1 + (1 - 0.55294).
    assert found.expected == pytest.approx(2.44706, abs=1e-5)
    assert found.promised == 3
    assert found.never < 1e-9


def test_without_learning_it_is_trying_again():
    found = pilot_rounds(items=500, errors=25, start=0.94, removed=0, most=3)

    once = gold_pass_probability(500, 0.94, Decimal("0.95"))
    assert found.rounds[-1].passed_by_now == pytest.approx(
        gold_repeated_attempts(once, 3)
    )
    assert found.promised is None
    assert found.never == pytest.approx(1 - 0.488867578, abs=1e-8)


def test_the_card_says_two_rounds_from_80_to_95():
    # (0.05 / 0.20) ^ (1 / (2 - 1)) = 1/4 of the errors stay.
    assert share_removed(start=0.8, target=0.95, rounds=2) == pytest.approx(0.75)
    # Over three rounds there are two sessions: sqrt(1/4) stays after each.
    assert share_removed(start=0.8, target=0.95, rounds=3) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("start", "target", "rounds"), [(0.95, 0.95, 2), (0.8, 1.0, 2), (0.8, 0.95, 1)]
)
def test_a_start_that_is_no_start_is_refused(start, target, rounds):
    with pytest.raises(GoldSetError, match="from below a target"):
        share_removed(start=start, target=target, rounds=rounds)


@given(
    start=st.floats(0, 1),
    removed=st.floats(0, 1),
    items=st.integers(1, 300),
    most=st.integers(1, 8),
)
def test_rounds_lie_between_one_and_the_most(start, removed, items, most):
    found = pilot_rounds(
        items=items, errors=items // 20, start=start, removed=removed, most=most
    )

    assert 1 <= found.expected <= most
    passed = [one.passed_by_now for one in found.rounds]
    assert passed == sorted(passed)
    assert 0 <= found.never <= 1


def test_it_agrees_with_pilots_run_one_by_one():
    dice, pilots, run = Random(9), 3000, 0
    for _ in range(pilots):
        left = 0.3
        for _ in range(4):
            run += 1
            if sum(dice.random() < left for _ in range(40)) <= 4:
                break
            left *= 0.6

    found = pilot_rounds(items=40, errors=4, start=0.7, removed=0.4, most=4)

    assert found.expected == pytest.approx(run / pilots, abs=0.06)
    # The first round by hand: at most 4 errors of 40 at 30 %.
    first = sum(comb(40, k) * 0.3**k * 0.7 ** (40 - k) for k in range(5))
    assert found.rounds[0].passes == pytest.approx(first)


def test_rounds_cost_items_hours_days_and_answers():
    work = work_of(
        2.5,
        items=500,
        seconds_per_item=72,
        days_per_round=3,
        answer_days=2,
        session_hours=10,
    )

    assert work.items == 1250
    # 2.5 x 500 x 72 s = 25 h, and 1.5 sessions of 10 h.
    assert work.hours == pytest.approx(40)
    # 2.5 x 3 days, and 1.5 answers of 2 days.
    assert work.days == pytest.approx(10.5)
    assert work.answers == pytest.approx(1.5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": 0},
        {"errors": 501},
        {"errors": -1},
        {"start": 1.2},
        {"removed": -0.1},
        {"most": 0},
    ],
)
def test_a_pilot_that_cannot_be_is_refused(wrong):
    given_ = {"items": 500, "errors": 25, "start": 0.8, "removed": 0.5, "most": 3}

    with pytest.raises(GoldSetError):
        pilot_rounds(**{**given_, **wrong})


@pytest.mark.parametrize("wrong", [{"rounds": 0.5}, {"answer_days": -1}])
def test_work_below_zero_is_refused(wrong):
    given_ = {
        "rounds": 2,
        "items": 5,
        "seconds_per_item": 1,
        "days_per_round": 1,
        "answer_days": 1,
    }
    named = {**given_, **wrong}

    with pytest.raises(GoldSetError, match="no figure below 0"):
        work_of(named.pop("rounds"), **named)
