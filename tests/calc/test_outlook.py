"""Outlook: the answer of an estimate, equal to its document wherever both speak."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoping.calc.document import document
from scoping.calc.outlook import outlook
from scoping.calc.spec.values import Commercial
from scoping.calc.suggest import Decision
from tests.calc.an_estimate import a_spec, an_estimate, random_spec
from tests.scale import count


@pytest.mark.parametrize("number", range(count(200)))
def test_it_says_what_the_document_says(number):
    made = an_estimate(random_spec(number), draws=256)

    short, whole = outlook(made), document(made)

    for key in short.keys() - {"lines", "warnings"}:
        assert short[key] == whole[key], key
    for row, full in zip(short["lines"], whole["lines"], strict=True):
        assert {key: full[key] for key in row} == row
    assert sorted(one["code"] for one in short["warnings"]) == sorted(
        one["code"] for one in whole["warnings"]
    )


def test_what_is_sold_by_teams_has_no_amount_of_its_own():
    spec = a_spec(commercial=Commercial(basis="pod_month", pods=2, months=3))

    (line, *_) = outlook(an_estimate(spec, draws=256))["lines"]

    assert (line["booked"], line["amount"]) == (True, None)


def test_a_price_below_the_floor_is_marked():
    made = an_estimate(
        a_spec(),
        draws=256,
        decisions={
            0: Decision(
                value=Decimal("0.0001"), binding="typed", who="Linh", why="a trial"
            )
        },
    )

    assert outlook(made)["lines"][0]["below_floor"]
    assert "below_floor" in {one["code"] for one in outlook(made)["warnings"]}
