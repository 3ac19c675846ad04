"""Boxes or images: one share wrong is another of what holds several."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.audit import clean_images, release_probability
from scoping.calc.plans.counting import images_with_any_wrong

D = Decimal


def test_eight_boxes_in_a_thousand_are_thirty_nine_images():
    # 1 − 0.992^5 = 3.94 %.
    found = images_with_any_wrong(D("0.008"), D(5), D(0))

    assert found == 1 - D("0.992") ** 5
    # The same work: 40 of 5,000 boxes pass 500 / 10 nearly always, 39 of 1,000 images
    # pass 100 / 2 a quarter of the time.
    assert release_probability(5000, 500, 10, 40) == pytest.approx(
        D("0.99860236"), abs=D("1e-8")
    )
    assert release_probability(1000, 100, 2, 39) == pytest.approx(
        D("0.23217668"), abs=D("1e-8")
    )


@given(share=st.floats(0, 1), per_image=st.integers(1, 30))
def test_without_likeness_it_is_the_power(share, per_image):
    found = images_with_any_wrong(D(share), D(per_image), D(0))

    assert found == pytest.approx(1 - clean_images(D(1) - D(share), per_image))


@given(
    share=st.decimals("0.001", "0.5", places=3),
    per_image=st.integers(2, 20),
    likeness=st.decimals("0.01", "0.9", places=2),
)
def test_errors_that_are_alike_spoil_fewer_images(share, per_image, likeness):
    alike = images_with_any_wrong(share, D(per_image), likeness)

    assert share <= alike <= images_with_any_wrong(share, D(per_image), D(0))


def test_likeness_agrees_with_images_drawn_by_chance():
    rng = np.random.default_rng(4)
    worth = 1 / 0.2 - 1
    rates = rng.beta(0.1 * worth, 0.9 * worth, size=200_000)
    drawn = (rng.binomial(6, rates) > 0).mean()

    found = images_with_any_wrong(D("0.1"), D(6), D("0.2"))

    assert float(found) == pytest.approx(drawn, abs=0.005)


def test_a_part_of_an_object_counts_in_part():
    low, middle, high = (
        images_with_any_wrong(D("0.1"), D(many), D("0.05"))
        for many in ("2", "2.5", "3")
    )

    assert low < middle < high
    assert images_with_any_wrong(D("0.1"), D("0.5"), D(0)) == 1 - D("0.9").sqrt()
