"""Estimated against delivered: what is known, what is not, and a gap that adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.matching import Actual, by_batch, delivered, line_of, match
from quotes.calc.reconcile import reconcile
from quotes.calc.report import report
from quotes.calc.variance import Factor, GapError, logarithmic_mean, split_gap

D = Decimal


def an_actual(**changes):
    fields: dict[str, Any] = {
        "line": "",
        "batch": "b1",
        "delivery_version": None,
        "stage": "label",
        "annotation_type": "bounding_box",
        "clock": "label",
        "items": 100,
        "units_produced": 500,
        "units_passed": None,
        "units_accepted": None,
        "units_rejected": None,
        "active_seconds": D(6000),
        "audit_n": None,
        "audit_defects": None,
    }
    return Actual(**(fields | changes))


def a_line(**changes):
    return {
        "index": 0,
        "name": "Boxes",
        "type": "bounding_box",
        "unit": "box",
        "items": 1000,
        "units": 5000,
        "seconds_per_unit": "10.00",
        "rework_time_share": "0.05",
        "clock": "label",
        "unit_price": "0.0840",
        "cost": "200.00",
    } | changes


def a_baseline(*lines, **changes):
    return {
        "currency": "USD",
        "items": 1000,
        "rework_share": "0.05",
        "lines": list(lines) or [a_line()],
    } | changes


def compared(*rows, baseline=None, paid_clock="label"):
    plan = baseline or a_baseline()
    return reconcile(
        plan, match(plan, rows, paid_clock=paid_clock), paid_clock=paid_clock
    )


def test_seconds_per_unit_run_over_rows_that_carry_both():
    rows = [an_actual(), an_actual(batch="b2", units_produced=7, active_seconds=None)]

    found = delivered(0, rows, clocks=("label",))

    # 6,000 s over 500 of the 507 boxes.
    assert (found.units, found.timed_units) == (507, 500)
    assert found.untimed_batches == ("b2",)


def test_a_sum_of_nothing_is_not_known_and_not_nothing():
    rows = [an_actual(items=None, units_produced=None)]

    found = delivered(0, rows, clocks=("label",))

    assert found.items is None
    assert found.accepted is None


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (an_actual(), 0),
        (an_actual(annotation_type="polygon"), None),
        (an_actual(line="boxes"), 0),
        (an_actual(line="0"), 0),
        (an_actual(line="masks"), None),
    ],
)
def test_a_row_belongs_to_the_line_it_names_or_to_the_only_one_of_its_type(row, line):
    assert line_of(a_baseline(), row) == line


def test_two_lines_of_one_type_are_never_guessed_between():
    plan = a_baseline(a_line(), a_line(index=1, name="Small boxes"))

    assert line_of(plan, an_actual()) is None


def test_what_fits_no_line_is_shown_apart():
    found = compared(an_actual(annotation_type="polygon"))

    assert "500 units in 1 batches fit no line" in found["outside"]["text"]
    assert not found["lines"][0]["actual"]["units"]["known"]


def test_a_slower_unit_costs_more_at_planned_rates():
    found = compared(an_actual())

    gap = found["lines"][0]["gap"]
    # 100 of 1,000 images were planned at 20.00; 12 s instead of 10 s make it 24.00.
    assert (gap["planned"], gap["actual"]) == ("20.00", "24.00")
    assert gap["parts"][0] == {"name": "units an image", "amount": "0.00"}
    assert gap["parts"][1] == {"name": "time a unit", "amount": "4.00"}
    assert any("payroll" in text for text in gap["not_separable"])


def test_rework_time_is_a_part_of_its_own():
    found = compared(
        an_actual(active_seconds=D(5000)),
        an_actual(
            stage="rework", items=None, units_produced=None, active_seconds=D(500)
        ),
    )

    parts = {part["name"]: part["amount"] for part in found["whole"]["gap"]["parts"]}
    # 1.10 instead of 1.05 of 20.00.
    assert parts["rework"] == "0.95"
    assert found["whole"]["gap"]["total"] == "0.95"


def test_another_clock_is_a_difference_of_scope_and_gives_no_cost():
    found = compared(an_actual(clock="gesture"))

    line = found["lines"][0]
    assert "scope, not of performance" in line["scope"]
    assert line["actual"]["cost"]["text"].startswith(
        "not known, because the file times"
    )
    assert line["actual"]["seconds_per_unit"]["value"] == "12.00"
    assert found["whole"]["gap"] is None


@pytest.mark.parametrize(
    ("clock", "why"),
    [
        ("gesture", "drawing time is a part of what the estimate counts."),
        ("session", "session time holds pauses too."),
        ("paid", "paid time holds pauses, training, meetings and waiting too."),
    ],
)
def test_a_wider_clock_holds_more_and_a_narrower_one_is_a_part(clock, why):
    found = compared(an_actual(clock=clock), paid_clock=clock)

    assert found["lines"][0]["scope"].endswith(f"not of performance: {why}")
    # No factor between the clocks is stated, so that nothing is booked as slowness.
    assert found["whole"]["gap"] is None
    assert "no factor between them" in found["whole"]["cost"]["text"]


def test_rework_that_another_clock_timed_is_not_rework_of_this_one():
    again = {"stage": "rework", "items": None, "units_produced": None}

    found = compared(
        an_actual(active_seconds=D(5000)),
        an_actual(**again, clock="session", active_seconds=D(9000)),
        an_actual(**again, clock="label", active_seconds=D(500)),
    )

    parts = {part["name"]: part["amount"] for part in found["whole"]["gap"]["parts"]}
    assert parts["rework"] == "0.95"


def test_the_same_work_on_two_clocks_counts_once_on_the_paid_one():
    found = compared(an_actual(), an_actual(clock="session", active_seconds=D(9000)))

    line = found["lines"][0]
    assert line["actual"]["units"]["value"] == 500
    assert line["actual"]["items"]["value"] == 100
    assert line["actual"]["seconds_per_unit"]["value"] == "12.00"
    assert [one["clock"] for one in line["clocks"]] == ["label", "session"]


def test_without_the_paid_clock_the_one_with_most_units_counts():
    rows = [an_actual(clock="session"), an_actual(clock="gesture", units_produced=7)]

    found = delivered(0, rows, clocks=("paid", "label"))

    assert (found.clock, found.units) == ("session", 500)


def test_a_unit_that_three_stages_passed_was_passed_once():
    gate = {"items": None, "units_produced": None, "active_seconds": None}

    found = compared(
        an_actual(units_passed=500),
        an_actual(**gate, stage="review", units_passed=490),
        an_actual(**gate, stage="audit", units_passed=488),
    )

    assert found["lines"][0]["actual"]["passed"]["value"] == 488
    assert found["lines"][0]["batches"][0]["state"] == "delivered"


def test_a_batch_delivered_again_counts_once_and_its_second_hours_are_rework():
    found = compared(
        an_actual(delivery_version=1, active_seconds=D(5000), units_accepted=400),
        an_actual(delivery_version=2, active_seconds=D(500), units_accepted=500),
    )

    line = found["lines"][0]
    assert line["actual"]["units"]["value"] == 500
    assert line["actual"]["accepted"]["value"] == 500
    assert line["actual"]["seconds_per_unit"]["value"] == "10.00"
    parts = {part["name"]: part["amount"] for part in line["gap"]["parts"]}
    # 1.10 instead of 1.05 of 20.00.
    assert (parts["time a unit"], parts["rework"]) == ("0.00", "0.95")


def test_a_name_that_two_lines_bear_is_no_name():
    plan = a_baseline(a_line(), a_line(index=1))

    assert line_of(plan, an_actual(line="Boxes")) is None
    assert line_of(plan, an_actual(line="1")) == 1


@pytest.mark.parametrize(
    ("row", "because"),
    [
        (an_actual(active_seconds=None), "no row carries a time"),
        (an_actual(items=None), "the file counts no images"),
    ],
)
def test_a_cost_that_lacks_a_figure_is_not_known(row, because):
    assert because in compared(row)["whole"]["cost"]["text"]


def test_a_plan_without_a_cost_splits_nothing():
    plan = a_baseline(a_line(cost="0.00"))

    assert compared(an_actual(), baseline=plan)["whole"]["gap"] is None


def test_rejected_accepted_and_audited_units_are_read():
    found = compared(
        an_actual(),
        an_actual(stage="review", items=None, units_produced=None, units_rejected=30),
        an_actual(
            stage="audit",
            items=None,
            units_produced=None,
            units_passed=500,
            units_accepted=500,
            audit_n=50,
            audit_defects=1,
        ),
    )

    actual = found["lines"][0]["actual"]
    assert actual["rework_share"]["value"] == "0.0600"
    assert actual["accepted"]["value"] == 500
    assert found["lines"][0]["batches"][0]["state"] == "accepted"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"units_passed": 500}, "delivered"),
        ({"audit_n": 50}, "in sample check"),
        ({}, "in production"),
    ],
)
def test_a_batch_is_as_far_as_its_entries_show(changes, state):
    found = compared(an_actual(**changes))

    assert found["lines"][0]["batches"][0]["state"] == state


def test_the_report_says_both_clocks_and_what_is_not_known():
    text = report("Streets", compared(an_actual(clock="gesture", active_seconds=D(7))))

    assert "10.00 s, labelling time" in text
    assert "0.01 s, drawing time (7.0 s over 500 units)" in text
    assert "accepted" in text
    assert "not known, because the client has not confirmed any batch" in text


def test_the_report_of_a_known_gap_lists_its_parts():
    rows = [an_actual(units_rejected=30), an_actual(batch="b2", active_seconds=None)]

    text = report("Streets", compared(*rows))

    assert "time a unit" in text
    assert "+" in text
    assert "No time: batch b2." in text
    assert "hours at planned rates" in text


def test_the_report_shows_scopes_and_what_fits_no_line():
    plan = a_baseline()
    rows = match(plan, [an_actual(annotation_type="polygon")], paid_clock="label")

    text = report(
        "x", reconcile(plan, rows, paid_clock="label", scopes=["From a to b."])
    )

    assert "From a to b." in text
    assert "fit no line" in text


amounts = st.decimals("0.01", "100000", places=2)


@given(
    planned=amounts,
    changes=st.lists(st.decimals("0.2", "5", places=3), min_size=1, max_size=5),
)
def test_the_parts_of_a_gap_add_up_to_the_cent(planned, changes):
    actual = planned
    for change in changes:
        actual *= change
    actual = max(actual.quantize(D("0.01")), D("0.01"))
    factors = [
        Factor(name=str(place), planned=D(1), actual=change)
        for place, change in enumerate(changes)
    ]

    parts = split_gap(factors, planned=planned, actual=actual, currency="USD")

    assert sum(parts.values()) == actual - planned


@given(
    planned=st.decimals("10", "10000", places=2),
    first=st.decimals("0.5", "2", places=3),
    second=st.decimals("0.5", "2", places=3),
)
def test_the_parts_agree_with_an_integral_along_the_path(planned, first, second):
    actual = (planned * first * second).quantize(D("0.01"))
    factors = [
        Factor(name="a", planned=D(1), actual=first),
        Factor(name="b", planned=D(1), actual=second),
    ]

    parts = split_gap(factors, planned=planned, actual=actual, currency="USD")

    assert float(parts["a"]) == pytest.approx(
        along_the_path(float(planned), float(first), float(second)), abs=0.02
    )


def along_the_path(cost, first, second, steps=2000):
    """Return what the first factor adds while both grow evenly in logarithms."""
    added, total = 0.0, log(first) + log(second)
    for step in range(steps):
        now = cost * (2.718281828459045 ** (total * (step + 0.5) / steps))
        added += now * log(first) / steps
    return added


def test_what_no_logarithm_splits_is_refused():
    with pytest.raises(GapError):
        logarithmic_mean(D(0), D(1))
    with pytest.raises(GapError, match="Leave it out"):
        split_gap(
            [Factor(name="a", planned=D(0), actual=D(1))],
            planned=D(1),
            actual=D(1),
            currency="USD",
        )


@given(order=st.permutations(range(5)))
def test_batches_come_as_they_began_in_whichever_order_their_rows_come(order):
    rows = [
        an_actual(batch="b1", day=date(2026, 3, 9)),
        an_actual(batch="b2", day=date(2026, 3, 4)),
        an_actual(batch="b1", day=date(2026, 3, 3)),
        an_actual(batch="a undated", day=None),
        an_actual(batch="b0", day=date(2026, 3, 4)),
    ]

    found = by_batch(rows[place] for place in order)

    # b1 on the 3rd, b0 and b2 on the 4th by name, and last what names no day.
    assert list(found) == ["b1", "b0", "b2", "a undated"]
    assert [len(some) for some in found.values()] == [2, 1, 1, 1]


@given(one=st.decimals(0, 1000, places=3), other=st.decimals(0, 1000, places=3))
def test_a_factor_knows_the_logarithm_of_its_change(one, other):
    found = Factor(name="x", planned=one, actual=other).log

    if one and other:
        assert float(found) == pytest.approx(log(other) - log(one), abs=1e-9)
    else:
        assert found == 0
