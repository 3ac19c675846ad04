"""Effort: units into seconds of work, with pre-labels that may cost time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.effort import averaged_sigma, batch_count, layered_sigma, line_effort
from scoping.calc.effort import pace as crew_pace
from scoping.calc.rates import MissingRateError
from scoping.calc.spec.values import LowModeHigh, Prelabel, Quantiles, Video
from scoping.calc.trace import on_draws
from scoping.calc.volume import answer, line_volume
from tests.calc.an_estimate import a_figure, a_line, a_spec, the_card, the_card_with

D = Decimal


def effort_of(line, *, cost=None, **changes):
    spec = a_spec(line, **changes)
    side = cost or ten_seconds().cost
    people = answer("Annotators", 20, unit="people", path="/team/annotators")
    volume = line_volume(spec, line, key="a", price=the_card().price)
    return line_effort(
        line,
        volume,
        key="a",
        crew_pace=crew_pace(spec, people=people, cost=side),
        cost=side,
    )


def ten_seconds():
    """Return the launch card with boxes that take 10 s, between 5 and 20."""
    cost = the_card().cost
    cell = cost.effort["bounding_box", "standard"]
    seconds = replace(cell.seconds, p10=a_figure(5), p50=a_figure(10), p90=a_figure(20))
    return the_card_with(
        cost={
            "effort": {
                **cost.effort,
                ("bounding_box", "standard"): replace(cell, seconds=seconds),
            }
        }
    )


def test_seconds_are_units_times_seconds_and_items_times_opening():
    # 500,000 × 10 s + 100,000 × 2.4 s = 5,240,000 s.
    assert effort_of(a_line()).labelling.value == 5_240_000


def test_named_drivers_multiply():
    # 10 s × 1.25 (often hidden) × 1.10 (12 classes) × 1.20 (one attribute) = 16.5 s.
    found = effort_of(a_line(occlusion="often", classes=12, attributes=1))

    assert found.by_hand.value == D("16.5")


def test_full_and_large_images_take_longer():
    # 10 s × 1.20 (crowded) × 1.10 (high resolution) = 13.2 s.
    found = effort_of(a_line(density="crowded", resolution="high"))

    assert found.by_hand.value == D("13.2")
    leaves = [step.origin.at for step in found.by_hand.uses if step.origin]
    assert leaves == [
        "cost/drivers/words/density/crowded",
        "cost/drivers/words/resolution/high",
    ]


def test_what_nobody_stated_takes_the_time_of_the_prior():
    assert effort_of(a_line(classes=1, vertices=D(4))).by_hand.value == 10


def test_classes_that_were_timed_are_not_charged_for_twice():
    # The prior of hard tags was timed with 100 classes, whose factor is 4.2.
    as_timed = effort_of(a_line(type="image_tag", complexity="hard", classes=100))
    unsaid = effort_of(a_line(type="image_tag", complexity="hard"))
    fewer = effort_of(a_line(type="image_tag", complexity="hard", classes=21))

    assert as_timed.by_hand.value == unsaid.by_hand.value == D("17.60")
    # 17.6 × 1.35 ÷ 4.2.
    assert fewer.by_hand.value == pytest.approx(D("5.657143"), abs=D("0.000001"))


@pytest.mark.parametrize(("clock", "factor"), [("gesture", "2"), ("session", "0.5")])
def test_seconds_of_another_clock_are_converted_and_it_is_said(clock, factor):
    found = effort_of(a_line(), cost=timed_on(clock))

    # 10 s × seconds of label time in one of that clock.
    assert found.by_hand.value == 10 * D(factor)
    assert found.clock == "label"
    converted = found.by_hand.uses[0]
    assert converted.name.endswith("in label time")
    assert converted.uses[1].origin.at == f"cost/clocks/{clock}"
    assert "time" in converted.uses[0].because


def test_the_reason_says_what_was_timed_where_nothing_is_converted():
    first = effort_of(a_line()).by_hand.uses[0]

    assert first.because.startswith("typical project, label time, ")


def test_seconds_of_another_clock_are_not_used_without_a_factor():
    cost = replace(timed_on("gesture"), clocks={})

    with pytest.raises(MissingRateError, match="cost/clocks/gesture"):
        effort_of(a_line(), cost=cost)


def timed_on(clock):
    """Return the cost side with ten-second boxes timed on another clock."""
    cost = ten_seconds().cost
    cell = replace(cost.effort["bounding_box", "standard"], clock=clock)
    return replace(cost, effort={**cost.effort, ("bounding_box", "standard"): cell})


def test_three_annotators_an_item_triple_the_labelling():
    one, three = (effort_of(a_line(redundancy=people)) for people in (1, 3))

    assert three.labelling.value == 3 * one.labelling.value
    assert three.by_hand.value == one.by_hand.value


def test_a_whole_scene_takes_longer_to_open():
    # 5 s where a type has a row of its own, 2.4 s elsewhere.
    assert effort_of(a_line(type="semantic_mask", per_item=D(1))).opening.value == 5
    assert effort_of(a_line()).opening.value == D("2.4")
    # Tags were timed an image: opening it lies in their seconds already.
    assert effort_of(a_line(type="image_tag")).opening.value == 0


VIDEO = Video(clips=10, seconds_per_clip=D(4), fps=D(10), label_every=4)
"""400 frames of which one in four is labelled."""


def test_frames_between_key_frames_are_seen_and_some_of_their_units_moved():
    found = effort_of(a_line(), items=400, video=VIDEO)

    # 300 × 1.5 s + 1,500 boxes × 0.20 × 10 s × 0.60 = 450 + 1,800 s.
    assert found.frame_checks is not None
    assert found.frame_checks.value == 2_250


def test_on_a_card_of_before_frames_between_take_a_glance_each():
    cost = replace(ten_seconds().cost, video_corrections=None)

    found = effort_of(a_line(), items=400, video=VIDEO, cost=cost)

    assert found.frame_checks is not None
    assert found.frame_checks.value == 450


def test_a_check_of_existing_labels_moves_nothing():
    found = effort_of(a_line(work="audit"), items=400, video=VIDEO)

    assert found.frame_checks is not None
    assert found.frame_checks.value == 450


def test_a_check_of_existing_labels_is_a_share_of_labelling():
    # 10 s × 0.60.
    assert effort_of(a_line(work="audit")).per_unit.value == 6


def test_pre_labels_leave_what_their_accept_rate_says():
    # 0.20 + (1 − 0.65) × 0.60 + 0.10 + 0.10 × 0.15 = 0.525.
    found = effort_of(a_line(prelabel=Prelabel(accept_rate=D("0.65"))))

    assert found.prelabel_factor is not None
    assert found.prelabel_factor.value == D("0.525")
    assert (found.by_hand.value, found.per_unit.value) == (10, D("5.25"))


def test_pre_labels_leave_what_a_measured_model_says():
    said = Prelabel(recall=D("0.9"), precision=D("0.8"), no_fix_share=D("0.7"))

    found = effort_of(a_line(prelabel=said))

    # 0.9 × (0.20 + 0.3 × 0.60) + 0.1 + 0.9 × 0.25 × 0.15 = 0.47575.
    assert found.prelabel_factor is not None
    assert found.prelabel_factor.value == D("0.47575")
    assert found.prelabel_used


def test_doubt_about_a_model_is_the_line_s_own_chance():
    unchanged = Quantiles(p10=D("0.5"), p50=D("0.7"), p90=D("0.8"))
    said = Prelabel(recall=D(1), precision=D(1), no_fix_share=unchanged)

    factor = effort_of(a_line(prelabel=said)).prelabel_factor

    # At P90 of what needs no fixing: 0.20 + 0.2 × 0.60 = 0.32.
    assert factor is not None
    drawn = on_draws(factor, {"accept:a": np.array([0.0, 1.2815515655446004])})
    assert drawn == pytest.approx([0.38, 0.32])


def test_half_a_model_is_no_model():
    said = Prelabel(no_fix_share=D("0.7"))

    with pytest.raises(ValueError, match="without recall and precision"):
        effort_of(a_line(prelabel=said))


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (Quantiles(p10=D("0.5"), p50=D("0.65"), p90=D("0.8")), D("0.525")),
        # Triangle 0.2, 0.5, 0.8: its middle is 0.5; 0.2 + 0.3 + 0.1 + 0.015 = 0.615.
        (LowModeHigh(low=D("0.2"), mode=D("0.5"), high=D("0.8")), D("0.615")),
    ],
)
def test_an_accept_rate_may_be_three_numbers(rate, expected):
    found = effort_of(a_line(prelabel=Prelabel(accept_rate=rate)))

    assert found.prelabel_factor is not None
    assert found.prelabel_factor.value == pytest.approx(expected)


def test_a_bare_saving_counts_up_to_the_planning_cap():
    # 1 − 0.5 × 0.25, and 1 − 0.9 capped at 0.40.
    some = effort_of(a_line(prelabel=Prelabel(share=D("0.5"), saving=D("0.25"))))
    most = effort_of(a_line(prelabel=Prelabel(saving=D("0.9"))))

    assert some.prelabel_factor is not None
    assert some.prelabel_factor.value == D("0.875")
    assert most.prelabel_factor is not None
    assert most.prelabel_factor.value == D("0.60")


def test_pre_labels_that_cost_time_are_left_out():
    # A cost side on which checking a proposal takes as long as drawing.
    rows = the_card().cost.prelabel
    cost = replace(
        ten_seconds().cost,
        prelabel={"default": replace(rows["default"], check_share=a_figure("1"))},
    )

    found = effort_of(a_line(prelabel=Prelabel(accept_rate=D("0.5"))), cost=cost)

    assert found.prelabel_factor is not None
    assert found.prelabel_factor.value > 1
    assert not found.prelabel_used
    assert found.per_unit.value == 10


def test_a_client_s_labels_are_corrected_even_where_that_costs_time():
    rows = the_card().cost.prelabel
    cost = replace(
        ten_seconds().cost,
        prelabel={"default": replace(rows["default"], check_share=a_figure("1"))},
    )

    found = effort_of(a_line(work="correct"), cost=cost)

    # 1 + (1 − 0.65) × 0.60 + 0.10 + 0.10 × 0.15 = 1.325.
    assert found.prelabel_used
    assert found.per_unit.value == D("13.25")


def test_people_and_batches_average_out_and_the_project_does_not():
    # √(0.42² ÷ 20 + 0.20² ÷ 100) = √(0.00882 + 0.0004) = 0.0960.
    found = layered_sigma(D("0.42"), D(20), D("0.20"), D(100))

    assert found == pytest.approx(D("0.096021"), abs=D("0.000001"))
    assert averaged_sigma(D("0.36"), D(900)) == D("0.012")


@given(items=st.integers(1, 10_000), size=st.integers(1, 500))
def test_batches_are_counted_as_they_fill(items, size):
    filled, left = 0, items
    while left > 0:
        filled, left = filled + 1, left - size

    assert batch_count(D(items), D(size)) == filled


@given(z=st.floats(-3, 3))
def test_a_harder_project_takes_longer(z):
    labelling = effort_of(a_line()).labelling
    chances = {name: np.zeros(2) for name in ("pace", "items:a")}

    drawn = on_draws(labelling, {**chances, "effort:a": np.array([z, z + 0.1])})

    assert isinstance(drawn, np.ndarray)
    assert drawn[0] < drawn[1]


def test_a_cell_that_the_card_lacks_is_named():
    card = ten_seconds()
    cost = replace(card.cost, effort={})

    with pytest.raises(MissingRateError, match="effort for standard bounding_box"):
        effort_of(a_line(), cost=cost)
