"""Ratings: whether people tag alike, beyond what luck would give."""

from __future__ import annotations

from itertools import permutations
from math import isnan
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc import ratings
from scoping.calc.ratings import (
    RatingsError,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    tabled,
    tag_agreement,
    two_rater_coefficients,
)

words = st.sampled_from(["cat", "dog", "owl", None])


@st.composite
def passes(draw, least=2, most=4):
    people = draw(st.integers(least, most))
    return draw(
        st.lists(
            st.lists(words, min_size=people, max_size=people), min_size=2, max_size=25
        )
    )


def test_the_same_agreement_is_much_or_little_beyond_luck():
    # Both agree on 85 of 100; in the second nearly all is called the same.
    even = two_rater_coefficients(np.array([[40, 9], [6, 45]]))
    skewed = two_rater_coefficients(np.array([[80, 10], [5, 5]]))

    assert even["percent"] == skewed["percent"] == pytest.approx(0.85)
    # 0.9 x 0.85 + 0.1 x 0.15 by luck = 0.78: (0.85 - 0.78) / 0.22.
    assert skewed["cohen"] == pytest.approx(7 / 22)
    assert even["cohen"] > 2 * skewed["cohen"]
    assert skewed["ac1"] > 0.8


@given(rows=passes())
def test_alpha_is_what_pairs_of_values_say(rows):
    alpha = krippendorff_alpha(tabled(rows).counts)

    expected = _alpha_by_pairs(rows)
    if expected is None:
        assert isnan(alpha)
    else:
        assert alpha == pytest.approx(expected)


@given(rows=passes(), order=st.randoms(use_true_random=False))
def test_neither_the_order_of_people_nor_that_of_items_matters(rows, order):
    other = [order.sample(row, len(row)) for row in order.sample(rows, len(rows))]

    first, second = (tabled(one).counts for one in (rows, other))

    assert krippendorff_alpha(first) == pytest.approx(
        krippendorff_alpha(second), nan_ok=True
    )
    assert gwet_ac1(first) == pytest.approx(gwet_ac1(second), nan_ok=True)


@given(rows=passes())
def test_ac1_is_what_pairs_of_people_say(rows):
    found = gwet_ac1(tabled(rows).counts)

    expected = _ac1_by_hand(rows)
    assert found == pytest.approx(
        float("nan") if expected is None else expected, nan_ok=True
    )


@given(rows=passes(least=3, most=3))
def test_fleiss_is_what_pairs_of_people_say(rows):
    full = [[word or "owl" for word in row] for row in rows]

    found = fleiss_kappa(tabled(full).counts)

    pairs = [(a == b) for row in full for a, b in permutations(row, 2)]
    said = [word for row in full for word in row]
    luck = sum((said.count(word) / len(said)) ** 2 for word in set(said))
    assert found.agreed == pytest.approx(sum(pairs) / len(pairs))
    assert found.luck == pytest.approx(luck)
    if luck < 1 - 1e-12:
        assert found.kappa == pytest.approx((found.agreed - luck) / (1 - luck))
    else:
        assert isnan(found.kappa)


def test_a_near_miss_is_a_small_one_between_numbers():
    near, far = ([[1, 1], [2, 2], [5, miss]] for miss in (6, 9))

    by_distance, by_name = (
        [
            krippendorff_alpha(
                tabled(rows).counts, level=level, categories=tabled(rows).categories
            )
            for rows in (near, far)
        ]
        for level in ("interval", "nominal")
    )

    assert by_distance[0] > by_distance[1]
    assert by_name[0] == pytest.approx(by_name[1])


def test_kappa_is_off_by_what_it_says_in_most_repetitions():
    # 400 items, 3 classes; the true kappa is that of a table of a million items.
    dice = Random(5)
    truth = cohen_kappa(_two_people(dice, items=30_000)).kappa

    inside = 0
    for _ in range(200):
        found = cohen_kappa(_two_people(dice, items=400))
        inside += found.low <= truth <= found.high

    # 95 % of 200, less or more than three standard errors (3 x 1.5 % of 200).
    assert inside / 200 == pytest.approx(0.95, abs=0.047)


def test_every_coefficient_of_tags_comes_with_an_interval():
    dice = Random(2)
    rows = [
        [word, word if dice.random() < 0.9 else "owl"]
        for word in dice.choices(["cat", "dog", "owl"], k=80)
    ]

    found: Any = tag_agreement(rows, rng=np.random.default_rng(1))

    assert found.items == 80
    for figure in (found.percent, found.cohen, found.fleiss, found.alpha, found.ac1):
        assert figure is not None
        assert figure.low < figure.value < figure.high
    alike = sum(a == b for a, b in rows)
    assert found.percent.value == alike / 80
    square = np.zeros((3, 3))
    for first, second in rows:
        square[
            ["cat", "dog", "owl"].index(first), ["cat", "dog", "owl"].index(second)
        ] += 1
    assert found.cohen.value == pytest.approx(two_rater_coefficients(square)["cohen"])


