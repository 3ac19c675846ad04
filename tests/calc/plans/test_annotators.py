"""Errors that cluster by annotator: what a run misses and what sharing out answers."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import beta as beta_function

from scoping.calc.audit import PlanError, release_probability
from scoping.calc.plans.annotators import (
    in_a_run,
    released_by_draw,
    released_of_cluster,
    shared_out,
)


@given(
    shares=st.lists(st.integers(1, 4), min_size=2, max_size=3),
    likeness=st.floats(0.02, 0.9),
    data=st.data(),
)
@settings(max_examples=40)
def test_chances_are_those_of_all_ways_to_err_and_to_draw(shares, likeness, data):
    drawn = [data.draw(st.integers(0, most)) for most in shares]
    wrong = data.draw(st.integers(0, sum(shares)))
    c = data.draw(st.integers(0, 3))

    found = released_by_draw(shares, drawn, c=c, wrong=wrong, likeness=likeness)

    assert found == pytest.approx(
        _by_all_ways(shares, drawn, c, wrong, likeness), abs=1e-9
    )


def test_a_run_is_fooled_by_clusters_and_sharing_out_is_not():
    shares = shared_out(1000, 10)
    fair = float(release_probability(1000, 100, 2, 50))

    run, shared = (
        released_by_draw(shares, drawn, c=2, wrong=50, likeness=0.2)
        for drawn in (in_a_run(shares, 100), shared_out(100, 10))
    )

    # A batch 5 % wrong: fairly drawn 10.6 %; from one annotator 63 %; shared out less.
    assert fair == pytest.approx(0.1056, abs=0.0001)
    assert run == pytest.approx(0.634, abs=0.001)
    assert shared is not None
    assert shared < fair


def test_a_run_agrees_with_batches_played_out():
    rng = np.random.default_rng(8)
    shares, n, c, wrong, likeness = (40,) * 5, 40, 1, 10, 0.3
    worth = 1 / likeness - 1
    kept, passed = 0, 0
    rates = rng.beta(0.05 * worth, 0.95 * worth, size=(200_000, 5))
    for row in rng.binomial(40, rates):
        if row.sum() == wrong:
            kept += 1
            passed += row[0] <= c

    found = released_by_draw(
        shares, in_a_run(shares, n), c=c, wrong=wrong, likeness=likeness
    )

    assert kept > 2000
    assert passed / kept == pytest.approx(found, abs=0.05)


@given(
    people=st.integers(1, 30), likeness=st.floats(0.001, 0.5), wrong=st.integers(1, 90)
)
@settings(max_examples=25)
def test_without_likeness_every_draw_is_a_fair_one(people, likeness, wrong):
    shares = shared_out(100, people)

    found = released_by_draw(
        shares, in_a_run(shares, 20), c=1, wrong=wrong, likeness=1e-7
    )

    fair = float(release_probability(100, 20, 1, wrong))
    assert found == pytest.approx(fair, abs=1e-4)


def test_correlation_of_five_in_a_hundred_lifts_twelve_to_forty_two():
    # METHODS 3: likeness 0.05 lifts the release of 5 % wrong from 12 % to 42 %.
    assert released_of_cluster(100, 2, share=0.05, likeness=0.05) == pytest.approx(
        0.42, abs=0.005
    )
    assert released_of_cluster(100, 2, share=0.05, likeness=1e-6) == pytest.approx(
        0.118, abs=0.001
    )


def test_a_batch_all_right_or_all_wrong_needs_no_sums():
    assert released_by_draw((5, 5), (2, 2), c=0, wrong=0, likeness=0.1) == 1
    assert released_by_draw((5, 5), (2, 2), c=0, wrong=10, likeness=0.1) == 0
    assert released_by_draw((5, 5), (2, 2), c=4, wrong=5, likeness=0.1) == 1


def test_a_table_that_would_not_fit_is_not_guessed():
    shares = shared_out(1_000_000, 10)

    found = released_by_draw(
        shares, shared_out(100_000, 10), c=2000, wrong=30_000, likeness=0.1
    )

    assert found is None


@pytest.mark.parametrize(
    ("shares", "drawn", "wrong"), [((3, 3), (4, 0), 1), ((3, 3), (1, 1), 7)]
)
def test_a_draw_that_cannot_be_is_refused(shares, drawn, wrong):
    with pytest.raises(PlanError, match="Draw at most what each annotator has"):
        released_by_draw(shares, drawn, c=0, wrong=wrong, likeness=0.1)


@pytest.mark.parametrize("likeness", [0.0, 1.0])
def test_a_likeness_is_between_none_and_all(likeness):
    with pytest.raises(PlanError, match="Give both between 0 and 1"):
        released_of_cluster(10, 1, share=0.1, likeness=likeness)


def _by_all_ways(shares, drawn, c, wrong, likeness) -> float:
    """Sum over every number wrong of every annotator, and every number drawn."""
    worth = 1 / likeness - 1
    a, b = wrong / sum(shares) * worth, (1 - wrong / sum(shares)) * worth
    if wrong == 0:
        return 1.0
    if wrong == sum(shares):
        return float(sum(drawn) <= c)
    passed = every = 0.0
    for has in product(*(range(share + 1) for share in shares)):
        if sum(has) == wrong:
            chance = 1.0
            for share, bad in zip(shares, has, strict=True):
                chance *= comb(share, bad) * beta_function(a + bad, b + share - bad)
            every += chance
            passed += chance * _drawn_so(shares, has, drawn, c)
    return passed / every


def _drawn_so(shares, has, drawn, c) -> float:
    """Sum the chances of all draws with at most c wrong, where each has so many."""
    total = 0.0
    for found in product(*(range(most + 1) for most in drawn)):
        if sum(found) <= c:
            ways = 1.0
            for share, bad, take, hit in zip(shares, has, drawn, found, strict=True):
                ways *= comb(bad, hit) * comb(share - bad, take - hit)
                ways /= comb(share, take)
            total += ways
    return total
