"""The drawing of release curves: inside its frame, labelled apart, ticked roundly."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.web.release_drawing import (
    BASE,
    LEFT,
    RIGHT,
    TOP,
    ReleaseDrawing,
    release_drawing,
)

STEEP = [(0.0, 1.0), (0.02, 0.6), (0.03, 0.1), (0.1, 0.0)]
FLAT = [(0.0, 1.0), (0.03, 0.7), (0.06, 0.25), (0.1, 0.02)]


def drawn(**changes: Decimal) -> ReleaseDrawing:
    return release_drawing(
        [("Sized", FLAT), ("Fixed share", STEEP)],
        most=0.1,
        limit=changes.get("limit", Decimal("0.02")),
    )


def test_curves_are_labelled_on_their_outer_sides():
    sized, fixed = drawn().curves

    assert (sized.anchor, fixed.anchor) == ("start", "end")
    assert fixed.x < sized.x
    assert (sized.is_main, fixed.is_main) == (True, False)


def test_the_plumb_line_stands_at_the_promise():
    # A fifth of the way from 64 to 544.
    assert (drawn().limit_x, drawn().limit_words) == (160, "promised 2 %")
    assert drawn(limit=Decimal("0.2")).limit_x is None


def test_levels_and_ticks_are_round():
    picture = drawn()

    assert [level.words for level in picture.levels][::2] == ["0 %", "50 %", "100 %"]
    assert [tick.words for tick in picture.ticks] == [
        *("0 %", "2 %", "4 %", "6 %", "8 %", "10 %"),
    ]


@given(
    most=st.floats(0.0001, 1),
    chances=st.lists(st.floats(0, 1), min_size=2, max_size=40),
)
def test_everything_stays_inside_the_frame(most, chances):
    falling = sorted(chances, reverse=True)
    points = [
        (most * place / (len(falling) - 1), chance)
        for place, chance in enumerate(falling)
    ]

    picture = release_drawing([("Any", points)], most=most, limit=Decimal("0.00005"))

    marks = re.findall(r"([\d.]+) ([\d.]+)", picture.curves[0].path)
    assert len(marks) == len(points)
    for x, y in marks:
        assert LEFT <= float(x) <= RIGHT + 0.1
        assert TOP - 0.1 <= float(y) <= BASE
    assert 2 <= len(picture.ticks) <= 8
    assert picture.ticks[-1].x == pytest.approx(RIGHT, abs=(RIGHT - LEFT) / 2 + 1)
