"""An auditor who errs both ways, and what that does to release."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoping.calc.audit import release_probability
from scoping.calc.plans.auditor import released_by_auditor, released_with_errors
from scoping.calc.plans.process import released_of_process
from scoping.calc.rework import apparent_defect

D = Decimal


@given(data=st.data(), lot=st.integers(1, 6))
@settings(max_examples=40)
def test_chances_are_those_of_all_that_an_auditor_could_say(data, lot):
    n = data.draw(st.integers(1, lot))
    c = data.draw(st.integers(0, n))
    wrong = data.draw(st.integers(0, lot))
    missed, alarms = data.draw(st.tuples(st.floats(0, 1), st.floats(0, 1)))

    found = released_by_auditor(
        lot, n, c, wrong=wrong, missed=missed, false_alarms=alarms
    )

    assert found == pytest.approx(
        _by_all_sayings(lot, n, c, wrong, missed, alarms), abs=1e-9
    )


def test_a_perfect_auditor_changes_nothing():
    found = released_with_errors(*map(D, (1000, 100, 2, 20, 0, 0)))

    assert found == pytest.approx(release_probability(1000, 100, 2, 20), abs=D("1e-9"))


def test_perfect_work_fails_eight_audits_in_a_hundred():
    # METHODS 3: with 1 % false alarms and 20 % misses, batches of 1,000 with 0, 1, 2 %
    # wrong pass 92, 73 and 52 times in 100. Those are of endless work; for a batch of
    # whole units the middle one is 73.5.
    endless = [
        float(released_of_process(apparent_defect(share, 0.01, 0.2), 100, 2))
        for share in (0, 0.01, 0.02)
    ]
    exact = [
        released_by_auditor(1000, 100, 2, wrong=wrong, missed=0.2, false_alarms=0.01)
        for wrong in (0, 10, 20)
    ]

    assert [f"{chance:.2f}" for chance in endless] == ["0.92", "0.73", "0.52"]
    assert exact == pytest.approx(endless, abs=0.004)


def test_it_agrees_with_audits_played_out():
    rng = np.random.default_rng(2)
    wrong_drawn = rng.hypergeometric(20, 980, 100, size=20_000)
    called = rng.binomial(wrong_drawn, 0.8) + rng.binomial(100 - wrong_drawn, 0.01)

    found = released_by_auditor(1000, 100, 2, wrong=20, missed=0.2, false_alarms=0.01)

    assert (called <= 2).mean() == pytest.approx(found, abs=0.015)


def test_ten_million_units_keep_to_what_is_likely():
    found = released_by_auditor(
        10_000_000, 1000, 20, wrong=100_000, missed=0.2, false_alarms=0.01
    )

    apparent = apparent_defect(0.01, 0.01, 0.2)
    assert found == pytest.approx(
        float(released_of_process(apparent, 1000, 20)), abs=1e-4
    )


def _by_all_sayings(lot, n, c, wrong, missed, alarms) -> float:
    """Every way to call the units, its chance, and how often a draw then passes."""
    total = 0.0
    for said in product([0, 1], repeat=lot):
        chance = 1.0
        for unit, called in enumerate(said):
            likely = 1 - missed if unit < wrong else alarms
            chance *= likely if called else 1 - likely
        total += chance * float(release_probability(lot, n, c, sum(said)))
    return total
