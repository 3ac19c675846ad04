"""Needed: the review loop solved backwards."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.document import document
from scoping.calc.needed import Loop, Needed, fewest_reviewers, needed, outgoing
from scoping.calc.rework import detection_needed
from scoping.calc.spec.values import Quality
from tests.calc.an_estimate import a_line, a_spec, an_estimate

D = Decimal
# METHODS 2: one wrong in ten, four of five caught, no right work sent back.
LOOP = Loop(
    first_pass_defect=D("0.1"),
    detection=D("0.8"),
    false_rejection=D(0),
    likeness=D(0),
    reviewers=1,
    loops=D(400),
)
shares = st.decimals(0, 1, places=3)


@st.composite
def loops(draw):
    wrongly = draw(shares)
    return Loop(
        first_pass_defect=draw(shares),
        detection=max(draw(shares), wrongly),
        false_rejection=wrongly,
        likeness=draw(shares),
        reviewers=draw(st.integers(0, 4)),
        loops=D(draw(st.integers(0, 4))),
        repaired=draw(st.none() | shares),
    )


def test_one_wrong_in_ten_needs_a_reviewer_who_catches_four_in_five():
    # METHODS 2: (0.1 − 0.02) ÷ (0.1 × 0.98) = 81.6 %; each of two 57.1 %.
    one = needed(LOOP, accuracy=D("0.98"))
    two = needed(replace(LOOP, reviewers=2), accuracy=D("0.98"))

    assert one.detection == D("0.816327")
    assert two.detection == D("0.571429")
    assert float(one.detection) == pytest.approx(
        float(detection_needed(D("0.1"), D("0.02"))), abs=1e-6
    )


def test_two_reviewers_are_needed_where_one_lets_too_much_through():
    # One lets 0.1 × 0.2 ÷ 0.92 = 2.17 % through, two 0.1 × 0.04 ÷ 0.904 = 0.44 %.
    assert needed(LOOP, accuracy=D("0.978")).reviewers == 1
    assert needed(LOOP, accuracy=D("0.98")).reviewers == 2
    assert needed(LOOP, accuracy=D("0.90")).reviewers == 0


def test_blind_spots_that_are_alike_set_a_floor_no_crowd_gets_below():
    alike = replace(LOOP, likeness=D(1))

    found = needed(alike, accuracy=D("0.99"))

    assert found.reviewers is None
    # (0.1 − 0.01) ÷ (0.1 × 0.99), as for one reviewer alone.
    assert found.detection == D("0.909091")


def test_a_correction_that_may_fail_can_be_worth_less_than_the_promise():
    # All caught and one in five botched: 0.1 × 0.2 = 2 % stays wrong.
    botched = replace(LOOP, repaired=D("0.8"))

    assert needed(botched, accuracy=D("0.99")).detection is None
    assert needed(botched, accuracy=D("0.98")).detection == 1


def test_who_promises_nothing_needs_nothing():
    found = needed(LOOP, accuracy=D(0))

    assert found == Needed(first_pass_defect=D(1), reviewers=0, detection=D(0))


@given(loop=loops(), allowed=shares)
def test_what_is_needed_is_just_enough(loop, allowed):
    found = needed(loop, accuracy=1 - allowed)

    enough = replace(loop, first_pass_defect=found.first_pass_defect)
    assert outgoing(enough) <= allowed + D("1e-9")
    if found.first_pass_defect < D("0.999"):
        worse = replace(loop, first_pass_defect=found.first_pass_defect + D("0.00001"))
        assert outgoing(worse) > allowed - D("1e-9")
    if found.detection is not None:
        caught = replace(loop, detection=found.detection)
        assert outgoing(caught) <= allowed + D("1e-9")


@given(loop=loops(), allowed=shares)
def test_the_fewest_reviewers_are_found_by_trying_all(loop, allowed):
    tried = [
        count
        for count in range(6)
        if outgoing(replace(loop, reviewers=count)) <= allowed
    ]

    assert fewest_reviewers(loop, allowed=allowed) == (tried[0] if tried else None)


@given(loop=loops(), more=shares)
def test_more_wrong_at_first_attempt_never_lets_less_escape(loop, more):
    worse = replace(loop, first_pass_defect=max(loop.first_pass_defect, more))

    assert outgoing(worse) >= outgoing(loop) - D("1e-24")


@given(loop=loops())
def test_one_more_review_never_lets_more_escape(loop):
    checked = replace(loop, reviewers=loop.reviewers + 1)

    assert outgoing(checked) <= outgoing(loop) + D("1e-24")


def test_the_document_says_what_the_promise_needs_of_each_line():
    made = an_estimate(a_spec(quality=Quality(accuracy=D("0.98"))))

    printed = document(made)
    quality = printed["quality"]

    # The card: 6 % wrong, 82 % caught, 1 % wrongly sent back, three loops.
    assert quality["defects_allowed"] == "10000"
    needs = printed["lines"][0]["needed"]
    assert needs["reviewers"] == 1
    assert D(needs["first_pass_defect"]) > D("0.06")
    assert D(needs["detection"]) < D("0.82")


def test_existing_labels_that_are_only_checked_need_no_review():
    made = an_estimate(a_spec(a_line(work="audit")))

    assert document(made)["lines"][0]["needed"] is None
