"""Resampling: how far a figure may be off by the luck of which images were seen."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from scoping.calc import resampling
from scoping.calc.resampling import measured, measured_share, resampled_sums


def share(sums):
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums[:, 0] / sums[:, 1]


def test_resamples_are_sums_of_as_many_rows():
    rows = np.array([[1.0, 1], [2, 1], [4, 1]])

    sums = resampled_sums(rows, rng=np.random.default_rng(1), draws=500)

    assert sums.shape == (500, 2)
    assert (sums[:, 1] == 3).all()
    assert sums[:, 0].min() == 3
    assert sums[:, 0].max() == 12


def test_blocks_give_as_many_resamples_as_asked(monkeypatch):
    monkeypatch.setattr(resampling, "BLOCK", 7)

    sums = resampled_sums(np.ones((3, 1)), rng=np.random.default_rng(1), draws=5)

    assert sums.shape == (5, 1)


def test_the_interval_is_that_of_drawing_images_one_by_one():
    dice = Random(1)
    rows = [(dice.randint(0, 5), 5) for _ in range(60)]
    drawn = []
    for _ in range(4000):
        chosen = dice.choices(rows, k=60)
        drawn.append(sum(a for a, _ in chosen) / sum(b for _, b in chosen))
    drawn.sort()

    array = np.array(rows, float)
    found = measured(
        share,
        whole=array.sum(axis=0),
        sums=resampled_sums(array, rng=np.random.default_rng(2), draws=4000),
    )

    assert found.low == pytest.approx(drawn[100], abs=0.006)
    assert found.high == pytest.approx(drawn[3900], abs=0.006)


def test_images_that_go_together_make_a_wider_interval():
    together = np.array([[10.0, 10]] * 20 + [[0.0, 10]] * 20)
    apart = np.array([[1.0, 1]] * 200 + [[0.0, 1]] * 200)

    wide: Any
    narrow: Any
    wide, narrow = (
        measured(
            share,
            whole=rows.sum(axis=0),
            sums=resampled_sums(rows, rng=np.random.default_rng(3)),
        )
        for rows in (together, apart)
    )

    # The same 200 of 400, but 40 images instead of 400: about sqrt(10) times as wide.
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(
        10**0.5, rel=0.15
    )


def test_what_is_not_known_has_no_interval():
    sums = np.array([[0.0, 0.0], [1, 2]])

    assert measured(share, whole=np.array([0.0, 0]), sums=sums).value is None
    assert measured(share, whole=np.array([1.0, 2]), sums=None).low is None


def test_resamples_without_the_class_are_left_out():
    sums = np.array([[0.0, 0.0], [1, 2], [1, 4], [3, 4]])

    found: Any = measured(share, whole=np.array([1.0, 2]), sums=sums)

    assert found.value == 0.5
    assert 0.25 <= found.low <= 0.5 <= found.high <= 0.75


def test_resamples_that_do_not_differ_say_nothing():
    sums = np.array([[2.0, 4.0], [1, 2]])

    found = measured(share, whole=np.array([1.0, 2]), sums=sums)

    assert (found.low, found.high) == (None, None)


def test_wholly_right_images_prove_as_much_as_their_number():
    sums = np.array([[5.0, 5.0]] * 10)
    whole = np.array([5.0, 5.0])

    right = measured_share(share, whole=whole, sums=sums, images=59)
    wrong = measured_share(share, whole=whole * [0, 1], sums=sums * [0, 1], images=59)

    # Two-sided 95 %: 0.025 ^ (1 / 59).
    assert right.low == pytest.approx(0.025 ** (1 / 59))
    assert right.high == 1
    assert wrong.high == pytest.approx(1 - 0.025 ** (1 / 59))
    assert measured_share(share, whole=whole, sums=sums, images=0).low is None
    some = measured_share(share, whole=np.array([1.0, 2]), sums=None, images=3)
    assert some.low is None
