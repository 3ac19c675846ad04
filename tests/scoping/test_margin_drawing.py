"""The drawing of a margin: round numbers along its axis, wherever it lies."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scoping.web.drawings import margin_drawing

D = Decimal


def ticks(least, most):
    found = margin_drawing([D(least), D(most)], [D(1)], mean=D(0))
    assert found is not None
    return [tick.words for tick in found.ticks]


def test_an_axis_that_just_misses_its_next_round_numbers_takes_smaller_ones():
    # A step of 50,000 would leave nothing but 0 between the edges.
    assert ticks(-49_000, 55_000) == ["−25,000", "0", "25,000"]
    assert ticks(-45_000, 45_000) == ["−20,000", "0", "20,000"]
    assert ticks(0, 11) == ["4", "8"]


@given(least=st.integers(-(10**9), 10**9), span=st.integers(10, 10**9))
def test_an_axis_has_two_to_five_numbers_that_differ(least, span):
    found = ticks(least, least + span)

    assert 2 <= len(set(found)) == len(found) <= 5
