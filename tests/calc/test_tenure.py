"""Tenure: how fast a team with newcomers and leavers is on each of its days."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.tenure import (
    Tenure,
    days_of_team,
    headcount,
    leaving_day,
    older,
    pace_curve,
)
from tests.scale import count

RAMP = (0.55, 0.75, 0.85, 0.92, 0.96)


def test_a_team_that_nobody_leaves_is_its_first_days_and_then_at_full_pace():
    assert pace_curve(Tenure(ramp=RAMP)) == (*RAMP, 1.0)
    assert pace_curve(Tenure(ramp=())) == (1.0,)


def test_the_second_day_of_leavers_by_hand():
    # A fifth leaves at the end of a day and is replaced at once by newcomers at half
    # pace: 0.5, then 0.8 × 1 + 0.2 × 0.5 = 0.9, and so for ever.
    daily = 1 - 0.8**21

    found = pace_curve(Tenure(ramp=(0.5,), leaving_month=daily))

    assert found[0] == 0.5
    assert found[1:] == pytest.approx([0.9] * (len(found) - 1))


def test_a_place_stays_empty_until_the_next_person_comes():
    # A fifth leaves; places are empty for one day: day 2: 0.8; day 3: 0.64 old ones
    # and the fifth of day 1 is back: 0.84.
    daily = 1 - 0.8**21

    found = pace_curve(Tenure(ramp=(), leaving_month=daily, hire_days=1))

    assert found[:3] == pytest.approx([1.0, 0.8, 0.84])
    # In the end x people and 0.2 x empty: x = 1 / 1.2.
    assert found[-1] == pytest.approx(1 / 1.2, abs=1e-7)


def test_the_curve_is_the_mean_of_many_teams_followed_person_by_person():
    tenure = Tenure(ramp=RAMP, leaving_month=0.3, hire_days=3)
    people = count(40_000)

    followed = _follow(tenure, people=people, days=30)

    curve = pace_curve(tenure)
    expected = [curve[min(day, len(curve) - 1)] for day in range(30)]
    # Five standard errors of a mean of places that are mostly at 0 or 1.
    assert followed == pytest.approx(expected, abs=5 * 0.25 / np.sqrt(people))


def _follow(tenure: Tenure, *, people: int, days: int) -> list[float]:
    """Follow each place by itself, day by day."""
    chance = Random(11)
    daily = 1 - (1 - tenure.leaving_month) ** (1 / 21)
    done = [0.0] * days
    for _ in range(people):
        tenure_days, empty = 0, 0
        for day in range(days):
            if empty:
                empty -= 1
                if empty:
                    continue
                tenure_days = 0
            pace = RAMP[tenure_days] if tenure_days < len(RAMP) else 1.0
            done[day] += pace
            tenure_days += 1
            if chance.random() < daily:
                empty = tenure.hire_days + 1
    return [one / people for one in done]


@given(
    leaving=st.floats(0.001, 0.5),
    hire=st.integers(0, 30),
    ramp=st.lists(st.floats(0.1, 1), max_size=6).map(sorted).map(tuple),
)
def test_leaving_never_makes_a_team_faster(leaving, hire, ramp):
    with_leavers = pace_curve(Tenure(ramp=ramp, leaving_month=leaving, hire_days=hire))

    without = (*ramp, 1.0)
    for day, pace in enumerate(with_leavers):
        assert 0 < pace <= without[min(day, len(without) - 1)] + 1e-9


def test_a_monthly_share_survives_its_days():
    assert (1 - leaving_day(0.05)) ** 21 == pytest.approx(0.95)


def test_people_grow_older_and_stay_at_full_pace():
    assert older(np.array([[3.0, 2.0, 5.0]])).tolist() == [[0.0, 3.0, 7.0]]
    assert older(np.array([4.0])).tolist() == [4.0]


def test_people_month_by_month():
    assert headcount(
        20, leaving_month=0.05, hires_month=0.5, months=2
    ) == pytest.approx([20, 19.5, 19.025])


def test_work_that_is_done_while_the_team_still_grows():
    # Day 1 does 25, day 2 50, and a quarter of day 3's 100 is left over.
    assert days_of_team(
        100, a_day=10, team=[(5, 0.5), (5, 1.0), (10, 1.0)]
    ) == pytest.approx(2.25)


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"ramp": (), "leaving_month": 1.0}, "leaves in a month"),
        ({"ramp": (), "hire_days": -1}, "must not be negative"),
        ({"ramp": (-0.1,)}, "must not be negative"),
    ],
)
def test_figures_that_are_none_are_refused(fields, match):
    with pytest.raises(ValueError, match=match):
        Tenure(**fields)
