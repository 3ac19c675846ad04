"""Three sentences: from the numbers alone, and always the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from quotes.calc.field import Inputs
from quotes.calc.standing import standing
from tests.calc.a_project import PLAIN, a_plan, a_row, as_planned, two_lines

D = Decimal


def said(rows, baseline=None):
    inputs = Inputs(paid_clock="label", calendar=PLAIN)
    found = standing(baseline or a_plan(), rows, inputs=inputs)
    return [sentence["text"] for sentence in found["why"]], found


def slow(factor="1.5", **changes):
    return [
        replace(row, active_seconds=(row.active_seconds or D(0)) * D(factor))
        for row in as_planned(**changes)
    ]


def test_the_sentences_say_how_much_which_part_and_where_to():
    rows = [a_row(active_seconds=D(7500)), *as_planned()[1:]]

    (how_much, which, where), found = said(rows)

    # 69.44 ÷ 10 × 0.5 = 3.47 of 10.21.
    assert how_much == (
        "The work done cost 3.47 USD more than was planned for the same images, "
        "34.0 % of 10.21."
    )
    assert which.startswith(
        "The largest part is time a unit, +3.61, where a unit took "
    )
    assert "took 15.00 s instead of 10.00 s" in which
    assert which.endswith("most of it, +3.61, in the week of 16 March 2026.")
    assert where.startswith("It will typically end at ")
    assert "chances in 100 to keep the promised day." in where
    assert found["why"][1]["rows"] == {"line": "Boxes", "week": "2026-03-16"}


def test_the_line_and_the_week_of_the_largest_part_are_named():
    rows = [
        *as_planned(),
        *slow(batch="b2", after=7),
        a_row(line="1", items=10, units_produced=50, active_seconds=D(200)),
    ]

    (_, which, _), _ = said(rows, two_lines())

    assert "of it on Boxes" in which
    assert "in the week of 23 March 2026" in which


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"units_produced": 400}, "units an image, −"),
        ({"units_produced": 400}, "where images held 80 % of the planned units"),
    ],
)
def test_fewer_units_are_said_as_images_that_held_less(changes, fact):
    rows = [a_row(**changes, active_seconds=D(4000)), *as_planned()[1:]]

    (how_much, which, _), _ = said(rows)

    assert "less than was planned" in how_much
    assert fact in which


def test_rework_is_said_as_a_share_of_first_labels():
    first, rework, *checks = as_planned()

    (_, which, _), _ = said([first, replace(rework, active_seconds=D(2500)), *checks])

    assert "took 50.0 % of the time of first labels instead of 5.0 %" in which


def test_a_part_without_a_figure_of_its_own_is_said_without():
    first, rework, review, audit = as_planned()

    (_, which, _), _ = said(
        [first, rework, replace(review, active_seconds=D(9000)), audit]
    )

    assert which.startswith("The largest part is time of review, +13.02, most of it")


def test_work_as_planned_is_said_as_that():
    (how_much, which, _), _ = said(as_planned())

    assert how_much == "The work done cost 10.21 USD, exactly as planned."
    assert which == "No part of it moved."


def test_an_end_that_is_not_known_is_said_with_its_reason():
    (*_, where), _ = said([*as_planned(), a_row(batch="b9", active_seconds=None)])

    assert where == (
        "Where it will end is not known, because batch b9 of Boxes has no time."
    )


def test_a_finished_project_promises_no_day():
    (*_, where), _ = said([row for at in range(10) for row in as_planned(f"b{at}")])

    assert where.endswith("to stay within budget and reserve.")


def test_without_comparable_work_nothing_is_said():
    found, _ = said([a_row(clock="session")])

    assert found == []


def test_the_order_of_the_rows_changes_no_word():
    rows = [
        *as_planned(),
        *slow(batch="b2", after=3),
        *slow("0.7", batch="b3", after=9),
    ]
    expected, _ = said(rows)

    for seed in range(5):
        Random(seed).shuffle(rows)
        assert said(rows)[0] == expected
