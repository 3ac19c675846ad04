"""Learning: what practice does to the time of a unit, and where it stops."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.learning import (
    MOST_RAMP_DAYS,
    crawford_total,
    crawford_unit,
    plateau_total,
    ramp_of_learning,
    rate_of,
    slope,
    wright_block,
    wright_slope,
    wright_unit,
)

rates = st.floats(0.6, 1)


def test_a_doubling_at_eighty_percent_leaves_eighty_percent_of_the_time():
    assert crawford_unit(30, 2, rate=0.8) == pytest.approx(24)
    assert crawford_unit(30, 8, rate=0.8) == pytest.approx(30 * 0.8**3)


def test_one_rate_means_fewer_hours_under_wright_than_under_crawford():
    # Of two units at 80 %: Crawford 30 + 24; Wright 2 × (30 × 0.8).
    assert crawford_total(30, 2, rate=0.8) == pytest.approx(54)
    assert wright_block(30, 1, 2, rate=0.8) == pytest.approx(48)


@given(rate=rates, units=st.integers(1, 300), plateau=st.integers(1, 300))
def test_a_plateau_agrees_with_adding_unit_by_unit(rate, units, plateau):
    found = plateau_total(30, units, rate=rate, plateau=plateau)

    one_by_one = 0.0
    for unit in range(1, units + 1):
        doublings = _log2(min(unit, plateau))
        one_by_one += 30 * rate**doublings
    assert found == pytest.approx(one_by_one)


def _log2(number: int) -> float:
    """Count halvings by hand, then the rest by bisection: no logarithm shared."""
    low, high = 0.0, 40.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if 2**middle <= number else (low, middle)
    return low


@given(rate=rates, start=st.integers(1, 50), more=st.integers(0, 50))
def test_blocks_of_wright_add_up(rate, start, more):
    whole = wright_block(7, start, start + more, rate=rate)

    units = sum(
        wright_unit(7, unit, rate=rate) for unit in range(start, start + more + 1)
    )
    assert whole == pytest.approx(units)


@given(rate=rates, units=st.integers(2, 500))
def test_the_rate_is_found_again_from_a_total(rate, units):
    total = wright_block(9, 1, units, rate=rate)

    assert rate_of(wright_slope(total, first=9, units=units)) == pytest.approx(rate)


@given(rate=st.floats(0.7, 1), plateau=st.integers(1, 400), a_day=st.floats(5, 200))
def test_a_ramp_agrees_with_walking_the_clock(rate, plateau, a_day):
    ramp = ramp_of_learning(rate=rate, plateau=plateau, units_a_day=a_day)

    # Full days: do whole units, then part of the next, until the clock runs out.
    unit, part, found = 1, 0.0, []
    for _ in range(len(ramp) + 1):
        left, done = a_day, 0.0
        while left > 1e-12:
            takes = (min(unit, plateau) / plateau) ** slope(rate) * (1 - part)
            if takes <= left:
                left, done, unit, part = left - takes, done + 1 - part, unit + 1, 0.0
            else:
                step = left / takes * (1 - part)
                left, done, part = 0.0, done + step, part + step
        found.append(done / a_day)
    assert ramp == pytest.approx(found[:-1], abs=1e-6)
    assert found[-1] == pytest.approx(1, abs=1e-6)


def test_a_ramp_never_lasts_longer_than_a_year():
    ramp = ramp_of_learning(rate=0.5, plateau=100_000, units_a_day=1)

    assert len(ramp) == MOST_RAMP_DAYS
    assert ramp[-1] == pytest.approx(1e-5)


@pytest.mark.parametrize("rate", [0, -0.1, 1.01])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="share of time that a doubling leaves"):
        slope(rate)


@pytest.mark.parametrize(("plateau", "a_day"), [(0, 5), (5, 0)])
def test_a_plateau_that_is_none_is_refused(plateau, a_day):
    with pytest.raises(ValueError, match="must lie above 0"):
        ramp_of_learning(rate=0.9, plateau=plateau, units_a_day=a_day)
