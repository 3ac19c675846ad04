"""Which line is which: by what it says, wherever it stands."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.pairing import matched, place_of
from tests.scale import count

from .an_estimate import a_line, a_spec, random_spec

D = Decimal


def pairs(before, after):
    return {
        (
            pair.first and pair.first.index,
            pair.second and pair.second.index,
        )
        for pair in matched(before.lines, after.lines)
    }


def test_lines_that_say_the_same_are_matched_wherever_they_stand():
    boxes, outlines = a_line(), a_line(type="polygon")

    assert pairs(a_spec(boxes, outlines), a_spec(outlines, boxes)) == {(0, 1), (1, 0)}


def test_of_one_type_the_name_tells_lines_apart():
    cars, people = a_line(name="Cars", classes=3), a_line(name="People", classes=9)
    more_people = replace(people, classes=3, attributes=4)

    found = pairs(a_spec(cars, people), a_spec(more_people, replace(cars, classes=4)))

    assert found == {(0, 1), (1, 0)}


def test_lines_that_changed_names_alone_are_matched_by_what_they_say():
    cars, people = a_line(name="Cars", classes=3), a_line(name="People", classes=9)

    found = pairs(
        a_spec(cars, people),
        a_spec(replace(cars, name="People"), replace(people, name="Cars")),
    )

    assert found == {(0, 0), (1, 1)}


def test_without_names_those_are_matched_that_differ_least():
    easy = a_line(complexity="simple", classes=3, attributes=2)
    hard = a_line(complexity="hard", classes=60, attributes=9)

    found = pairs(
        a_spec(easy, hard), a_spec(replace(hard, classes=61), replace(easy, classes=4))
    )

    assert found == {(0, 1), (1, 0)}


def test_a_type_that_one_spec_lacks_is_added_or_left_out():
    found = pairs(
        a_spec(a_line(), a_line(type="cuboid")), a_spec(a_line(type="polygon"))
    )

    assert found == {(0, None), (1, None), (None, 0)}


@pytest.mark.parametrize("number", range(count(60)))
def test_every_line_is_in_one_pair_both_ways(number):
    before, after = random_spec(number), random_spec(number + 1000)

    forth, back = pairs(before, after), pairs(after, before)

    assert {(new, old) for old, new in back} == forth
    for place, spec in ((0, before), (1, after)):
        found = sorted(pair[place] for pair in forth if pair[place] is not None)
        assert found == list(range(len(spec.lines)))


def test_a_line_is_found_in_its_pair():
    before, after = a_spec(a_line(), a_line(type="polygon")), a_spec(a_line())
    found = matched(before.lines, after.lines)

    place = place_of(found, 1, of="first")

    assert place is not None
    assert found[place].first == before.lines[1]
    assert place_of(found, 1, of="second") is None
    assert place_of(found, None, of="first") is None
