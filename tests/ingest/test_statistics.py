"""Times of items, added up: one answer in any order and any parts."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from math import exp, log
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.ingest.statistics import Times, times_of

seconds = st.lists(
    st.decimals("0.001", "99999", places=3, allow_nan=False), min_size=2, max_size=40
)


def test_two_items_of_two_and_eight_seconds_typically_take_four():
    times = times_of([Decimal(2), Decimal(8), Decimal(0)])

    # √(2 × 8) = 4; the item without time is none.
    assert (times.n, times.milliseconds, times.longest) == (2, 10_000, 8_000)
    assert times.typical_seconds == pytest.approx(4)
    assert times.spread == pytest.approx(stdev([log(2), log(8)]))


def test_of_nothing_nothing_is_known():
    assert (times_of([]).typical_seconds, times_of([Decimal(3)]).spread) == (None, None)


@given(values=seconds, at=st.integers(0, 40))
def test_parts_in_any_order_give_what_the_whole_gives(values, at):
    whole = times_of(values)

    assert times_of(values[at:]) + times_of(values[:at]) == whole
    assert reduce(lambda x, y: x + y, (times_of([one]) for one in values)) == whole
    logs = [log(float(one)) for one in values]
    assert whole.typical_seconds == pytest.approx(exp(mean(logs)), rel=1e-6)
    assert whole + Times() == whole
