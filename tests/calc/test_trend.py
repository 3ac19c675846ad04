"""Trend: weeks that get better by more than chance, and those that do not show it."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.trend import MOST_WEEKS, chance_of, rank_score, trend


def weeks_of(*cents, cost="100"):
    """Give one week a figure; its name sorts as its place does."""
    return [
        {"week": f"2026-{place:04}", "planned": str(one), "actual": cost}
        for place, one in enumerate(cents, start=1)
    ]


def test_four_weeks_that_only_rise_are_rare_enough():
    # One order of 4! = 24 has no pair reversed: 1 ÷ 24 = 0.0417.
    found = trend(weeks_of(85, 88, 90, 92))

    assert (found.answer, found.chance) == ("better", Decimal("0.0417"))


def test_four_weeks_that_only_fall_get_worse():
    assert trend(weeks_of(92, 90, 88, 85)).answer == "worse"


def test_one_pair_the_wrong_way_round_of_six_shows_nothing_yet():
    # Orders of four with 0 or 1 reversed pairs: 1 + 3 of 24 = 0.1667.
    found = trend(weeks_of(87, 95, 104, 95.4))

    assert (found.answer, found.chance) == ("not shown", Decimal("0.1667"))


def test_three_weeks_are_too_few_to_ask():
    found = trend(weeks_of(85, 90, 95))

    assert (found.answer, found.chance) == ("too few weeks", None)
    assert [week.bought for week in found.weeks] == [
        Decimal("0.8500"),
        Decimal("0.9000"),
        Decimal("0.9500"),
    ]


def test_a_week_without_planned_or_actual_cost_says_nothing():
    rows = [*weeks_of(85, 88, 0, 90, 92), *weeks_of(50, cost="0")]

    assert len(trend(rows).weeks) == 4
    assert trend([]).answer == "too few weeks"


def test_weeks_come_in_order_and_only_the_last_half_year_counts():
    rows = weeks_of(*range(100, 70, -1), *range(71, 101))

    found = trend(reversed(rows))

    assert len(found.weeks) == MOST_WEEKS
    assert found.answer == "better"


def test_equal_weeks_are_no_trend():
    assert trend(weeks_of(90, 90, 90, 90, 90)).answer == "not shown"


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=6
    ).map(lambda pairs: [(Decimal(one), Decimal(other)) for one, other in pairs])
)
def test_the_score_and_its_chance_are_those_of_every_order_written_out(pairs):
    rows = [
        {"week": f"{place:02}", "planned": str(planned), "actual": str(actual)}
        for place, (planned, actual) in enumerate(pairs)
    ]
    found = rank_score(trend(rows).weeks)
    figures = [planned / actual for planned, actual in pairs]

    assert found == _score(figures)
    scores = [_score(order) for order in permutations(range(len(pairs)))]
    as_much = sum(score >= found for score in scores)
    assert float(chance_of(found, weeks=len(pairs))) == pytest.approx(
        as_much / len(scores)
    )


@given(st.permutations(range(7)))
def test_turned_round_a_project_that_gets_better_gets_worse(order):
    cents = [80 + one for one in order]
    turned = {"better": "worse", "worse": "better", "not shown": "not shown"}

    assert (
        trend(weeks_of(*cents[::-1])).answer == turned[trend(weeks_of(*cents)).answer]
    )


def _score(figures):
    score = 0
    for late in range(len(figures)):
        for early in range(late):
            if figures[late] > figures[early]:
                score += 1
            elif figures[late] < figures[early]:
                score -= 1
    return score
