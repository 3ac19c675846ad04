"""Checking: review, rework, sample check and free redo of a line, in seconds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.checking import (
    image_defect,
    sampled_again,
    unit_defect_allowed,
)
from scoping.calc.reviewing import review_passes
from scoping.calc.spec.values import Prelabel, Quality
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_card_with,
    without_doubt,
)

D = Decimal


def checking_of(line=None, *, card=None, **quality):
    made = an_estimate(
        a_spec(line or a_line(), quality=Quality(**quality)),
        card=card or the_card(),
    )
    return made.checkings[0], made.efforts[0], made.offer.volumes[0]


def test_a_unit_is_reviewed_once_and_again_for_each_rework():
    # Two reviewers, a tenth redone once: 2 × 1.1.
    assert review_passes(D(2), D("0.1")) == D("2.2")


def test_a_failed_batch_is_sampled_afresh_once():
    # A tenth sampled, three batches in four released: 0.1 + 0.1 × 0.25.
    assert sampled_again(D("0.1"), D("0.75")) == D("0.125")


def test_ten_boxes_at_98_per_cent_make_82_clean_images_of_a_hundred():
    # 1 − 0.98¹⁰ = 0.182927.
    assert image_defect(D("0.02"), D(10), D(1)) == pytest.approx(
        D("0.182927"), abs=D("0.000001")
    )


def test_images_without_any_unit_cannot_be_wrong():
    assert image_defect(D("0.02"), D(1), D("0.1")) == D("0.002")


@given(
    wrong=st.decimals("0.001", "0.999", places=3),
    each=st.decimals("0.5", 30, places=1),
    share=st.decimals("0.01", 1, places=2),
)
def test_what_images_may_be_wrong_comes_back_as_what_units_may_be(wrong, each, share):
    units = unit_defect_allowed(wrong, each, share)

    back = image_defect(units, each, share)

    assert back == pytest.approx(min(wrong, share), abs=D("1e-20"))


def test_review_seconds_are_units_by_hand_by_share_by_looks():
    checking, effort, volume = checking_of()

    looks = 1 + checking.loop.reworks.value
    assert checking.reviewing.value == pytest.approx(
        volume.units.value * effort.by_hand.value * D("0.30") * looks
    )


def test_pre_labels_save_nothing_on_review():
    by_hand, _, _ = checking_of()
    helped, _, _ = checking_of(a_line(prelabel=Prelabel(saving=D("0.40"))))

    assert helped.reviewing.value == by_hand.reviewing.value
    assert helped.auditing.value == by_hand.auditing.value
    assert helped.warranty.value < by_hand.warranty.value


def test_single_pass_rejection_with_rework_minutes():
    # Other tools' whole model: 10,000 units, 5 % sent back once, 2 minutes each:
    # 10,000 × 0.05 × 2 = 1,000 minutes. Here: a unit takes 4 minutes, redoing half.
    card = single_pass_card()
    made = an_estimate(a_spec(a_line(per_item=D(1)), items=10_000), card=card)

    checking = made.checkings[0]
    assert checking.reworking.value == 1_000 * 60
    assert checking.loop.outgoing_defect.value == 0
    assert checking.released_first_time.value == 1


def single_pass_card():
    card = without_doubt()
    cell = card.cost.effort["bounding_box", "standard"]
    seconds = {name: a_figure(240) for name in ("p10", "p50", "p90")}
    review = card.cost.review["default"]
    return the_card_with(
        cost={
            "layers": card.cost.layers,
            "effort": {
                ("bounding_box", "standard"): replace(
                    cell, seconds=replace(cell.seconds, **seconds)
                )
            },
            "review": {
                "default": replace(
                    review,
                    first_pass_defect=three("0.05"),
                    detection=three("1"),
                    false_rejection=a_figure(0),
                    rework_effort=a_figure("0.5"),
                    loops=a_figure(1),
                )
            },
        }
    )


def three(value: str):
    figures = the_card().cost.review["default"].detection
    return replace(
        figures, p10=a_figure(value), p50=a_figure(value), p90=a_figure(value)
    )


def test_counting_images_fails_more_batches_than_counting_objects():
    objects, _, _ = checking_of(unit="object")
    images, _, _ = checking_of(unit="image")

    assert images.released_first_time.value < objects.released_first_time.value
    assert images.rereviewing.value > objects.rereviewing.value


def test_a_batch_that_fails_is_reviewed_and_what_is_found_redone():
    # Units × seconds × share of batches that fail: × 0.30 to look, × 0.90 to redo what
    # is wrong (q) and seen by one reviewer (0.82).
    checking, effort, volume = checking_of()

    failed = 1 - checking.released_first_time.value
    work = volume.units.value * effort.by_hand.value * failed
    assert checking.rereviewing.value == pytest.approx(work * D("0.30"))
    assert checking.redoing.value == pytest.approx(
        work * D("0.90") * checking.loop.outgoing_defect.value * D("0.82")
    )


def test_without_a_review_only_failed_batches_are_reviewed():
    checking, _, _ = checking_of(reviews=0)

    assert checking.reviewing.value == 0
    assert checking.rereviewing.value > 0


def test_an_auditor_who_errs_fails_good_batches():
    card = the_card_with(
        cost={"work": replace(the_card().cost.work, auditor_false_alarms=a_figure("0"))}
    )

    never, _, _ = checking_of(card=card)
    sometimes, _, _ = checking_of()

    assert sometimes.released_first_time.value < never.released_first_time.value


def test_a_rejected_unit_may_be_corrected_once_and_not_seen_again():
    # Of 6 % wrong, 82 % caught, corrected rightly 95 times in 100:
    # 0.06 × (1 − 0.82 × 0.95) = 0.01326; looked at once.
    review = replace(the_card().cost.review["default"], repaired=a_figure("0.95"))
    card = the_card_with(cost={"review": {"default": review}})

    checking, _, _ = checking_of(card=card)

    assert checking.loop.outgoing_defect.value == D("0.01326")
    assert checking.loop.passes.value == 1
    assert checking.loop.reworks is checking.loop.rejected


@pytest.mark.parametrize("reviews", [1, 2, 3])
def test_better_review_releases_more_batches(reviews):
    less, _, _ = checking_of(reviews=reviews - 1)
    more, _, _ = checking_of(reviews=reviews)

    assert more.released_first_time.value >= less.released_first_time.value