def test_three_people_and_gaps_leave_what_allows_them():
    rows: Any = [["a", "a", None], ["a", "b", "b"], ["b", None, "b"], [None, "a", None]]

    found: Any = tag_agreement(rows, rng=np.random.default_rng(1))

    # The last item was tagged once; of the others 1, 1/3 and 1 of the pairs agree.
    assert found.items == 3
    assert found.percent.value == pytest.approx((1 + 1 / 3 + 1) / 3)
    assert found.cohen is None
    assert found.fleiss is None
    assert found.alpha.value == pytest.approx(_alpha_by_pairs(rows))


def test_one_class_leaves_coefficients_unknown_and_percent_known():
    found: Any = tag_agreement([["a", "a"], ["a", "a"]], rng=np.random.default_rng(1))

    assert found.percent.value == 1
    assert found.percent.low < 1
    assert found.cohen.value is None
    assert found.alpha.value is None
    assert found.ac1.value is None


def test_one_item_has_no_interval_by_resampling():
    found: Any = tag_agreement([["a", "b"]], rng=np.random.default_rng(1))

    assert found.alpha.value == pytest.approx(0)
    assert found.alpha.low is None


def test_two_people_with_a_gap_are_compared_on_what_both_tagged():
    found: Any = tag_agreement(
        [["a", "a"], ["b", None], ["b", "a"]], rng=np.random.default_rng(1)
    )

    assert found.items == 2
    assert found.percent.value == 0.5


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: tag_agreement([["a", None]], rng=np.random.default_rng(1)), "No item"),
        (lambda: fleiss_kappa(np.array([[2.0, 0], [1, 0]])), "same number of people"),
        (lambda: two_rater_coefficients(np.array([[1, 2]])), "as many rows"),
        (lambda: two_rater_coefficients(np.zeros((2, 2))), "one of them is above 0"),
        (lambda: two_rater_coefficients(np.array([[1, -1], [0, 1]])), "holds counts"),
        (
            lambda: krippendorff_alpha(
                np.eye(2) * 2, level="interval", categories="ab"
            ),
            "between numbers only",
        ),
        (lambda: tabled([[f"w{place}"] for place in range(2001)]), "text, not tags"),
    ],
)
def test_what_cannot_be_compared_is_said(wrong, sentence):
    with pytest.raises(RatingsError, match=sentence):
        wrong()


def test_one_class_is_no_number_for_a_table():
    found = two_rater_coefficients(np.array([[5.0]]))

    assert found["percent"] == 1
    assert isnan(found["cohen"])
    assert isnan(found["ac1"])
    assert isnan(cohen_kappa(np.array([[5.0]])).error)


def test_numbers_come_before_words_in_a_table():
    assert tabled([["b", 2], [1, "a"]]).categories == (1, 2, "a", "b")
    assert ratings.tabled([[None]]).categories == ()


def _alpha_by_pairs(rows):
    """Every pair of values within an item against every pair of all values."""
    units = [[word for word in row if word is not None] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    values = [word for unit in units for word in unit]
    if not values:
        return None
    observed = sum(
        sum(a != b for a, b in permutations(unit, 2)) / (len(unit) - 1)
        for unit in units
    ) / len(values)
    pairs = [a != b for a, b in permutations(values, 2)]
    expected = sum(pairs) / len(pairs)
    return 1 - observed / expected if expected else None


def _ac1_by_hand(rows):
    rated = [[word for word in row if word is not None] for row in rows]
    twice = [row for row in rated if len(row) > 1]
    rated = [row for row in rated if row]
    classes = {word for row in rated for word in row}
    if not twice or len(classes) < 2:
        return None
    agreed = sum(
        sum(a == b for a, b in permutations(row, 2)) / (len(row) * (len(row) - 1))
        for row in twice
    ) / len(twice)
    luck = 0.0
    for word in classes:
        share = sum(row.count(word) / len(row) for row in rated) / len(rated)
        luck += share * (1 - share) / (len(classes) - 1)
    return (agreed - luck) / (1 - luck)


def _two_people(dice, *, items):
    table = np.zeros((3, 3))
    for truth in dice.choices(range(3), weights=[6, 3, 1], k=items):
        first, second = (
            truth if dice.random() < 0.85 else dice.randrange(3) for _ in range(2)
        )
        table[first, second] += 1
    return table
