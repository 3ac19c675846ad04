"""Choices: what may be taken together, and that a choice is looked up, not made."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.choices import (
    ChoiceError,
    chosen_view,
    every_choice,
    groups,
    inside,
    offered,
    priced,
    scenario_in,
    scenarios,
    ways,
)


def a_line(index: int, **changes: Any) -> dict[str, Any]:
    return {
        "index": index,
        "amount": f"{100 + index}.00",
        "optional": False,
        "alternative_to": None,
    } | changes


def a_view(*lines: dict[str, Any], total: str = "100.00") -> dict[str, Any]:
    return {
        "lines": list(lines),
        "price": {"total": total},
        "fees": [],
        "delivery": {"week": "2026-05-11"},
        "name": "Streets",
    }


VIEW = a_view(
    a_line(0),
    a_line(1, optional=True),
    a_line(2, alternative_to=0),
    a_line(3),
    a_line(4, optional=True, amount=None),
    a_line(5, alternative_to=1),
)


def test_what_can_be_chosen_is_an_option_or_one_of_a_group():
    first, second = groups(VIEW)

    assert (first.lines, first.may_be_none, first.is_option) == ((0, 2), False, False)
    assert (second.lines, second.may_be_none) == ((1, 5), True)
    assert groups(a_view(a_line(0), a_line(1, optional=True)))[0].is_option
    assert offered(VIEW) == {0, 3}
    # Two ways for the first group, three for the second.
    assert ways(VIEW) == 6


@pytest.mark.parametrize(
    ("taken", "lines"),
    [
        ((), {0, 3}),
        ((2,), {2, 3}),
        ((1,), {0, 1, 3}),
        ((5,), {0, 3, 5}),
        ((2, 5), {2, 3, 5}),
    ],
)
def test_a_choice_puts_lines_into_the_total(taken, lines):
    assert inside(VIEW, taken) == lines


@pytest.mark.parametrize(
    ("taken", "says"),
    [
        ((3,), "Line 4 of this offer cannot be chosen."),
        ((4,), "Line 5 of this offer cannot be chosen."),
        ((99,), "Line 100 of this offer cannot be chosen."),
        ((1, 5), "Take line 2 or line 6, not both."),
    ],
)
def test_what_cannot_be_chosen_is_refused(taken, says):
    with pytest.raises(ChoiceError, match=says):
        inside(VIEW, taken)


def test_every_choice_is_each_set_that_is_allowed():
    allowed = set()
    for size in range(1, 6):
        for taken in combinations(range(6), size):
            try:
                inside(VIEW, taken)
            except ChoiceError:
                continue
            allowed.add(frozenset(taken))

    assert set(every_choice(VIEW)) == allowed
    assert len(allowed) == ways(VIEW) - 1


def test_a_choice_is_looked_up_with_its_marks():
    other = a_view(*VIEW["lines"], total="250.00")
    frozen = [priced(other, offer=VIEW, taken={2})]

    view = chosen_view(VIEW, frozen, {2})

    assert view["price"]["total"] == "250.00"
    marks = [(one["optional"], one["alternative_to"]) for one in view["lines"]]
    # What is replaced has become the alternative to what replaces it.
    assert marks[0] == (False, 2)
    assert marks[2] == (False, None)
    assert marks[1] == (True, None)
    assert marks[5] == (False, 1)
    assert view["name"] == "Streets"
    assert chosen_view(VIEW, frozen, ()) == VIEW
    with pytest.raises(ChoiceError, match="not priced"):
        chosen_view(VIEW, frozen, {1})


def test_a_document_names_its_scenarios():
    old = {"scenario": "A", "offer": VIEW}
    new = old | {
        "starts": "2026-03-02",
        "choices": [],
        "others": [
            {"scenario": "B", "offer": VIEW, "choices": [], "starts": "2026-04-01"}
        ],
    }

    assert [one.letter for one in scenarios(old)] == ["A"]
    assert [(one.letter, one.starts) for one in scenarios(new)] == [
        ("A", "2026-03-02"),
        ("B", "2026-04-01"),
    ]
    assert scenario_in(new, "B").chosen(()) == VIEW
    with pytest.raises(ChoiceError, match="no scenario C"):
        scenario_in(new, "C")
    with pytest.raises(ChoiceError, match=r"no scenario \?"):
        scenario_in(new, "")


@given(
    optional=st.lists(st.booleans(), min_size=1, max_size=6),
    instead=st.lists(st.integers(0, 5), max_size=3),
)
def test_a_group_never_holds_two_lines_of_the_total(optional, instead):
    lines = [a_line(index, optional=one) for index, one in enumerate(optional)]
    for other in instead:
        if other < len(optional):
            lines.append(a_line(len(lines), alternative_to=other))
    view = a_view(*lines)

    for taken in every_choice(view):
        chosen = inside(view, taken)
        for group in groups(view):
            among = chosen & set(group.lines)
            assert len(among) == 1 or (group.may_be_none and not among)
