"""Gold sets as somebody asks for them: the two gates, tries, classes and rounds."""

from __future__ import annotations

import json
from decimal import Decimal
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scoping.calc.gold_sets.design import design
from scoping.calc.gold_sets.document import document
from scoping.calc.gold_sets.question import (
    GoldQuestionError,
    question_schema,
    read_question,
)


def answered(**asked: Any):
    return design(read_question(asked))


def test_five_hundred_items_are_what_the_method_says_of_them():
    found = answered(items=500)

    # METHODS 4: 475 of 500 reach 95 % and prove 93.1 %; 16 errors prove it.
    assert (found.reached.errors, found.proven.errors) == (25, 16)
    assert found.shown == pytest.approx(0.930863923, abs=1e-9)
    # A 94 % team reaches it in 20, 49 and 67 of 100 within 1, 3 and 5 tries.
    tries = answered(items=500, attempts=5).attempts
    assert [round(tries[n - 1], 4) for n in (1, 3, 5)] == [0.2005, 0.4889, 0.6732]
    assert found.weak == Decimal("0.94")


def test_without_items_it_is_the_set_that_is_needed():
    found = answered()

    assert (found.items, found.size.most_errors, found.proven.errors) == (234, 6, 6)
    assert found.proven.passes == pytest.approx(found.size.power)


def test_a_set_can_be_too_small_to_prove_anything():
    found = answered(items=58, classes=4)

    assert found.proven.errors is None
    assert (found.proven.passes, found.proven.curve) == (0, ())
    assert (found.items_per_class, found.errors_per_class) == (14, None)
    assert answered(items=3, classes=4).errors_per_class is None


@pytest.mark.parametrize(
    ("target", "weak", "passes"),
    [("0.25", "0.1", 0.1), ("0.1", "0", 0), ("0.001", "0", 0)],
)
def test_a_team_below_a_low_target_is_never_wrong_more_often_than_always(
    target, weak, passes
):
    found = answered(target=target, start=0, items=1)

    # 0.25 - 0.75 x 0.2 = 0.1; at 0.1 the team would err in 0.9 x 1.2 = 1.08 of all.
    assert found.weak == Decimal(weak)
    assert found.reached.weak_passes == pytest.approx(passes)
    json.dumps(document(found), allow_nan=False)


def test_objects_classes_and_gold_labels_change_what_is_shown():
    found = answered(
        items=500,
        units_per_item=10,
        likeness="0.2",
        classes=2,
        gold_accuracy="0.99",
        truth="0.97",
    )

    # 5000 / (1 + 9 x 0.2) = 1785.7; 0.97 x 0.99 + 0.03 x 0.01.
    assert float(found.effective_units) == pytest.approx(1785.71, abs=0.01)
    assert found.items_per_class == 250
    assert found.measured == pytest.approx(0.9606)
    assert found.ceiling == pytest.approx(0.99)


def test_rounds_become_hours_days_and_answers():
    found = answered(items=500, seconds_per_item=72, session_hours=10)

    # Rounds at 80 %, 95 %, 98.75 %: 2.447 on average, 3 promised.
    assert found.rounds.expected == pytest.approx(2.44706, abs=1e-4)
    assert found.promised is not None
    # 3 x 500 x 72 s = 30 h, 2 sessions of 10 h; 3 x 3 days and 2 answers of 2.
    assert found.promised.hours == pytest.approx(50)
    assert (found.promised.days, found.promised.answers) == (13, 2)


def test_a_team_that_does_not_learn_is_promised_nothing():
    found = answered(
        items=500, start="0.90", removed=0, most_rounds=2, seconds_per_item=9
    )

    assert found.rounds.promised is None
    assert found.promised is None
    assert found.expected is not None


@given(items=st.integers(1, 120), errors=st.integers(0, 5))
def test_a_gate_is_passed_as_often_as_dice_say(items, errors):
    required = Decimal(max(items - errors, 1)) / items
    target = min(required.quantize(Decimal("0.000001")), Decimal("0.99"))
    found = answered(items=items, target=target, truth="0.9995", start=0)

    allowed = found.reached.errors
    assert allowed is not None
    chance = sum(
        comb(items, k) * 0.0005**k * 0.9995 ** (items - k) for k in range(allowed + 1)
    )
    assert (items - allowed) / items >= float(target) - 1e-12
    assert found.reached.passes == pytest.approx(chance)


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"truth": "0.95"}, "/truth"),
        ({"target": "0.9", "truth": "0.90001"}, "/truth"),
        ({"start": "0.96"}, "/start"),
        ({"items": 0}, "/items"),
        ({"target": 95}, "/target"),
        ({"targt": "0.9"}, "/targt"),
        ([], ""),
    ],
)
def test_what_is_no_question_is_refused_at_its_field(asked, path):
    with pytest.raises(GoldQuestionError) as refused:
        design(read_question(asked))

    assert [one.path for one in refused.value.problems] == [path]


def test_a_start_above_the_target_is_fine_where_the_session_is_stated():
    found = answered(start="0.97", removed="0.5", items=500)

    assert found.rounds.rounds[1].accuracy == pytest.approx(0.985)


def test_the_answer_is_plain_data_of_the_same_figures():
    found = answered(items=500, seconds_per_item=60, gold_accuracy="0.99")

    data = json.loads(json.dumps(document(found)))

    assert data["needed"] == {
        "items": 234,
        "most_errors": 6,
        "proves_with_chance": pytest.approx(0.809139),
        "every_larger_set_from": 286,
    }
    assert data["reaches_target"]["then_proves"] == 0.930864
    assert len(data["proves_target"]["curve"]) == 41
    assert data["pilot"]["expected"]["answers"] == 1.45
    assert data["gold_labels"]["best_agreement"] == 0.99
    bare = document(answered(items=40))
    assert bare["gold_labels"]["best_agreement"] is None
    assert bare["pilot"]["expected"] is None
    assert bare["proves_target"]["most_errors"] is None


def test_the_schema_is_one_and_takes_what_is_read():
    schema = question_schema()

    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"items": 500, "removed": None})
    assert not validator.is_valid({"items": 0})
