"""The timeline adds each day up as the batches of all rows so far would be counted."""

from __future__ import annotations

from datetime import date, timedelta
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.matching import BatchRows, by_batch
from quotes.calc.timeline import timeline
from tests.calc.a_project import a_row
from tests.scale import count

MONDAY = date(2026, 3, 16)
UNITS = st.none() | st.integers(0, 20)
ROWS = st.builds(
    a_row,
    batch=st.sampled_from(["b1", "b2"]),
    stage=st.sampled_from(["label", "rework", "review", "audit"]),
    clock=st.sampled_from(["label", "session"]),
    delivery_version=st.sampled_from([None, 1, 2, 3]),
    units_produced=UNITS,
    units_passed=UNITS,
    units_accepted=UNITS,
    day=st.none() | st.integers(0, 4).map(lambda after: MONDAY + timedelta(after)),
)


@settings(max_examples=count(2000), deadline=None)
@given(rows=st.lists(ROWS, max_size=12), clock=st.sampled_from(["label", None]))
def test_a_day_stands_as_a_count_of_all_rows_up_to_it(rows, clock):
    found = timeline(rows, clock=clock)

    told = [(one.day, one.units, one.passed, one.accepted) for one in found]
    assert told == _recounted(rows, clock)


def test_an_earlier_version_that_comes_late_is_the_one_that_counts():
    rows = [
        a_row(delivery_version=2, units_produced=300, day=MONDAY),
        a_row(delivery_version=1, units_produced=None, day=MONDAY + timedelta(days=1)),
    ]

    assert [one.units for one in timeline(rows, clock="label")] == [300, None]


def test_a_batch_of_many_days_is_not_counted_again_on_each():
    few = [a_row(day=MONDAY + timedelta(days=at)) for at in range(400)]
    many = [a_row(day=MONDAY + timedelta(days=at)) for at in range(4_000)]

    # Ten times the days take about ten times as long; recounted, a hundred times.
    assert _seconds(many) < 40 * _seconds(few)


def _seconds(rows):
    def once():
        begun = process_time()
        timeline(rows, clock="label")
        return process_time() - begun

    return min(once() for _ in range(5))


def _recounted(rows, clock):
    """Count every batch anew on each day, from all of its rows so far."""
    found = []
    for day in sorted({row.day for row in rows if row.day is not None}):
        so_far = [row for row in rows if row.day is not None and row.day <= day]
        facts = [
            BatchRows.of(batch, some, clock=clock).fact()
            for batch, some in by_batch(so_far).items()
        ]
        sums = []
        for name in ("units", "passed", "accepted"):
            known = [getattr(fact, name) for fact in facts]
            known = [value for value in known if value is not None]
            sums.append(sum(known) if known else None)
        found.append((day, *sums))
    return found
