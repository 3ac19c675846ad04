"""The service level: clauses that are printed, and later evaluated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from scoping.calc.rates.values import Figure
from scoping.calc.sampling import lot_plan
from scoping.calc.sla import DOES_NOT_COUNT, Clause, clauses
from scoping.calc.spec.values import Line, Quality, Spec, UnitsPerItem
from tests.calc.an_estimate import volumes_of

D = Decimal


def figure(value: str) -> Figure:
    return Figure(
        key="price/x", value=D(value), unit="", source="example", as_of="2026-01"
    )


PRICE: Any = SimpleNamespace(
    remedy_days=figure("5"),
    acceptance_window_days=figure("10"),
    icc=figure("0.05"),
)
OWED = ["your_data", "your_answers", "your_acceptance"]
BOXES = Line(index=0, type="bounding_box", units_per_item=UnitsPerItem(mean=D(5)))
TAGS = Line(index=1, type="image_tag", units_per_item=UnitsPerItem(mean=D(1)))
SPEC = Spec(items=100_000, lines=(BOXES, TAGS), seed=271, start_on=date(2026, 3, 2))


def clauses_of(spec: Spec, *, week: date | None = None) -> dict[str, Clause]:
    volumes = volumes_of(spec, keys=tuple("ab"[: len(spec.lines)]), price=PRICE)
    plans = {
        line.index: lot_plan(spec, line, volumes[line.index], price=PRICE)
        for line in spec.lines
    }
    return {
        clause.key: clause for clause in clauses(spec, PRICE, plans=plans, week=week)
    }


def test_each_line_promises_what_is_right_and_what_is_found():
    assert list(clauses_of(SPEC)) == [
        "bounding_box_right",
        "bounding_box_missed",
        "image_tag_right",
        "agreement",
        *OWED,
    ]


def test_a_box_clause_reads_as_a_client_would_say_it():
    clause = clauses_of(SPEC)["bounding_box_right"]

    assert clause.promise == "Boxes right"
    assert clause.how_much == "98 % of boxes in every batch"
    assert clause.sample_text == (
        "100 of 1,000 images, about 500 boxes; at most 10 wrong"
    )
    assert clause.proves_text == "at most 3.7 % wrong"
    assert clause.remedy == "redone free in 5 business days"
    # 0.98^5 = 0.9039.
    assert clause.note == (
        "98 % of boxes right is about 90 fully clean images in 100, "
        "at 5 boxes an image."
    )


def test_missed_objects_are_a_promise_of_their_own():
    clause = clauses_of(SPEC)["bounding_box_missed"]

    assert clause.metric == "recall"
    assert clause.how_much == "98 % of real objects have a box"
    assert clause.sample_text == "the same 100 images, read again from scratch"
    assert clause.proves_text == "at most 3.7 % missed"


def test_a_tag_clause_has_no_overlap_and_its_own_sample():
    clause = clauses_of(SPEC)["image_tag_right"]

    assert clause.match_iou is None
    assert clause.sample_text == "100 of 1,000 images; at most 2 wrong"
    assert clause.proves == D("0.059")
    assert clause.note == ""


def test_counting_images_changes_unit_sample_and_words():
    spec = replace(SPEC, lines=(BOXES,), quality=Quality(unit="image"))

    found = clauses_of(spec)

    right, missed = found["bounding_box_right"], found["bounding_box_missed"]
    assert right.how_much == "98 % of images with every box right"
    assert missed.how_much == "98 % of images with no object missed"
    assert right.unit == "image"
    assert right.sample_text == "100 of 1,000 images; at most 2 wrong"
    assert right.effect == 1


def test_a_small_batch_may_have_nothing_wrong_in_its_sample():
    found = clauses_of(replace(SPEC, items=40, lines=(replace(TAGS, index=0),)))

    assert found["image_tag_right"].sample_text == "4 of 40 images; none wrong"


def test_labels_that_are_only_checked_are_not_promised():
    spec = replace(SPEC, lines=(replace(BOXES, work="audit"),))

    assert list(clauses_of(spec)) == ["agreement", *OWED]


def test_what_the_client_owes_is_a_clause():
    clause = clauses_of(SPEC)["your_answers"]

    assert clause.metric == "obligation"
    assert clause.how_much == "2 business days to a question"
    assert clause.remedy == "the delivery week moves by the delay"


def test_a_document_holds_shares_as_strings_and_absence_as_null():
    found = clauses_of(SPEC)

    right = found["bounding_box_right"].to_data()
    owed = found["your_answers"].to_data()

    assert right["floor"] == "0.98"
    assert right["match_iou"] == "0.5"
    assert right["sample"] == {
        "items": 100,
        "of_items": 1000,
        "units": 500,
        "max_defects": 10,
        "lot": 5000,
        # 500 ÷ 1.2 and its share of the batch; 10 wrong are worth 8.33, rounded up.
        "worth_lot": 4160,
        "worth_units": 416,
        "worth_defects": 9,
    }
    assert right["proves"] == {"max_defect_share": "0.0366", "confidence": "0.95"}
    assert (owed["floor"], owed["sample"], owed["proves"]) == (None, None, None)


def test_four_cases_are_no_errors():
    assert len(DOES_NOT_COUNT) == 4
