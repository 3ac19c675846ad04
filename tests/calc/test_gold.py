"""Gold sets: how many items a proof takes, what passes, how right the set must be."""

from __future__ import annotations

from decimal import Decimal
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.agreement import GoldSetError, gold_max_errors
from scoping.calc.gold import (
    accuracy_behind,
    errors_allowed,
    gold_noise_ceiling,
    gold_size_for_power,
    pass_curve,
    per_class,
)
from tests.scale import SCALE

D = Decimal


def test_a_good_team_proves_95_percent_on_234_items():
    size = gold_size_for_power(0.95, truth=0.98, power=0.8)

    # 6 errors of 234 still prove 95 %; at 98 % at most 6 happen 80.9 % of the time.
    assert (size.items, size.most_errors) == (234, 6)
    assert size.power == pytest.approx(_at_most(6, 234, 0.02))
    assert gold_max_errors(234, D("0.95")) == 6


@pytest.mark.parametrize(
    ("target", "truth", "power"), [(0.8, 0.95, 0.7), (0.9, 0.99, 0.9), (0.5, 0.9, 0.8)]
)
def test_it_is_the_smallest_and_from_some_size_on_all_larger_do(target, truth, power):
    size = gold_size_for_power(target, truth=truth, power=power)

    chance = [_proves(items, target, truth) for items in range(1, 3 * size.settled)]
    first = next(i for i, reached in enumerate(chance, 1) if reached >= power)
    last = max(i for i, reached in enumerate(chance, 1) if reached < power)
    assert size.items == first
    assert size.settled == last + 1


@pytest.mark.parametrize(
    ("target", "truth", "sentence"),
    [
        (0.95, 0.95, "cannot prove 95 %"),
        (0.95, 0.94, "cannot prove 95 %"),
        (0.95, 0.9501, "too close to be told apart"),
        (0.95, 1.5, "Truth is 150 %"),
        (0.0, 0.9, "Target is 0 %"),
    ],
)
def test_what_no_set_can_prove_is_said(target, truth, sentence):
    with pytest.raises(GoldSetError, match=sentence):
        gold_size_for_power(target, truth=truth, power=0.8)


def test_a_gate_of_95_percent_allows_25_errors_of_500():
    assert errors_allowed(500, D("0.95")) == 25
    # 0.95 x 10 = 9.5 right are needed: 10.
    assert errors_allowed(10, D("0.95")) == 0


@pytest.mark.parametrize(("items", "required"), [(0, "0.9"), (5, "0"), (5, "1.1")])
def test_a_gate_that_cannot_be_is_refused(items, required):
    with pytest.raises(GoldSetError, match="gate needs a set"):
        errors_allowed(items, D(required))


def test_the_curve_is_how_often_such_teams_pass():
    curve = {round(point.truth, 3): point.chance for point in _curve()}

    # METHODS 4: truly 95 % passes 55 % of the time, 94 % 20 %, 93 % 4.3 %.
    assert curve[0.95] == pytest.approx(0.552938856, abs=1e-9)
    assert curve[0.94] == pytest.approx(0.200452119, abs=1e-9)
    assert curve[0.93] == pytest.approx(0.0429398517, abs=1e-9)
    assert curve[1.0] == 1
    chances = [point.chance for point in _curve()]
    assert chances == sorted(chances)


@pytest.mark.parametrize(("errors", "low"), [(-1, 0.5), (501, 0.5), (5, 1.0)])
def test_a_curve_of_no_gate_is_refused(errors, low):
    with pytest.raises(GoldSetError, match="no gate"):
        pass_curve(500, errors, low=low)


def test_a_perfect_team_agrees_as_far_as_the_gold_labels_are_right():
    assert gold_noise_ceiling(1.0, gold_accuracy=0.97) == 0.97


@given(
    accuracy=st.floats(0.5, 1),
    gold_accuracy=st.floats(0.6, 1),
    classes=st.integers(2, 30),
)
def test_what_lies_behind_a_measurement_is_found_again(
    accuracy, gold_accuracy, classes
):
    measured = gold_noise_ceiling(
        accuracy, gold_accuracy=gold_accuracy, classes=classes
    )

    behind = accuracy_behind(measured, gold_accuracy=gold_accuracy, classes=classes)

    assert behind is None or behind == pytest.approx(accuracy, abs=1e-9)
    assert measured <= gold_accuracy + 1e-12


def test_gold_labels_that_cannot_show_it_say_so():
    assert accuracy_behind(0.99, gold_accuracy=0.98) is None
    assert accuracy_behind(0.5, gold_accuracy=0.5) is None


def test_the_ceiling_agrees_with_people_who_err_by_dice():
    dice, items = Random(3), max(20_000, int(400_000 * SCALE))
    alike = 0
    for _ in range(items):
        truth = dice.randrange(5)
        said, gold = (
            truth if dice.random() < right else (truth + dice.randrange(1, 5)) % 5
            for right in (0.9, 0.95)
        )
        alike += said == gold

    ceiling = gold_noise_ceiling(0.9, gold_accuracy=0.95, classes=5)

    # Three standard errors of that many dice.
    error = 3 * (ceiling * (1 - ceiling) / items) ** 0.5
    assert alike / items == pytest.approx(ceiling, abs=error)


def test_five_hundred_images_of_twenty_classes_are_25_each():
    assert per_class(500, 20) == 25


@pytest.mark.parametrize(("items", "classes"), [(0, 2), (5, 0)])
def test_no_items_or_no_classes_are_refused(items, classes):
    with pytest.raises(GoldSetError, match="at least one item and one class"):
        per_class(items, classes)


def test_one_class_leaves_nothing_to_choose():
    with pytest.raises(GoldSetError, match="two classes at least"):
        gold_noise_ceiling(0.9, gold_accuracy=0.9, classes=1)


def _curve():
    return pass_curve(500, 25, low=0.9)


def _at_most(errors: int, items: int, share: float) -> float:
    return sum(
        comb(items, k) * share**k * (1 - share) ** (items - k)
        for k in range(errors + 1)
    )


def _proves(items: int, target: float, truth: float) -> float:
    """Try every number of errors: the largest that proves, and how often it is kept."""
    proving = [k for k in range(items) if _at_most(k, items, 1 - target) <= 0.05]
    return _at_most(max(proving), items, 1 - truth) if proving else 0.0
