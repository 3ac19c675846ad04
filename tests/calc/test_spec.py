"""The spec document: what is read, and all that is wrong with one at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import jsonschema
import pytest
from jsonschema.validators import validator_for

from scoping.calc.bands import mean_of_band
from scoping.calc.spec import (
    SpecError,
    json_schema,
    read_spec,
    read_text,
    seed_of,
    to_document,
)
from scoping.calc.spec.ranges import WIDEST
from scoping.calc.spec.values import Quantiles
from tests.calc.an_estimate import random_spec

TODAY = date(2026, 1, 5)
LINE = {"type": "bounding_box", "units_per_item": 5}
MODEL = {"recall": 0.9, "precision": 0.9, "no_fix_share": 0.7}


def a_document(*lines, **changes):
    return {"items": 100, "lines": list(lines) or [LINE]} | changes


def read(document, door="staff"):
    return read_spec(document, door=door, today=TODAY)


def complaints(document, door="staff"):
    with pytest.raises(SpecError) as found:
        read(document, door=door)
    return {(one.code, one.path) for one in found.value.problems}


def test_the_least_document_takes_standard_values():
    spec = read(a_document())

    assert spec.start_on == date(2026, 1, 19)  # the first Monday two weeks on
    assert spec.quality.accuracy == Decimal("0.98")
    assert spec.seed == seed_of(spec)
    assert "/items" in spec.stated
    assert "/site" not in spec.stated


@pytest.mark.parametrize("number", range(20))
def test_the_normal_document_reads_back_as_the_same_spec(number):
    spec = replace(random_spec(number), stated=frozenset())
    document = to_document(spec)

    again = read(json.loads(json.dumps(document)))

    assert replace(again, stated=frozenset()) == spec
    valid_for_staff().validate(document)


@cache
def valid_for_staff():
    """Return what validates documents of staff; the schema itself is checked once."""
    schema = json_schema("staff")
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


@pytest.mark.parametrize("door", ["public", "client"])
def test_clients_are_shown_only_the_keys_that_they_may_write(door):
    schema = json_schema(door)

    assert "commercial" not in schema["properties"]
    assert "prelabel" not in schema["properties"]["lines"]["items"]["properties"]
    assert "audit" not in schema["properties"]["quality"]["properties"]
    jsonschema.validate(a_document(), schema)


def test_the_seed_does_not_depend_on_the_order_of_lines_or_on_names():
    tag = {"type": "image_tag", "units_per_item": 2}

    one = read(a_document(LINE, tag, name="a"))
    other = read(a_document(tag, LINE, name="b"))

    assert one.seed == other.seed


@pytest.mark.parametrize("door", ["public", "client"])
def test_staff_keys_are_locked_for_clients(door):
    document = a_document(
        {**LINE, "prelabel": None, "redundancy": 2},
        site="vn",
        quality={"reviews": 2, "audit": {"rule": "percent"}, "accuracy": 0.99},
    )

    found = complaints(document, door=door)

    assert ("read_only_field", "/site") in found
    assert ("read_only_field", "/lines/0/redundancy") in found
    assert ("read_only_field", "/lines/0/prelabel") in found
    assert ("read_only_field", "/quality/reviews") in found
    assert ("read_only_field", "/quality/audit") in found


def test_locks_read_around_what_is_no_list_and_no_object():
    assert ("invalid_type", "/lines") in complaints({"items": 1, "lines": 5}, "public")
    assert ("invalid_type", "/lines/0") in complaints(a_document(7), "public")


VIDEO = {"clips": 10, "seconds_per_clip": 2, "fps": 25}
AUDIT = {"rule": "two_point", "good": 0.01, "bad": 0.04}
RISKS = {"producer_risk": 0.05, "consumer_risk": 0.1}
CASES = [
    ({"deadline": "2026-01-01", "start_on": "2026-02-01"}, "deadline_before_start"),
    ({"video": VIDEO, "item_kind": "image", "items": 500}, "item_kind_mismatch"),
    ({"video": VIDEO, "items": 7}, "items_disagree"),
    ({"video": {**VIDEO, "label_every": 1000}, "items": 500}, "max_value"),
    ({"video": {**VIDEO, "clips": 1, "fps": 0.01}, "items": 1}, "min_value"),
    ({"video": {**VIDEO, "fps": "x"}}, "invalid_number"),
    ({"quality": {"audit": {"rule": "percent", "share": 0.1}}}, "required"),
    ({"quality": {"audit": {"rule": "zero_defect", "share": 1}}}, "unknown_field"),
    ({"quality": {"audit": {"rule": "coin"}}}, "unknown_choice"),
    ({"quality": {"audit": {**AUDIT, **RISKS, "good": 0.5}}}, "not_ordered"),
    ({"commercial": {"tax": {"rate": 0.1}}}, "tax_mode"),
    ({"commercial": {"tax": 5}}, "invalid_type"),
    ({"name": 5}, "invalid_type"),
    ({"conditions": {"secure_room": "yes"}}, "invalid_type"),
    ({"items": True}, "invalid_number"),
    ({"items": "1" * 60}, "too_precise"),
    ({"budget": -1}, "min_value"),
]


@pytest.mark.parametrize(("changes", "code"), CASES)
def test_each_rule_of_the_document_complains(changes, code):
    assert code in {found for found, _ in complaints(a_document(**changes))}


LINES = [
    ([{**LINE, "alternative_to": 5}], "no_such_line"),
    ([LINE, {**LINE, "alternative_to": 1}], "no_such_line"),
    (
        [LINE, {**LINE, "alternative_to": 0}, {**LINE, "alternative_to": 1}],
        "alternative_of_alternative",
    ),
    ([{**LINE, "optional": True}], "nothing_to_price"),
    ([{**LINE, "units_per_item": {"p10": 1, "p50": 2, "p90": 3}}], "unknown_field"),
    ([{**LINE, "units_per_item": {"low": 1}}], "unknown_field"),
    ([{**LINE, "units_per_item": {}}], "mean_or_sample"),
    ([{**LINE, "units_per_item": {"mean": 1, "sample": [1]}}], "mean_or_sample"),
    (
        [{**LINE, "units_per_item": {"sample": [1], "spread": {"var_to_mean": 1}}}],
        "mean_or_sample",
    ),
    (
        [
            {
                **LINE,
                "units_per_item": {"mean": 9, "spread": {"var_to_mean": 1, "max": 2}},
            }
        ],
        "not_ordered",
    ),
    (
        [{**LINE, "units_per_item": {"mean": {"low": 3, "mode": 2, "high": 4}}}],
        "not_ordered",
    ),
    (
        [{**LINE, "units_per_item": {"mean": {"p10": 0, "p50": 0, "p90": 4}}}],
        "cannot_fit",
    ),
    (
        [{**LINE, "units_per_item": {"mean": {"p10": 0, "p50": 1, "p90": "26.1"}}}],
        "cannot_fit",
    ),
    ([{**LINE, "units_per_item": {"mean": {"p10": 0, "p50": 1}}}], "required"),
    ([{**LINE, "prelabel": {}}], "accept_rate_or_saving"),
    ([{**LINE, "prelabel": 7}], "invalid_type"),
    ([{**LINE, "prelabel": {"recall": 0.9, "saving": 0.2}}], "accept_rate_or_saving"),
    ([{**LINE, "prelabel": {"recall": 0.9, "precision": 0.9}}], "required"),
    ([{**LINE, "prelabel": {**MODEL, "precision": 0}}], "min_value"),
    ([{**LINE, "prelabel": {**MODEL, "recall": 1.2}}], "max_value"),
    ([{**LINE, "prelabel": {**MODEL, "recal": 1}}], "unknown_field"),
    (
        [
            {
                **LINE,
                "prelabel": {
                    **MODEL,
                    "no_fix_share": {"p10": 0.5, "p50": 0.4, "p90": 0.9},
                },
            }
        ],
        "not_ordered",
    ),
    ([{**LINE, "occlusion": 5}], "invalid_type"),
    ([{**LINE, "density": ["crowded"]}], "invalid_type"),
    ([{**LINE, "resolution": "x" * 41}], "max_length"),
    ([{**LINE, "desity": "crowded"}], "unknown_field"),
    ([{"type": "bounding_box"}], "required"),
]


@pytest.mark.parametrize(("lines", "code"), LINES)
def test_each_rule_of_a_line_complains(lines, code):
    assert code in {found for found, _ in complaints(a_document(*lines))}


def test_a_quantity_that_no_project_has_is_refused_before_it_is_multiplied():
    sample = {**LINE, "units_per_item": {"sample": [1_000_000]}}
    ranged = {
        **LINE,
        "units_per_item": {"mean": {"p10": 1000, "p50": 5000, "p90": 9000}},
    }

    for line in (sample, ranged):
        found = complaints(a_document(line, items=1_000_000_000))
        assert ("estimate_too_large", "/lines/0/units_per_item") in found


def test_frames_follow_from_the_clips():
    spec = read({"video": VIDEO, "lines": [LINE]})

    assert (spec.items, spec.item_kind) == (500, "frame")
    assert read(a_document(item_kind="frame")).item_kind == "frame"


def test_a_document_that_is_no_object_is_refused():
    assert complaints([]) == {("invalid_type", "")}


def test_a_key_that_came_later_leaves_the_seeds_of_before_alone():
    before, unsaid, said = (
        read_spec(a_document({**LINE, **more}), door="staff", today=TODAY)
        for more in ({}, {"density": None}, {"density": "crowded"})
    )

    assert "density" not in to_document(before)["lines"][0]
    assert before.seed == unsaid.seed != said.seed
    assert to_document(said)["lines"][0]["density"] == "crowded"


def test_yaml_keeps_numbers_exact_and_days_as_days():
    found = read_text(
        "a: 0.10\nb: 1.5e+3\nc: 2026-03-02\nd: 1_000\ne: 2026-02-30\nf: 7"
    )

    assert found == {
        "a": Decimal("0.10"),
        "b": Decimal("1.5e+3"),
        "c": date(2026, 3, 2),
        "d": "1_000",
        "e": "2026-02-30",
        "f": 7,
    }


def test_a_time_stays_text():
    assert read_text("a: 2026-03-02 10:00:00") == {"a": "2026-03-02 10:00:00"}


def test_yaml_that_is_a_list_is_returned_as_it_is():
    assert read_text("- 1\n- 2") == [1, 2]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x 1\nb: *x", "Aliases"),
        ("a: 1\na: 2", "stands twice"),
        ("a: [", "Line 1|Line 2"),
        ("a: \x01", "no YAML"),
        ("a: !!python/object:os.system x", "Line 1"),
        ("- " * 60 + "1", "nested deeper"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": ', "Line 1"),
        ('{"a": Infinity}', "finite"),
        ('{"a": ' + "1" * 5000 + "}", "too long"),
        ('{"a": "' + "x" * 1_000_001 + '"}', "longer than"),
        ('["]", ' + "[" * 50, "nested deeper"),
    ],
)
def test_a_text_that_is_no_plain_data_is_refused_with_its_place(text, says):
    with pytest.raises(SpecError, match=says):
        read_text(text)


def test_every_complaint_stands_in_the_text_of_the_error():
    with pytest.raises(SpecError) as found:
        read({"lines": []})

    assert "/lines: Write at least 1" in str(found.value)
    assert "/items: State how many" in str(found.value)


def test_a_nearest_word_is_proposed():
    with pytest.raises(SpecError, match="Did you mean polygon"):
        read(a_document({**LINE, "type": "polygons"}))


OWN = {"name": "A storm", "probability": 0.2, "hours": 100}


@pytest.mark.parametrize(
    "risks",
    [
        [{"event": "spec_change"}],
        [{"event": "spec_change", "factor": {"low": 1, "mode": 1.1, "high": 2}}],
        [OWN, {**OWN, "name": "Another"}],
        [],
    ],
)
def test_a_register_of_risks_reads_back_as_it_was_said(risks):
    spec = read(a_document(risks=risks))

    assert len(spec.risks) == len(risks)
    assert read(to_document(spec)).risks == spec.risks


@pytest.mark.parametrize(
    ("risk", "problem"),
    [
        ({**OWN, "cost": 5}, ("one_effect", "/risks/0/cost")),
        ({"probability": 0.2, "cost": 5}, ("required", "/risks/0/name")),
        ({"name": "x", "cost": 5}, ("required", "/risks/0/probability")),
        ({"name": "x", "probability": 0.2}, ("required", "/risks/0/factor")),
        ({**OWN, "probability": 1.2}, ("max_value", "/risks/0/probability")),
        (
            {**OWN, "probability": {"p10": 0.5, "p50": 0.3, "p90": 0.4}},
            ("not_ordered", "/risks/0/probability/p10"),
        ),
        (
            {
                "name": "x",
                "probability": 0.2,
                "hours": {"p10": 5, "p50": 3, "p90": 1},
            },
            ("not_ordered", "/risks/0/hours/p10"),
        ),
        (
            {
                "name": "x",
                "probability": 0.2,
                "cost": {"p10": 1, "p50": 1, "p90": 27},
            },
            ("cannot_fit", "/risks/0/cost/p90"),
        ),
        ({"event": "x", "factor": 0.9}, ("min_value", "/risks/0/factor")),
        ({**OWN, "chance": 1}, ("unknown_field", "/risks/0/chance")),
        ("storm", ("invalid_type", "/risks/0")),
    ],
)
def test_a_risk_that_says_too_little_or_too_much_is_refused(risk, problem):
    assert complaints(a_document(risks=[risk])) == {problem}


def test_a_risk_is_said_once():
    found = complaints(a_document(risks=[OWN, OWN]))

    assert found == {("duplicate", "/risks/1")}


def test_risks_are_ours_to_say():
    assert complaints(a_document(risks=[OWN]), door="public") == {
        ("read_only_field", "/risks")
    }


def test_a_register_in_another_order_has_the_same_seed_and_none_has_the_old_one():
    other = {**OWN, "name": "Another"}
    there = read(a_document(risks=[OWN, other]))
    back = read(a_document(risks=[other, OWN]))

    assert there.seed == back.seed
    assert read(a_document(risks=[])).seed == read(a_document()).seed != there.seed


def test_no_range_that_is_taken_has_its_average_above_high():
    widest = mean_of_band(Decimal(1), Decimal(1), Decimal(WIDEST))
    wider = mean_of_band(Decimal(1), Decimal(1), Decimal(WIDEST + 1))
    spec = read(
        a_document(
            lines=[
                {**LINE, "units_per_item": {"mean": {"p10": 1, "p50": 1, "p90": 26}}}
            ]
        )
    )

    assert spec.lines[0].units_per_item.mean == Quantiles(
        p10=Decimal(1), p50=Decimal(1), p90=Decimal(WIDEST)
    )
    assert widest < WIDEST
    assert wider > WIDEST + 1
