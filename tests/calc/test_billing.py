"""What may be billed, and the margin from the quote to what was realised."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.billing import amount_of, billing, margin_bridge
from quotes.calc.field import Inputs
from quotes.calc.matching import match
from quotes.calc.reconcile import reconcile
from quotes.calc.report import report
from quotes.calc.standing import standing
from tests.calc.a_project import PLAIN, a_plan, a_row, an_estimate_line, as_planned

D = Decimal


def a_bill(rows, baseline):
    found = match(baseline, rows, paid_clock="label")
    return reconcile(baseline | {"rework_share": "0.06"}, found, paid_clock="label")


def a_bridge(rows, baseline):
    inputs = Inputs(paid_clock="label", calendar=PLAIN)
    return margin_bridge(baseline, standing(baseline, rows, inputs=inputs))


@given(units=st.integers(0, 20_000))
def test_tiers_bill_unit_by_unit(units):
    line = a_plan()["lines"][0]

    expected = sum(0.09 if at < 3000 else 0.075 for at in range(units)) * 0.9

    assert float(amount_of(D(units), line)) == pytest.approx(expected)


def test_accepted_units_are_billable_and_passed_ones_wait():
    baseline = a_plan()
    rows = [*as_planned(), a_row(batch="b2", units_passed=400)]

    (row,) = billing(baseline, a_bill(rows, baseline)["lines"])

    # 500 at 0.09, a tenth off.
    assert row["billable"]["value"] == "40.50"
    assert row["waiting"]["value"] == 400
    assert row["delivered"]["value"] == 1000


def test_what_is_not_known_is_billed_to_nobody():
    baseline = a_plan()
    (row,) = billing(baseline, a_bill([a_row()], baseline)["lines"])
    (passed,) = billing(baseline, a_bill([a_row(units_passed=9)], baseline)["lines"])
    by_image = a_plan(an_estimate_line(unit="image"))
    (other,) = billing(by_image, a_bill(as_planned(), by_image)["lines"])

    assert "client has not confirmed" in row["billable"]["text"]
    assert "no gate was reported" in row["waiting"]["text"]
    assert passed["waiting"]["value"] == 9
    assert other["billable"]["because"] == "it is not sold by the unit that is counted"


def test_the_margin_goes_from_quoted_to_realised_to_the_cent():
    rows = [
        a_row(units_produced=600, active_seconds=D(7000)),
        *as_planned()[1:],
    ]

    found = a_bridge(rows, a_plan())

    # 500 boxes planned at 40.50, 600 labelled at 48.60; 10.21 planned to be spent.
    assert found["price_quoted"] == "40.50"
    assert found["price_realised"] == "48.60"
    assert found["planned"] == "30.29"
    assert D(found["total"]) == D(found["actual"]) - D(found["planned"])
    assert sum(D(part["amount"]) for part in found["parts"]) == D(found["total"])
    assert found["parts"][0]["name"] == "price of more or fewer Boxes"


def test_without_a_price_a_unit_or_a_standing_no_margin_is_known():
    by_image = a_plan(an_estimate_line(unit="image"))

    assert "not sold by the unit" in a_bridge(as_planned(), by_image)["because"]
    assert a_bridge([], a_plan())["because"] == "no file was dropped"


def test_the_report_names_the_bill_and_the_margin():
    baseline = a_plan()
    found: dict[str, Any] = a_bill(as_planned(), baseline)
    bill = billing(baseline, found["lines"])
    slow = a_bridge([a_row(active_seconds=D(7000)), *as_planned()[1:]], baseline)

    text = report("Streets", {**found, "billing": bill, "margin": slow})
    without = report(
        "Streets", {**found, "billing": bill, "margin": a_bridge([], baseline)}
    )

    assert "Boxes: 5,000; 500; 500; 500; 40.50" in text
    assert "Margin of the work done: quoted +30.29, realised +27.51" in text
    assert "cost: time a unit" in text
    assert "Margin of the work done: not known, because no file" in without
    assert "Billing" not in report("Streets", found)


def test_a_line_that_is_given_away_keeps_its_discount_out_of_the_sums():
    free = an_estimate_line(
        amount="0.00",
        net="0.00",
        tiers=[{"units": 5000, "unit_price": "0", "amount": "0.00"}],
    )

    assert a_plan(free)["lines"][0]["kept"] == "1"
