"""Volume: items, the share that carries any, units in each; the mean is quoted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.quantities import quantities
from scoping.calc.spec.values import (
    AuditRule,
    LowModeHigh,
    Quality,
    Quantiles,
    UnitsPerItem,
    Video,
)
from scoping.calc.trace import on_draws
from scoping.calc.volume import line_volume
from tests.calc.an_estimate import a_line, a_spec, the_card, the_workdays, volumes_of

D = Decimal


def volume_of(line, **changes) -> Any:
    return line_volume(a_spec(line, **changes), line, key="a", price=the_card().price)


def test_a_share_of_the_items_carries_the_units():
    # 100,000 × 0.08 × 4.8 = 38,400.
    found = volume_of(a_line(share_of_items=D("0.08"), per_item=D("4.8")))

    assert (found.items.value, found.quoted.value) == (8_000, 38_400)


def test_half_a_unit_is_quoted_as_one():
    # 5 × 0.5 = 2.5 and 3 × 0.5 = 1.5: both up.
    assert volume_of(a_line(per_item=D("0.5")), items=5).quoted.value == 3
    assert volume_of(a_line(per_item=D("0.5")), items=3).quoted.value == 2


def test_key_frames_are_labelled_and_the_frames_between_are_looked_at():
    # 10 clips × 4 s × 10 frames = 400; one in three of each 40, rounded up: 14 × 10 =
    # 140; 260 between.
    video = Video(clips=10, seconds_per_clip=D(4), fps=D(10), label_every=3)

    found = volume_of(a_line(per_item=D(2)), items=400, video=video, item_kind="frame")

    assert (found.items.value, found.quoted.value) == (140, 280)
    assert found.checked_frames is not None
    assert found.checked_frames.value == 260
    assert found.items.unit == "frames"


@pytest.mark.parametrize(("every", "interpolate"), [(1, True), (3, False)])
def test_nothing_is_looked_at_where_nothing_is_interpolated(every, interpolate):
    video = Video(
        clips=10,
        seconds_per_clip=D(4),
        fps=D(10),
        label_every=every,
        interpolate=interpolate,
    )

    assert volume_of(a_line(), items=400, video=video).checked_frames is None


def test_an_audit_opens_the_sample_and_no_more():
    # 100,000 × 0.10 × 5.
    assert volume_of(a_line(work="audit")).quoted.value == 50_000


def test_an_audit_by_a_sized_rule_opens_its_sample():
    # 5,000 boxes a batch are worth 5,000 ÷ 1.2 = 4,167; 58 of these without a fault
    # rule 5 % out; 58 × 1.2 = 69.6, so 70 boxes of 5,000 are drawn.
    rule = AuditRule(rule="zero_defect", bad=D("0.05"), confidence=D("0.95"))
    spec = a_spec(a_line(work="audit"), quality=Quality(audit=rule))

    found = quantities(spec, the_card().price, workdays=the_workdays())

    plan, volume = found.plans[0], found.volumes[0]
    worth = [int(step.value) for step in (plan.worth_lot, plan.worth_n)]
    assert worth == [4167, 58]
    assert [int(plan.n.value), int(plan.lot.value)] == [70, 5000]
    assert volume.quoted.value == 500_000 * 70 / 5000


def test_frames_that_carry_none_of_a_line_are_not_looked_at_for_it():
    video = Video(clips=10, seconds_per_clip=D(4), fps=D(10), label_every=2)
    line = a_line(share_of_items=D("0.1"))

    found = volume_of(line, items=400, video=video, item_kind="frame")

    assert found.checked_frames is not None
    assert (found.items.value, found.checked_frames.value) == (20, 20)


def test_the_mean_of_three_numbers_is_quoted_and_not_the_typical_one():
    # (2 + 3 + 10) ÷ 3 = 5.
    said = LowModeHigh(low=D(2), mode=D(3), high=D(10))

    found = volume_of(a_line(per_item=said), items=100)

    assert found.quoted.value == 500
    assert found.units.value != 500


def test_a_sample_is_never_the_dataset():
    # Mean 3; squares 50 ÷ 4 − 9 = 3.5; √(3.5 ÷ 4) = 0.935414 is the error of the mean.
    # √((0.935414 ÷ 3)² + 0.08²) = 0.3219: the sample's error, and how far samples lie.
    found = volume_of(a_line(per_item=UnitsPerItem(sample=(1, 2, 3, 6))))

    doubt = found.units.uses[1].uses[1].uses[1]
    assert doubt.name == "Doubt about the mean"
    assert doubt.value == pytest.approx(D("0.321904"), abs=D("0.000001"))
    assert found.quoted.value == 300_000


def test_a_sample_of_empty_items_has_no_doubt_to_scale():
    found = volume_of(a_line(per_item=UnitsPerItem(sample=(0, 0))))

    assert (found.quoted.value, found.units.value) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        Quantiles(p10=D(5), p50=D(5), p90=D(5)),
        LowModeHigh(low=D(5), mode=D(5), high=D(5)),
    ],
)
def test_three_equal_numbers_are_one_number_without_doubt(said):
    found = volume_of(a_line(per_item=said))

    assert on_draws(found.units, {}) == 500_000
    assert found.quoted.value == 500_000


@given(z=st.floats(-3, 3), mean=st.decimals("0.1", 50, places=2))
def test_more_units_turn_up_where_the_chance_says_so(z, mean):
    said = Quantiles(p10=mean / 2, p50=mean, p90=mean * 2)
    found = volume_of(a_line(per_item=said))

    drawn = on_draws(found.units, {"units:a": np.array([z, z + 0.1])})

    assert isinstance(drawn, np.ndarray)
    assert drawn[0] < drawn[1]


def test_a_line_without_any_count_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="neither a mean nor a sample"):
        volume_of(a_line(per_item=UnitsPerItem()))


def test_volumes_are_told_apart_by_the_place_of_their_line():
    spec = a_spec(a_line(per_item=D(2)), a_line(per_item=D(7)), items=10)

    found = volumes_of(spec, keys=("a", "b"), price=the_card().price)

    assert {index: one.quoted.value for index, one in found.items()} == {0: 20, 1: 70}
