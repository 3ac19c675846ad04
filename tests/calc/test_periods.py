"""Closed months and overlapping periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.periods import (
    Closing,
    Period,
    booked_on,
    out_of_order,
    overlaps,
    whole_days,
)

MARCH = Closing(through=date(2026, 3, 31), at=datetime(2026, 4, 3, tzinfo=UTC))
APRIL = Closing(through=date(2026, 4, 30), at=datetime(2026, 5, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "recorded", "booked"),
    [
        ((3, 30), (4, 2), (3, 30)),  # before the closing: in its own month
        ((3, 30), (4, 3), (4, 1)),  # at it or after: in the next open one
        ((3, 30), (5, 4), (5, 1)),  # after two closings: beyond both
        ((4, 10), (4, 12), (4, 10)),
        ((4, 10), (5, 12), (5, 1)),
    ],
)
def test_late_work_is_booked_in_the_next_open_month(day, recorded, booked):
    found = booked_on(
        date(2026, *day),
        recorded_at=datetime(2026, recorded[0], recorded[1], tzinfo=UTC),
        closings=[MARCH, APRIL],
    )

    assert found == date(2026, *booked)


@given(
    day=st.dates(date(2026, 1, 1), date(2026, 6, 1)),
    hours=st.integers(0, 4000),
    later=st.lists(st.integers(1, 300), max_size=4),
)
def test_a_later_closing_never_moves_what_was_recorded(day, hours, later):
    recorded = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    further = [
        Closing(through=day + timedelta(days=one), at=recorded + timedelta(hours=one))
        for one in later
    ]

    before = booked_on(day, recorded_at=recorded, closings=[MARCH])
    after = booked_on(day, recorded_at=recorded, closings=[MARCH, *further])

    assert before == after >= day


def a_period(number, start, end, of="b1"):
    first = datetime(2026, 3, start, tzinfo=UTC)
    last = datetime(2026, 3, end, tzinfo=UTC)
    first, last = whole_days(first, last)
    return Period(number=number, of=of, start=first, end=last)


def numbers(periods):
    return [(one.number, other.number) for one, other in overlaps(periods)]


def test_periods_that_share_days_are_found_with_both_sides():
    assert numbers([a_period(1, 1, 10), a_period(2, 5, 12)]) == [(1, 2)]
    assert numbers([a_period(2, 5, 12), a_period(1, 1, 10)]) == [(1, 2)]
    assert numbers([a_period(1, 1, 20), a_period(2, 5, 6), a_period(3, 12, 13)]) == [
        (1, 2),
        (1, 3),
    ]


def test_neighbours_other_work_and_the_same_period_do_not_overlap():
    assert numbers([a_period(1, 1, 4), a_period(2, 5, 12)]) == []
    assert numbers([a_period(1, 1, 10), a_period(2, 5, 12, of="b2")]) == []
    assert numbers([a_period(1, 1, 4), a_period(2, 1, 4)]) == []
    assert overlaps([]) == []


def test_an_hour_ends_where_it_ends():
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)

    assert whole_days(start, start + timedelta(hours=1))[1].hour == 9


@given(
    st.lists(st.tuples(st.integers(1, 25), st.integers(0, 3)), max_size=6, unique=True)
)
def test_no_overlap_is_missed(spans):
    periods = [a_period(n, day, day + long) for n, (day, long) in enumerate(spans)]
    slow = any(
        one.start < other.end and other.start < one.end
        for n, one in enumerate(periods)
        for other in periods[n + 1 :]
    )

    assert bool(overlaps(periods)) is slow


def slowly_out_of_order(checks, labels):
    """Look at every pair; a batch in which nothing is new has nothing to hold."""
    held = set()
    for check in checks:
        of_batch = [one for one in labels if one.of == check.of]
        if not of_batch or any(one.start < check.end for one in of_batch):
            continue
        if check.number >= 0:
            held.add(check.number)
        elif all(one.number >= 0 for one in of_batch if begins_first(one, of_batch)):
            held |= {one.number for one in of_batch if one.number >= 0}
    return held


def begins_first(one, others):
    return one == min(others, key=lambda two: (two.start, two.end, two.number))


def test_labelling_that_is_counted_is_never_held():
    """A ledger may hold a check from before its labelling: from before this rule."""
    check, counted, new = a_period(-1, 4, 5), a_period(-2, 9, 9), a_period(0, 8, 8)

    assert set(out_of_order([check], [counted, new])) == {0}
    assert out_of_order([check], [counted]) == {}


ROWS = st.lists(
    st.tuples(st.integers(1, 9), st.integers(0, 3), st.sampled_from(["b1", "b2"])),
    max_size=6,
)


def periods_of(rows, *, numbers):
    return [
        a_period(number, day, day + more, of=batch)
        for number, (day, more, batch) in zip(numbers, rows, strict=False)
    ]


@given(
    checks=ROWS,
    labels=ROWS,
    signs=st.lists(st.booleans(), min_size=12, max_size=12),
    shuffled=st.randoms(use_true_random=False),
)
def test_what_is_held_of_stages_is_what_looking_at_every_pair_holds(
    checks, labels, signs, shuffled
):
    numbers = [-1 - at if sign else at for at, sign in enumerate(signs)]
    first = periods_of(checks, numbers=numbers[:6])
    second = periods_of(labels, numbers=numbers[6:])

    found = out_of_order(first, second)

    assert set(found) == slowly_out_of_order(first, second)
    for held, (check, label) in found.items():
        assert held >= 0
        assert check.end <= label.start
        assert check.of == label.of
    shuffled.shuffle(first)
    shuffled.shuffle(second)
    assert out_of_order(first, second) == found
