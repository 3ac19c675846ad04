"""Bill: quantities and unit prices into a total that adds up on a pocket calculator."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.bases import image_price
from scoping.calc.bill import in_total, make_bill, shortfall
from scoping.calc.fees import fee_quantity
from scoping.calc.offer import decided_price, make_offer
from scoping.calc.spec.values import Commercial, Conditions, Spec, Tax
from scoping.calc.tariff import (
    amount_in_cents,
    amount_in_whole,
    rounder,
    units_above,
    units_in_tier,
)
from scoping.calc.trace import Origin
from scoping.calc.trace import given as stated
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    the_card,
    the_card_with,
    the_workdays,
    tiers,
    volumes_of,
)

D = Decimal
PRICE = replace(the_card().price, fees=(), minimum_order=a_figure(0))


def bill_of(spec: Spec, *prices: str, price=PRICE, months=1) -> Any:
    keys = tuple(str(index) for index in range(len(spec.lines)))
    return make_bill(
        spec,
        price=price,
        volumes=volumes_of(spec, keys=keys, price=price),
        unit_prices={
            line.index: decided_price(line, D(each), price=price)
            for line, each in zip(spec.lines, prices, strict=False)
        },
        months=stated(
            "Months",
            months,
            unit="months",
            because="made up",
            origin=Origin(kind="card", at="price/made_up"),
        ),
    )


def test_a_million_boxes_on_a_graduated_list():
    # 50,000 × 0.063 = 3,150.00 and 950,000 × 0.049 = 46,550.00: 49,700.00.
    # 0.049 is 0.7778 of 0.063, at four decimals.
    price = replace(PRICE, tiers=tiers("bounding_box", (50_000, "1"), (None, "0.7778")))

    found = bill_of(a_spec(a_line(per_item=D(10))), "0.063", price=price)

    rows = found.lines[0].tiers
    assert [(row.units, row.unit_price, row.amount.value) for row in rows] == [
        (50_000, D("0.0630"), D("3150.00")),
        (950_000, D("0.0490"), D("46550.00")),
    ]
    assert found.total.value == D("49700.00")


def test_a_tier_that_is_not_reached_prints_no_row():
    price = replace(PRICE, tiers=tiers("bounding_box", (50_000, "1"), (None, "0.7778")))

    found = bill_of(a_spec(items=1000), "0.063", price=price)

    assert [row.units for row in found.lines[0].tiers] == [5_000]


@given(units=st.integers(1, 5_000), first=st.integers(1, 2_000))
def test_one_unit_more_never_lowers_a_graduated_bill(units, first):
    price = replace(
        PRICE,
        tiers=tiers("bounding_box", (first, "1"), (first + 100, "0.8"), (None, "0.6")),
    )

    less, more = (
        bill_of(a_spec(a_line(per_item=D(1)), items=count), "0.5", price=price)
        for count in (units, units + 1)
    )

    assert less.total.value < more.total.value


def test_units_lie_between_the_bounds_of_a_tier_or_above_the_last():
    assert [units_in_tier(D(n), D(10), D(30)) for n in (5, 25, 50)] == [0, 15, 20]
    assert [units_above(D(n), D(30)) for n in (5, 50)] == [0, 20]


def test_a_discount_is_spread_to_the_cent():
    # Three lines of 0.33, a tenth off 0.99 is 0.10: 0.04 + 0.03 + 0.03.
    line = a_line(per_item=D(1))
    spec = a_spec(line, line, line, items=1)
    spec = replace(spec, commercial=Commercial(discount=D("0.1")))

    found = bill_of(spec, "0.33", "0.33", "0.33")

    assert found.discount.value == D("0.10")
    assert [row.net for row in found.lines] == [D("0.29"), D("0.30"), D("0.30")]


def test_a_free_line_is_billed_at_nothing():
    found = bill_of(replace(a_spec(), commercial=Commercial(discount=D("0.5"))), "0")

    assert (found.total.value, found.lines[0].net) == (0, 0)


def test_fees_come_with_their_conditions():
    card = the_card().price
    fees = {fee.key: fee for fee in card.fees}
    spec = a_spec(
        conditions=Conditions(
            tool="ours",
            secure_room=True,
            residency="EU",
            guideline_languages=("en", "vi", "de"),
        ),
        commercial=Commercial(pilot=True),
    )

    # Three months: monthly fees are due three times.
    found = {key: fee_quantity(fee, spec, months=3) for key, fee in fees.items()}

    assert found == {
        "set_up": 1,
        "guideline_writing": 1,
        "tool_licence": 0,
        "guideline_translation": 2,
        "secure_room": 3,
        "residency": 3,
        "data_preparation": 0,
        "integration": 0,
        "project_manager": 0,
    }
    piloted = replace(fees["set_up"], when="pilot")
    assert fee_quantity(piloted, spec, months=3) == 1
    assert fee_quantity(fees["tool_licence"], a_spec(), months=3) == 3


def test_fees_are_added_row_by_row():
    # 650 and 1,200 once, 2 × 320; 5,000 boxes × 1.00. The pilot is credited in full.
    price = replace(the_card().price, minimum_order=a_figure(0))

    found = bill_of(a_spec(items=1000), "1", price=price, months=2)

    assert found.fees_total.value == D("2490.00")
    assert [(row.name, row.quantity, row.amount.value) for row in found.fees] == [
        ("Guideline writing", 1, D("1200.00")),
        ("Set-up", 1, D("650.00")),
        ("Tool licence and storage", 2, D("640.00")),
        ("Pilot", 1, D("480.00")),
        ("Pilot, credited when production starts", 1, D("-480.00")),
    ]
    assert found.total.value == D("7490.00")
    assert found.minimum_top_up is None


def test_a_minimum_order_is_a_fee_of_what_is_missing():
    # 100 boxes × 0.10 = 10.00; 990.00 up to 1,000.00.
    price = replace(PRICE, minimum_order=a_figure(1000))

    found = bill_of(a_spec(items=20), "0.10", price=price)

    assert found.minimum_top_up is not None
    assert found.minimum_top_up.value == D("990.00")
    assert found.total.value == D("1000.00")


@pytest.mark.parametrize(
    ("tax", "expected"),
    [
        (Tax(rate=D("0.08"), mode="exclusive"), "40.00"),
        (Tax(rate=D("0.08"), mode="reverse_charge"), "0.00"),
        (Tax(), "0.00"),
    ],
)
def test_tax_is_added_once_where_it_is_charged(tax, expected):
    spec = replace(a_spec(items=1000), commercial=Commercial(tax=tax))

    found = bill_of(spec, "0.1")

    assert found.tax.value == D(expected)
    assert found.total.value == 500 + D(expected)


def test_optional_lines_and_alternatives_stand_beside_the_total():
    lines = (a_line(), a_line(optional=True), a_line(alternative_to=0))

    found = bill_of(a_spec(*lines, items=100), "1", "2", "3")

    assert [in_total(line) for line in lines] == [True, False, False]
    assert found.total.value == D("500.00")
    assert [row.amount.value for row in found.beside] == [D("1000.00"), D("1500.00")]
    assert [row.net for row in found.beside] == [D("1000.00"), D("1500.00")]


def test_an_image_has_one_blended_price():
    # 0.0333 × 3 boxes = 0.0999; of 8 % of 1,000 images: 80 × 0.0999 = 7.99.
    spec = a_spec(
        a_line(per_item=D(3), share_of_items=D("0.08")),
        items=1000,
        commercial=Commercial(basis="image"),
    )

    found = bill_of(spec, "0.0333").lines[0]

    assert (found.units.value, found.unit, found.unit_price.value) == (
        80,
        "image",
        D("0.0999"),
    )
    assert found.amount.value == D("7.99")
    assert image_price(D("0.0333"), D("1.001")) == D("0.0334")


def test_only_priced_lines_are_on_a_bill():
    found = bill_of(a_spec(a_line(), a_line()), "0.1")

    assert [row.line.index for row in found.lines] == [0]


def test_a_bill_without_rows_comes_to_nothing():
    assert bill_of(a_spec()).total.value == D("0.00")


def test_a_currency_without_cents_is_rounded_to_whole_units():
    # 3 × 0.5 = 1.5.
    assert rounder("VND") is amount_in_whole
    assert rounder("USD") is amount_in_cents
    assert amount_in_whole(D(3), D("0.5")) == 2
    assert amount_in_cents(D(3), D("0.005")) == D("0.02")


def test_nothing_is_missing_to_a_minimum_that_is_passed():
    assert [shortfall(D(n), D(1000)) for n in (10, 1000, 1200)] == [990, 0, 0]


def test_other_quantities_are_billed_by_the_whole_tariff_and_not_by_the_average():
    # 1,000 at 0.10, further ones at 0.05; 500 quoted. 2,000 would come to 150, not 200.
    card = the_card_with(
        price={"tiers": tiers("bounding_box", (1_000, "1"), (None, "0.5"))}
    ).price
    spec = a_spec(a_line(per_item=D(5)), items=100, commercial=Commercial())
    made = make_offer(
        spec, card, unit_prices={0: D("0.10")}, week=None, workdays=the_workdays()
    )

    found = made.bill.lines[0].net_of(np.array([500.0, 1000.0, 2000.0]))

    assert found == pytest.approx([50, 100, 150])


def test_a_discount_takes_the_same_share_of_other_quantities():
    spec = a_spec(a_line(), items=1000, commercial=Commercial(discount=D("0.2")))
    made = make_offer(
        spec,
        the_card().price,
        unit_prices={0: D("0.10")},
        week=None,
        workdays=the_workdays(),
    )

    assert made.bill.lines[0].net_of(np.array([1000.0])) == pytest.approx([80])


def test_what_is_given_away_brings_nothing_in_any_quantity():
    made = make_offer(
        a_spec(),
        the_card().price,
        unit_prices={0: D(0)},
        week=None,
        workdays=the_workdays(),
    )

    assert made.bill.lines[0].net_of(np.array([9.0])).tolist() == [0]


def test_an_image_price_holds_the_tiers_that_its_units_reach():
    # 500 boxes in 100 images: 100 at 0.10 and 400 at 0.05 come to 30.00, 0.30 an image.
    price = replace(PRICE, tiers=tiers("bounding_box", (100, "1"), (None, "0.5")))
    spec = a_spec(a_line(), items=100, commercial=Commercial(basis="image"))

    row = bill_of(spec, "0.10", price=price).lines[0]

    assert (row.unit, row.units.value, row.unit_price.value) == ("image", 100, D("0.3"))
    assert row.amount.value == 30
