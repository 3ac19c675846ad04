"""What had been forecast of each batch: the same as forecasting each of them anew."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.completion import Ahead, Done, completion
from quotes.calc.foretold import chances_before


def batches(factors, *, units=(400, 500, 800)) -> list[Done]:
    return [
        Done(
            line=0,
            planned=float(units[at % len(units)]),
            actual=factor * units[at % len(units)],
            units=float(units[at % len(units)]),
        )
        for at, factor in enumerate(factors)
    ]


def one_by_one(done, *, level_sigma, first):
    """Forecast each batch anew by its matrices: a second opinion, slow and obvious."""
    return [
        completion(
            done[:at],
            [Ahead(line=0, planned=one.planned, batches=1, units=one.units)],
            certain=0.0,
            level_sigma=level_sigma,
        ).below(one.actual)
        for at, one in enumerate(done)
        if at >= first
    ]


@settings(max_examples=25)
@given(
    factors=st.lists(st.floats(0.2, 5), min_size=1, max_size=9),
    units=st.lists(st.integers(1, 5000), min_size=1, max_size=4),
    level=st.floats(0.05, 0.6),
)
def test_it_is_the_forecast_from_all_batches_before(factors, units, level):
    done = batches(factors, units=units)

    found = chances_before(done, level_sigma=level, first=0)

    assert found == pytest.approx(
        one_by_one(done, level_sigma=level, first=0), abs=1e-8
    )


def test_sixty_batches_with_a_drift_are_forecast_as_by_their_matrices():
    chance, level, factors = Random(5), 0.1, []
    for at in range(60):
        level += chance.gauss(0, 0.03)
        start = 0.3 * 0.7**at
        factors.append(2.718281828 ** (level + start + chance.gauss(0, 0.15)))
    done = batches(factors)

    found = chances_before(done, level_sigma=0.2, first=50)

    assert found == pytest.approx(one_by_one(done, level_sigma=0.2, first=50), abs=1e-8)
    assert max(found) - min(found) > 0.3


def test_a_steady_line_is_forecast_in_its_middle_and_a_jump_at_the_end():
    found = chances_before(batches([1.0] * 30 + [4.0]), level_sigma=0.2, first=25)

    assert len(found) == 6
    assert all(0.35 < one < 0.65 for one in found[:-1])
    assert found[-1] > 0.999


def test_the_first_ones_are_not_forecast_and_no_batches_have_no_record():
    assert chances_before([], level_sigma=0.2, first=2) == []
    assert chances_before(batches([1.0, 1.1]), level_sigma=0.2, first=2) == []
