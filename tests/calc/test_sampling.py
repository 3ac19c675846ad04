"""Sampling: how many of a batch are checked, and what that is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.drawing import (
    most_wrong,
    sample_size,
    worth_of_lot,
    worth_of_sample,
    worth_of_wrong,
)
from scoping.calc.sampling import lot_plan
from scoping.calc.spec.values import AuditRule, Quality
from scoping.calc.volume import line_volume
from tests.calc.an_estimate import a_line, a_spec, the_card

D = Decimal
PRICE = the_card().price


def plan_of(line=None, *, items=100_000, **quality) -> Any:
    line = line or a_line()
    spec = a_spec(line, items=items, quality=Quality(**quality))
    volume = line_volume(spec, line, key="a", price=PRICE)
    return lot_plan(spec, line, volume, price=PRICE)


def test_a_tenth_of_a_batch_is_sampled_and_a_fiftieth_may_be_wrong():
    # 1,000 images × 5 boxes: 5,000; a tenth 500; 2 % of these 10.
    found = plan_of()

    assert (found.lot.value, found.n.value, found.c.value) == (5000, 500, 10)
    assert (found.items, found.batch_items, found.counts) == (100, 1000, "box")


def test_objects_of_one_image_are_worth_less_than_they_count():
    # 500 ÷ (1 + 4 × 0.05) = 416.7, down to 416; 10 × 416 ÷ 500 = 8.32, up to 9;
    # 5,000 × 416 ÷ 500 = 4,160.
    found = plan_of()

    assert (found.worth_lot.value, found.worth_n.value, found.worth_c.value) == (
        4160,
        416,
        9,
    )


def test_images_are_worth_what_they_count():
    found = plan_of(unit="image")

    assert (found.lot.value, found.n.value, found.c.value) == (1000, 100, 2)
    assert found.worth_n is found.n
    assert found.counts == "image"


def test_one_unit_an_image_is_worth_itself():
    found = plan_of(a_line(per_item=D(1)))

    assert found.worth_n is found.n


def test_a_small_project_is_one_batch():
    # 40 images × 5 = 200 boxes; a tenth 20, 2 % of which is none.
    found = plan_of(items=40)

    assert (found.lot.value, found.n.value, found.c.value) == (200, 20, 0)


def test_zero_defects_in_a_sample_rule_the_bad_quality_out():
    # 138 of 1,000 with none wrong rule out 2 % at 95 %.
    rule = AuditRule(rule="zero_defect", bad=D("0.02"), confidence=D("0.95"))

    found = plan_of(audit=rule, unit="image")

    assert (found.n.value, found.c.value) == (138, 0)


def test_two_points_give_a_sample_and_its_acceptance_number():
    rule = AuditRule(
        rule="two_point",
        good=D("0.01"),
        bad=D("0.05"),
        producer_risk=D("0.05"),
        consumer_risk=D("0.10"),
    )

    found = plan_of(audit=rule, unit="image")

    assert 0 < found.c.value < found.n.value < 1000


shares = st.decimals("0.001", 1, places=3)


@given(lot=st.integers(1, 5000), share=shares, allowed=st.decimals(0, 1, places=3))
def test_a_sample_is_never_more_than_its_batch(lot, share, allowed):
    n = sample_size(D(lot), share)

    assert 1 <= n <= lot
    assert 0 <= most_wrong(n, allowed) <= n


@given(
    lot=st.integers(1, 5000),
    share=shares,
    each=st.decimals("0.1", 40, places=1),
    icc=st.decimals(0, 1, places=2),
)
def test_what_a_sample_is_worth_lies_within_it(lot, share, each, icc):
    n = sample_size(D(lot), share)

    worth = worth_of_sample(n, each, icc)

    assert 1 <= worth <= n
    assert worth <= worth_of_lot(D(lot), worth, n) <= lot
    assert worth_of_wrong(n, worth, n) == worth


@pytest.mark.parametrize("per_item", ["0.1", "1", "3", "17"])
def test_more_alike_objects_are_never_worth_more(per_item):
    worth = [worth_of_sample(D(500), D(per_item), D(icc) / 10) for icc in range(11)]

    assert worth == sorted(worth, reverse=True)


def test_a_tenth_of_a_batch_is_a_tenth_of_its_images():
    # 1,000 images × 5.3073 = 5,307 boxes; a tenth, rounded up, is 531 of them, which
    # would fill 100.06 images. The rule says 10 %, and so does what is drawn.
    found = plan_of(a_line(per_item=D("5.3073")), batch_items=1000)

    assert (found.n.value, found.items, found.batch_items) == (531, 100, 1000)
