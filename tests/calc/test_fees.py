"""Fees: due, added, waived, and the pilot that production is credited."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoping.calc.fees import fee_rows
from scoping.calc.fit import check_fits
from scoping.calc.offer import make_offer
from scoping.calc.spec import SpecError
from scoping.calc.spec.values import Commercial, Conditions, Fees, Spec
from tests.calc.an_estimate import a_spec, an_estimate, the_card, the_workdays

D = Decimal
PRICE = the_card().price


def terms(**changes) -> Spec:
    return a_spec(commercial=Commercial(pilot=False, fees=Fees(**changes)))


def rows_of(spec: Spec, months: int = 1) -> list[tuple[str, str, str]]:
    found = fee_rows(spec, price=PRICE, months=months)
    return [(row.fee.key, row.kind, str(row.amount.value)) for row in found]


def test_a_fee_that_nothing_asks_for_can_be_added():
    # A named project manager is a monthly fee: three months × 1,200.
    found = rows_of(terms(added=("project_manager", "integration")), months=3)

    assert ("integration", "fee", "1500.00") in found
    assert ("project_manager", "fee", "3600.00") in found


def test_a_waived_fee_is_shown_and_taken_off_again():
    found = [row for row in rows_of(terms(waived=("set_up",))) if row[0] == "set_up"]

    assert found == [("set_up", "fee", "650.00"), ("set_up", "waiver", "-650.00")]


def test_what_is_waived_still_costs_us():
    charged, waived = (
        an_estimate(a_spec(commercial=Commercial(fees=fees)))
        for fees in (Fees(), Fees(waived=("set_up", "guideline_writing")))
    )

    assert charged.fee_cost == waived.fee_cost
    # 650 + 1,200 less in the price.
    assert charged.bill.total.value - waived.bill.total.value == D("1850.00")


def test_a_pilot_is_a_row_and_its_credit_and_moves_no_total():
    with_pilot, without = (
        make_offer(
            a_spec(commercial=Commercial(pilot=pilot)),
            PRICE,
            unit_prices={0: D("0.10")},
            week=None,
            workdays=the_workdays(),
        )
        for pilot in (True, False)
    )

    assert [(row.name, row.amount.value) for row in with_pilot.bill.fees[-2:]] == [
        ("Pilot", D("480.00")),
        ("Pilot, credited when production starts", D("-480.00")),
    ]
    assert with_pilot.total == without.total


def test_every_condition_of_the_card_raises_its_fee():
    spec = a_spec(
        commercial=Commercial(pilot=False),
        conditions=Conditions(
            secure_room=True, residency="EU", guideline_languages=("en", "vi")
        ),
    )

    found = {key for key, _, _ in rows_of(spec)}

    assert {"secure_room", "residency", "guideline_translation"} <= found
    assert not {"secure_room", "residency"} & {key for key, _, _ in rows_of(a_spec())}


def test_the_card_names_every_fee_of_the_trade_with_price_and_cost():
    named = {fee.key for fee in PRICE.fees}

    assert named == {
        *("set_up", "guideline_writing", "guideline_translation", "data_preparation"),
        *("tool_licence", "integration", "project_manager", "secure_room"),
        "residency",
    }
    assert named == set(the_card().cost.fee_costs)


@pytest.mark.parametrize(
    ("fees", "code", "path"),
    [
        (Fees(added=("coffee",)), "unknown_choice", "/commercial/fees/added/0"),
        (Fees(waived=("coffee",)), "unknown_choice", "/commercial/fees/waived/0"),
        (Fees(waived=("tool_licence",)), "not_waivable", "/commercial/fees/waived/0"),
    ],
)
def test_only_fees_of_the_card_are_added_and_only_waivable_ones_waived(
    fees, code, path
):
    with pytest.raises(SpecError) as refused:
        check_fits(
            a_spec(commercial=Commercial(fees=fees)), PRICE, workdays=the_workdays()
        )

    assert [(p.code, p.path) for p in refused.value.problems] == [(code, path)]
