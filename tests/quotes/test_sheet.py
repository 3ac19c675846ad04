"""The rows that a page and a PDF print: they add up, and hold what was frozen."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest

from quotes.calc.pictures import band, weeks
from quotes.calc.sheet import plans, sheet
from quotes.calc.snapshot import NotPlainError, canonical, digest
from tests.quotes.a_quote import a_client_document, a_spec


def test_the_rows_add_up_on_a_pocket_calculator():
    document = a_client_document(
        commercial={
            "discount": "0.1",
            "tax": {"rate": "0.2", "mode": "exclusive", "reason": "domestic"},
        }
    )

    printed = sheet(document)

    price = document["offer"]["price"]
    rows = sum(Decimal(row.amount or 0) for row in printed.rows)
    taxes = sum(Decimal(row.amount) for row in printed.tax)
    assert printed.has_discount
    assert rows - Decimal(price["discount"]) + taxes == Decimal(price["total"])
    assert Decimal(price["discount"]) > 0
    assert taxes > 0


PRICES = {"discount": "0.07", "pilot": True}


@pytest.mark.parametrize("basis", ["unit", "image", "hour", "pod_month", "fixed"])
@pytest.mark.parametrize("mode", ["exclusive", "inclusive", "reverse_charge"])
@pytest.mark.parametrize("currency", ["USD", "VND"])
def test_the_rows_of_every_basis_tax_and_currency_add_up(basis, mode, currency):
    document = a_client_document(
        currency=currency,
        commercial={
            **PRICES,
            "basis": basis,
            "tax": {"rate": "0.08", "mode": mode, "rounding": "line", "reason": "x"},
            "fees": {"added": ["integration"], "waived": ["set_up", "integration"]},
        },
    )

    printed = sheet(document)

    price = document["offer"]["price"]
    total = sum(Decimal(row.amount) for row in printed.rows if row.amount is not None)
    total -= Decimal(price["discount"])
    total += sum(Decimal(tax.amount) for tax in printed.tax if not tax.is_contained)
    assert total == Decimal(price["total"])
    for row in printed.rows:
        assert (row.amount is None) == row.is_included
        if row.amount is not None and row.unit_price is not None:
            exact = row.quantity * Decimal(row.unit_price)
            assert abs(exact - Decimal(row.amount)) <= Decimal("0.5")
    assert len(printed.selling) >= 2
    assert document["payment"]


def test_teams_are_one_row_in_which_the_lines_are_included():
    document = a_client_document(
        commercial={"basis": "pod_month", "pods": 2, "months": 3}
    )

    first, *lines = [row for row in sheet(document).rows if not row.is_fee]

    assert (first.name, first.detail) == ("2 teams of 10", "for 3 months")
    assert (first.quantity, first.unit, first.amount) == (6, "team month", "72000.00")
    assert all(row.is_included for row in lines)
    assert (first.in_coins, lines[0].in_coins) == (True, False)
    assert "teams' price" in sheet(document).still
    one = a_client_document(commercial={"basis": "pod_month", "pods": 1, "months": 1})
    assert sheet(one).rows[0].name == "1 team of 10"


def test_what_a_unit_comes_to_is_said_where_the_row_does_not_say_it():
    by_hour = sheet(a_client_document(commercial={"basis": "hour"}))

    assert any("This comes to 0.0" in text for text in by_hour.selling)
    by_unit = sheet(a_client_document())
    assert by_unit.still == "The number of objects does not move this total."
    assert not any("This comes to" in text for text in by_unit.selling)


def test_one_price_for_all_units_says_that_more_were_cheaper():
    document = a_client_document()
    line = document["offer"]["lines"][0]
    line["units"] = 10_000
    line["tiers"] = [{"units": 10_001, "unit_price": "0.0450", "amount": "450.05"}]

    [row] = [row for row in sheet(document).rows if row.name == "Boxes"]

    assert (row.quantity, row.unit_price, row.amount) == (10_001, "0.0450", "450.05")
    assert row.detail == "10,000 billed as more, which cost less"


def test_a_document_of_before_a_basis_was_stated_reads_as_it_was_sent():
    document = a_client_document(commercial={"pilot": False})
    now = sheet(document)
    view = document["offer"]
    for key in ("basis", "cap", "exchange"):
        del view[key]
    for row in (*view["lines"], *view["fees"]):
        row.pop("booked", None)
        row.pop("kind", None)
    for tax in view["price"]["tax"]:
        del tax["rounding"]

    old = sheet(document)

    assert old.rows == now.rows
    assert old.tax == now.tax
    assert old.selling == ()
    assert old.follows == "You pay for accepted units."


def test_a_tiered_line_prints_one_row_for_each_tier():
    document = a_client_document()
    line = document["offer"]["lines"][0]
    line["tiers"] = [
        {"units": 50000, "unit_price": "0.0630", "amount": "3150.00"},
        {"units": 950000, "unit_price": "0.0490", "amount": "46550.00"},
    ]

    rows = [row for row in sheet(document).rows if row.name == "Boxes"]

    assert [row.detail for row in rows] == ["the first 50,000", "the next 950,000"]
    assert sum(Decimal(row.amount or 0) for row in rows) == Decimal("49700.00")


def test_what_is_optional_stands_beside_the_total():
    printed = sheet(a_client_document())

    assert [row.name for row in printed.beside] == ["Optional: full-scene masks"]
    assert "masks" not in " ".join(row.name for row in printed.rows)
    assert printed.summary == "100,000 images, with boxes, tags and outlines"


def test_an_alternative_says_what_it_replaces():
    lines = a_spec()["lines"]
    lines[2]["alternative_to"] = 0

    printed = sheet(a_client_document(lines=lines))

    assert "Outlines instead of boxes" in [row.name for row in printed.beside]


def test_a_price_on_request_has_no_amount():
    (masks,) = sheet(a_client_document()).beside

    assert masks.amount is None
    assert masks.detail == "priced on request, not in the total"


def test_the_plumb_line_stands_at_the_quoted_total():
    drawn = band(Decimal(58150), Decimal(61786), Decimal(66340))

    assert drawn is not None
    assert drawn.start < drawn.mark < drawn.start + drawn.width
    # (61,786 − 58,150) ÷ (66,340 − 58,150) = 0.444 of the way
    share = (drawn.mark - drawn.start) / drawn.width
    assert abs(share - Decimal("0.444")) < Decimal("0.002")


@pytest.mark.parametrize("high", ["0.02", "7", "99999.99", "12345678901.00"])
def test_every_mark_stays_inside_the_picture(high):
    drawn = band(Decimal("0.01"), Decimal("0.015"), Decimal(high))

    assert drawn is not None
    assert 1 <= len(drawn.ticks) <= 6
    assert all(0 <= tick.x <= 280 for tick in drawn.ticks)
    assert drawn.start + drawn.width <= 280


def test_a_flat_range_and_a_past_week_have_no_picture():
    assert band(Decimal(5), Decimal(5), Decimal(5)) is None
    assert weeks(date(2026, 5, 11), date(2026, 5, 4)) is None


def test_a_document_has_one_text_whatever_the_order_of_its_keys():
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


@pytest.mark.parametrize("value", [1.5, date(2026, 1, 5), Decimal(1), {1: 2}])
def test_what_has_no_one_text_is_refused_by_its_place(value):
    with pytest.raises(NotPlainError, match="/offer"):
        canonical({"offer": [value]})


def test_a_sheet_is_made_of_the_client_document_alone():
    document = a_client_document()

    printed = sheet(document)

    assert {field.name for field in fields(printed)} >= {"document", "digest", "rows"}
    assert printed.digest == digest(document)


def test_the_plans_of_several_lines_are_named_by_their_lines():
    document = a_client_document()

    found = sheet(document).plans

    lines = document["offer"]["audit"]["lines"]
    assert found is not None
    assert [row.line for row in found.rows[::2]] == [line["line"] for line in lines]
    assert [row.chosen for row in found.rows[:2]] == [True, False]
    alone = plans(lines[:1])
    assert alone is not None
    assert {row.line for row in alone.rows} == {""}


def test_a_document_from_before_plans_were_compared_has_none():
    document = a_client_document()
    for line in document["offer"]["audit"]["lines"]:
        del line["compared"]

    assert sheet(document).plans is None
