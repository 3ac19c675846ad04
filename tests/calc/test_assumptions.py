"""Assumptions: numbered, each with the tolerance within which the price holds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.assumptions import Assumption, assumptions, line_name, short
from scoping.calc.spec.values import LowModeHigh, Quantiles
from tests.calc.an_estimate import (
    a_line,
    a_spec,
    random_spec,
    the_card,
    volumes_of,
)

D = Decimal
PRICE = the_card().price


def assumed(spec) -> tuple[Assumption, ...]:
    keys = tuple(str(line.index) for line in spec.lines)
    volumes = volumes_of(spec, keys=keys, price=PRICE)
    return assumptions(spec, price=PRICE, volumes=volumes)


def texts(*lines, **changes) -> list[str]:
    return [row.text for row in assumed(a_spec(*lines, **changes))]


def test_a_project_of_boxes_assumes_in_sentences():
    # Ten per cent around five; 12 kinds and a tenth more is 13.
    found = assumed(a_spec(a_line(classes=12)))

    assert [(row.number, row.text, row.tolerance) for row in found] == [
        (1, "An image has 5.0 boxes on average", "4.5 to 5.5"),
        (2, "12 kinds of object, one set of rules", "up to 13"),
        (
            3,
            "The scenes are of standard difficulty",
            "as in the sample we were shown",
        ),
        (
            4,
            "Objects are partly hidden: now and then",
            "our standard value, because it was not stated",
        ),
        (
            5,
            "The subject is general",
            "our standard value, because it was not stated",
        ),
        (6, "Images reach us by 2 March 2026", "a delay moves the week"),
        (7, "Questions are answered in 2 business days", "a delay moves the week"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        Quantiles(p10=D("4.6"), p50=D(5), p90=D("5.5")),
        LowModeHigh(low=D("4.6"), mode=D(5), high=D("5.5")),
    ],
)
def test_a_stated_range_is_its_own_tolerance(said):
    assert assumed(a_spec(a_line(per_item=said)))[0].tolerance == "4.6 to 5.5"


@pytest.mark.parametrize(
    "said",
    [
        Quantiles(p10=D(5), p50=D(5), p90=D(5)),
        LowModeHigh(low=D(5), mode=D(5), high=D(5)),
    ],
)
def test_a_range_of_one_number_has_the_card_s_tolerance(said):
    assert assumed(a_spec(a_line(per_item=said)))[0].tolerance == "4.5 to 5.5"


def test_what_was_stated_is_told_from_what_was_taken():
    line = a_line(occlusion="often")
    spec = a_spec(line, stated=frozenset({"/lines/0/complexity", "/start_on"}))

    said = {row.path: row.said for row in assumed(spec)}

    assert said == {
        "/lines/0/units_per_item": True,
        "/lines/0/complexity": True,
        "/lines/0/occlusion": True,
        "/lines/0/domain": False,
        "/start_on": True,
        "/client_turnaround_days": False,
    }


def test_an_assumption_of_all_lines_is_written_once_and_names_none():
    found = texts(a_line(), a_line(type="polygon", name="Cars"))

    assert "The scenes are of standard difficulty" in found
    assert "An image has 5.0 boxes on average (Boxes)" in found
    assert "An image has 5.0 objects on average (Cars)" in found


def test_an_assumption_of_some_lines_names_them():
    lines = (a_line(), a_line(type="polygon"), a_line(type="cuboid", complexity="hard"))

    found = texts(*lines)

    assert "The scenes are of standard difficulty (Boxes, Outlines)" in found
    assert "The scenes are of hard difficulty (Cuboids)" in found


def test_whole_scenes_have_no_count_and_shares_are_said():
    found = texts(
        a_line(type="semantic_mask", per_item=D(1)),
        a_line(type="image_tag", share_of_items=D("0.08"), redundancy=3),
    )

    assert not any("masks on average" in text for text in found)
    assert (
        "8 % of the images, and each of these has 5.0 tags on average (Tags)" in found
    )
    assert "Each image is labelled by 3 people (Tags)" in found


def test_frames_are_called_frames():
    assert texts(item_kind="frame")[0] == "A frame has 5.0 boxes on average"


def test_a_card_without_standard_words_assumes_nothing_about_them():
    spec = a_spec()
    volumes = volumes_of(spec, keys=("a",), price=PRICE)

    found = assumptions(spec, price=replace(PRICE, standard_words={}), volumes=volumes)

    assert [row.path for row in found] == [
        "/lines/0/units_per_item",
        "/lines/0/complexity",
        "/start_on",
        "/client_turnaround_days",
    ]


def test_a_line_is_called_by_its_own_name_or_its_type_s():
    assert line_name(a_line()) == "Boxes"
    assert line_name(a_line(name="Cars")) == "Cars"


@pytest.mark.parametrize(
    ("value", "expected"), [("5", "5.0"), ("4.85", "4.85"), ("0.333", "0.33")]
)
def test_a_mean_is_written_as_people_say_it(value, expected):
    assert short(D(value)) == expected


def test_assumptions_are_numbered_without_gaps_and_none_stands_twice():
    for number in range(20):
        found = assumed(random_spec(number))

        assert [row.number for row in found] == list(range(1, len(found) + 1))
        rows = [(row.text, row.tolerance, row.said) for row in found]
        assert len(rows) == len(set(rows))
