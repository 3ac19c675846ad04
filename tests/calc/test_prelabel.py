"""Pre-labels: what a machine's first labels leave of the work."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.prelabel import (
    accept_rate_needed,
    left_by_bare_saving,
    left_by_model,
    left_by_proposals,
    quality_needed,
    saving,
    seconds_per_true_unit,
)

D = Decimal
shares = st.decimals(0, 1, places=3)
times = st.decimals("0.05", "1.5", places=2)


def test_good_proposals_halve_the_work():
    # 0.2 to check + 0.35 × 0.6 to fix + 0.1 missed + 0 deleted = 0.51.
    left = left_by_proposals(
        D(1), D("0.65"), D("0.2"), D("0.6"), D("0.1"), D("0.1"), D(0)
    )

    assert left == D("0.51")


def test_bad_proposals_cost_time():
    left = left_by_proposals(
        D(1), D("0.1"), D("0.3"), D("0.9"), D("0.2"), D("0.3"), D("0.2")
    )

    # 0.3 + 0.81 + 0.2 + 0.06.
    assert left == D("1.37")


@given(accepted=shares, check=times, fix=times, missed=shares, false=shares)
def test_units_without_proposals_take_their_time(accepted, check, fix, missed, false):
    left = left_by_proposals(D(0), accepted, check, fix, missed, false, D("0.1"))

    assert left == 1


@given(check=times, fix=times, missed=shares, false=shares, delete=shares)
def test_at_the_needed_rate_proposals_neither_save_nor_cost(
    check, fix, missed, false, delete
):
    rate = accept_rate_needed(check, fix, missed, false, delete)

    left = left_by_proposals(D(1), rate, check, fix, missed, false, delete)

    assert left == pytest.approx(1)


def test_a_bare_saving_counts_up_to_the_cap():
    assert left_by_bare_saving(D(1), D("0.25"), D("0.4")) == D("0.75")
    assert left_by_bare_saving(D("0.5"), D("0.9"), D("0.4")) == D("0.8")
    assert left_by_bare_saving(np.array([1.0]), np.array([0.9]), 0.4) == pytest.approx(
        [0.6]
    )


@given(
    recall=st.floats(0.05, 1), unchanged=st.floats(0, 1), precision=st.floats(0.05, 1)
)
def test_both_forms_of_the_formula_agree(recall, unchanged, precision):
    seconds = seconds_per_true_unit(
        10, 2, 6, 1.5, recall=recall, unchanged=unchanged, precision=precision, scan=0
    )

    # Per true unit: R proposals are checked, so accept-rate figures carry a factor R.
    left = left_by_proposals(
        1,
        unchanged,
        recall * 0.2,
        recall * 0.6,
        1 - recall,
        recall / precision - recall,
        0.15,
    )
    assert left == pytest.approx(seconds / 10)


def test_a_model_of_four_fifths_leaves_less_than_half():
    # METHODS 2: 0.8 × (0.2 + 0.2 × 0.6) + 0.2 + 0.8 × 0.25 × 0.15 = 0.486.
    model = (D("0.8"), D("0.8"), D("0.8"))

    left = left_by_model(D(1), *model, D("0.2"), D("0.6"), D("0.15"))

    assert left == D("0.486")
    # On half the units: 1 − 0.5 + 0.5 × 0.486.
    half = left_by_model(D("0.5"), *model, D("0.2"), D("0.6"), D("0.15"))
    assert half == D("0.743")


@given(recall=shares, unchanged=shares, precision=st.decimals("0.05", 1, places=3))
def test_a_model_that_finds_all_is_an_accept_rate_with_its_false_proposals(
    recall, unchanged, precision
):
    times = (D("0.2"), D("0.6"))
    model = left_by_model(D(1), D(1), precision, unchanged, *times, D("0.15"))
    rate = left_by_proposals(
        D(1), unchanged, *times, D(0), 1 / precision - 1, D("0.15")
    )

    assert model == pytest.approx(rate)
    # What it does not find is drawn: nothing found leaves everything.
    nothing = left_by_model(D(1), D(0), precision, unchanged, *times, D("0.15"))
    assert nothing == 1
    some = left_by_model(D(1), recall, precision, unchanged, *times, D("0.15"))
    assert some == pytest.approx(1 - recall + recall * model)


def test_the_needed_quality_saves_exactly_what_was_asked():
    quality = quality_needed(10, 2, 6, 1.5, saved=0.4)

    seconds = seconds_per_true_unit(
        10, 2, 6, 1.5, recall=quality, unchanged=quality, precision=quality, scan=0
    )

    assert saving(seconds, 10) == pytest.approx(0.4)


def test_where_nothing_needs_fixing_quality_still_has_an_answer():
    # Slope 10 + 0 − 2 = 8 a unit of quality; 4 of 10 seconds to save: 0.5.
    assert quality_needed(10, 2, 0, 0, saved=0.4) == pytest.approx(0.5)


def test_the_formula_agrees_with_correcting_units_one_by_one():
    chance, seconds, units = Random(7), 0.0, 100_000
    for _ in range(units):
        if chance.random() < 0.8:
            seconds += 2 if chance.random() < 0.7 else 2 + 6
            while chance.random() >= 0.9:  # false proposals until a true one
                seconds += 1.5
        else:
            seconds += 10

    found = seconds_per_true_unit(
        10, 2, 6, 1.5, recall=0.8, unchanged=0.7, precision=0.9, scan=0
    )

    assert found == pytest.approx(seconds / units, rel=0.01)
