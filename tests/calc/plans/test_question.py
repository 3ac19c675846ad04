"""What may be asked about an audit, and what is wrong with a question that may not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scoping.calc.plans.question import (
    FIELDS,
    Question,
    QuestionError,
    question_schema,
    read_question,
)

D = Decimal


def complaints(**document: Any) -> list[tuple[str, str]]:
    with pytest.raises(QuestionError) as caught:
        read_question({"batch_items": 1000, **document})
    return [(one.code, one.path) for one in caught.value.problems]


def test_a_batch_is_enough_of_a_question():
    assert read_question({"batch_items": 1000}) == Question(batch_items=1000)


def test_two_qualities_follow_from_what_is_promised():
    asked = read_question({"batch_items": 1000, "limit": "0.01"})

    assert (asked.good, asked.bad) == (D("0.005"), D("0.02"))
    assert read_question({"batch_items": 9, "limit": "0.01", "bad": "0.5"}).bad == D(
        "0.5"
    )


def test_every_field_of_a_question_can_be_stated():
    assert set(FIELDS) == set(Question.__dataclass_fields__)
    assert set(question_schema()["properties"]) == set(FIELDS)
    assert question_schema()["required"] == ["batch_items"]


@pytest.mark.parametrize("document", [None, [], "1000", 3])
def test_a_question_is_an_object(document):
    with pytest.raises(QuestionError, match="named keys"):
        read_question(document)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"batch_items": 0}, ("min_value", "/batch_items")),
        ({"batch_item": 5}, ("unknown_field", "/batch_item")),
        ({"rule": "two_points"}, ("unknown_choice", "/rule")),
        ({"share": "10 %"}, ("invalid_number", "/share")),
        (
            {"units_per_item": "20", "batch_items": 10**6},
            ("too_large", "/units_per_item"),
        ),
        ({"good": "0.04"}, ("min_value", "/bad")),
        ({"rule": "standard", "aql": "0.02"}, ("unknown_choice", "/aql")),
        ({"rule": "standard", "batch_items": 1}, ("min_value", "/batch_items")),
        (
            {"rule": "standard", "batch_items": 1, "units_per_item": 50},
            ("min_value", "/batch_items"),
        ),
        ({"rule": "sequential", "good": "0"}, ("out_of_range", "/good")),
        ({"rule": "sequential", "bad": "1"}, ("out_of_range", "/good")),
        ({"rule": "belief"}, ("required", "/history_checked")),
        ({"rule": "belief", "history_wrong": "1"}, ("required", "/history_checked")),
        ({"rule": "belief", "history_checked": "9"}, ("required", "/history_wrong")),
        (
            {"rule": "belief", "history_checked": "9", "history_wrong": "9"},
            ("max_value", "/history_wrong"),
        ),
        ({"rule": "belief", "likeliest": "0.01"}, ("required", "/believed")),
        (
            {"rule": "belief", "likeliest": "0.02", "believed": "0.5"},
            ("max_value", "/likeliest"),
        ),
        (
            {"rule": "belief", "likeliest": "0.01", "believed": "0.02"},
            ("min_value", "/believed"),
        ),
        ({"missed": "0.2"}, ("required", "/false_alarms")),
        ({"false_alarms": "0.2"}, ("required", "/missed")),
        ({"missed": "0.5", "false_alarms": "0.5"}, ("max_value", "/missed")),
        ({"annotators": 11, "batch_items": 10}, ("max_value", "/annotators")),
    ],
)
def test_each_fault_has_its_code_and_its_field(document, problem):
    assert complaints(**document) == [problem]


def test_all_faults_are_told_at_once():
    assert complaints(share=2, aql="x", rule="?") == [
        ("max_value", "/share"),
        ("invalid_number", "/aql"),
        ("unknown_choice", "/rule"),
    ]


def test_an_aql_between_two_columns_names_the_nearest():
    with pytest.raises(QuestionError, match=r"Did you mean 0\.025\?"):
        read_question({"batch_items": 9, "rule": "standard", "aql": "0.024"})


def test_a_good_guess_and_a_good_history_are_taken():
    for more in (
        {"likeliest": "0.01", "believed": "0.5"},
        {"history_checked": "100", "history_wrong": "1"},
    ):
        assert (
            read_question({"batch_items": 9, "rule": "belief", **more}).sample is None
        )
