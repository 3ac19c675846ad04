"""Reviewing: what reviewers send back, and what they let through."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoping.calc.reviewing import review_loop
from scoping.calc.spec.values import Quality
from tests.calc.an_estimate import a_spec, the_card

D = Decimal
FIGURES = the_card().cost.review["default"]


def loop(reviews: int):
    return review_loop(a_spec(quality=Quality(reviews=reviews)), FIGURES)


def test_one_review_sends_back_what_it_catches_and_some_that_was_right():
    # 0.06 × 0.82 + 0.94 × 0.01 = 0.0586; redone 0.0586 + 0.0586² + 0.0586³ = 0.062235.
    found = loop(1)

    assert found.rejected.value == D("0.0586")
    assert found.reworks.value == pytest.approx(D("0.062235"), abs=D("0.000001"))


def test_what_is_not_caught_escapes_once_for_each_round():
    # 0.06 × 0.18 × (1 + 0.0586 + 0.0586² + 0.0586³) = 0.011472.
    assert loop(1).outgoing_defect.value == pytest.approx(
        D("0.011472"), abs=D("0.000001")
    )


def test_without_a_review_everything_wrong_escapes():
    found = loop(0)

    assert (found.rejected.value, found.reworks.value) == (0, 0)
    assert found.outgoing_defect.value == D("0.06")


@pytest.mark.parametrize("reviews", [0, 1, 2, 3])
def test_one_more_review_lets_less_through_and_sends_more_back(reviews):
    less, more = loop(reviews), loop(reviews + 1)

    assert more.outgoing_defect.value < less.outgoing_defect.value
    assert more.rejected.value > less.rejected.value
