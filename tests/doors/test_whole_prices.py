"""What an option does to the total where lines have no price of their own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quotes.calc.choices import Choice, Offered, scenario_in
from quotes.web.choosing import choosing


def a_document(*, basis: str, moves: str) -> dict:
    """Return a document with one option that moves the total by so much."""

    def line(index: int, *, optional: bool) -> dict:
        return {
            "index": index,
            "name": f"Line {index}",
            "optional": optional,
            "alternative_to": None,
            "amount": "700.00",
        }

    price = {"total": "1000.00", "range": {"low": "1", "high": "2"}}
    view = {
        "name": "",
        "currency": "USD",
        "basis": {"key": basis},
        "price": price,
        "lines": [line(0, optional=False), line(1, optional=True)],
        "delivery": {"week": "2026-05-11"},
    }
    with_it = price | {"total": str(Decimal("1000.00") + Decimal(moves))}
    return {
        "scenario": "A",
        "offer": view,
        "choices": [{**view, "taken": [1], "price": with_it}],
    }


def pick(document: dict, *taken: int):
    offered: Offered = scenario_in(document, "A")
    found = choosing(document, offered, Choice(taken=frozenset(taken)))
    return found.options[0]


@pytest.mark.parametrize("taken", [(), (1,)])
@pytest.mark.parametrize("basis", ["pod_month", "hour", "fixed"])
def test_a_price_of_the_whole_says_by_how_much_an_option_moves_it(basis, taken):
    assert pick(a_document(basis=basis, moves="360.00"), *taken).change == Decimal(360)
    assert pick(a_document(basis=basis, moves="0.00"), *taken).changes_nothing


def test_a_line_with_its_own_price_says_that():
    found = pick(a_document(basis="unit", moves="630.00"))

    assert (found.change, found.amount) == (None, "700.00")
    assert not found.changes_nothing
