"""Foreseen: what a file would change is what the sums say once it was counted."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.foreseen import foreseen
from tests.calc.test_reconcile import a_baseline, an_actual


def row(batch, **changes):
    return an_actual(batch=batch, **changes)


def figures(before, new):
    found = foreseen(a_baseline(), before, new, paid_clock="label")
    return {one.name: (one.now, one.after, one.change) for one in found}


def test_rows_of_a_line_add_to_its_units_hours_and_cost():
    before = [row("b1", units_produced=500, active_seconds=Decimal(7200))]
    new = [row("b2", units_produced=300, active_seconds=Decimal(3600))]

    found = figures(before, new)

    assert found["Boxes made"] == (500, 800, 300)
    # 7,200 s are 2 hours, 3,600 s one more.
    assert found["Hours in the tool"] == (2, 3, 1)
    now, after, more = found["Cost"]
    assert after == now + more
    assert more > 0


def test_what_was_not_known_before_changes_by_all_of_it():
    found = figures([], [row("b1", units_produced=500, active_seconds=Decimal(3600))])

    assert found["Boxes made"] == (None, 500, 500)
    assert found["Hours in the tool"] == (None, 1, 1)


def test_what_is_restated_takes_the_place_of_what_was_counted():
    before = [
        row("b1", units_produced=500, active_seconds=Decimal(7200)),
        row("b2", units_produced=40, active_seconds=Decimal(3600)),
    ]
    again = [row("b1", units_produced=290, active_seconds=Decimal(3600))]

    found = foreseen(a_baseline(), before, again, paid_clock="label", gone={0})

    changes = {one.name: (one.now, one.after) for one in found}
    # 500 + 40 before, 290 + 40 after; 7,200 s become 3,600.
    assert changes["Boxes made"] == (Decimal(540), Decimal(330))
    assert changes["Hours in the tool"] == (Decimal(3), Decimal(2))


def test_rows_without_a_time_leave_hours_and_cost_not_known():
    found = figures([], [row("b1", units_produced=500, active_seconds=None)])

    assert found["Hours in the tool"] == (None, None, None)
    assert found["Cost"][2] is None


def test_rows_of_review_change_the_share_that_was_sent_back():
    before = [row("b1", units_produced=500, units_rejected=25)]
    new = [row("b2", units_produced=300, units_rejected=55)]

    # 25 of 500 before; 25 + 55 of 500 + 300 after.
    assert figures(before, new)["Boxes sent back"] == (
        Decimal("0.05"),
        Decimal("0.1"),
        Decimal("0.05"),
    )


def test_work_under_another_clock_adds_no_hours():
    other = row("b1", units_produced=5, active_seconds=Decimal(60), clock="session")

    assert figures([], [other])["Hours in the tool"] == (None, None, None)


@given(
    st.lists(
        st.tuples(st.integers(1, 900), st.integers(1, 9000)), min_size=1, max_size=5
    )
)
def test_hours_and_units_come_row_by_row(pairs):
    new = [
        row(f"b{place}", units_produced=units, active_seconds=Decimal(seconds))
        for place, (units, seconds) in enumerate(pairs)
    ]

    found = figures([], new)

    assert found["Boxes made"][1] == sum(units for units, _ in pairs)
    hours = float(found["Hours in the tool"][1])
    assert abs(hours * 3600 - sum(seconds for _, seconds in pairs)) < 1e-6
