"""The workbench: ways to sell a project, booked teams, and a rate that has moved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from quotes.web.moves_page import Moves
from quotes.web.pages import Revision
from quotes.web.questions import questions
from quotes.web.workbench import workbench_page
from scoping.calc.document import document
from scoping.calc.spec import to_document
from scoping.calc.spec.values import Commercial, Tax
from scoping.web.reasons import tree_of
from tests.calc.an_estimate import a_line, a_spec, an_estimate


def page_of(*, rate_now: str | None = None, old: bool = False, **changes: Any) -> Any:
    spec = a_spec(a_line(), **changes)
    estimate = document(an_estimate(spec))
    if old:
        for key in ("basis", "bases", "cap"):
            del estimate[key]
        del estimate["fx"]["sold"]
    return workbench_page(
        Revision(
            name="PL-2026-0001-1",
            title="Street scenes",
            client="Acme Vision",
            state="draft",
            edition=1,
            saved="5 January 2026",
            letter="A",
            tabs=(),
            moves=Moves(can_edit=True, can_send=True),
            decisions={},
            rate_now=None if rate_now is None else Decimal(rate_now),
        ),
        estimate=estimate,
        spec=to_document(spec),
    )


def test_all_ways_to_sell_stand_beside_one_another_and_one_is_taken():
    page = page_of(commercial=Commercial(basis="hour"))

    assert len(page.ways) == 5
    assert [way.name for way in page.ways if way.taken] == ["an hour, not to exceed"]
    teams = page.ways[3]
    assert teams.note.startswith("the months are enough in ")
    assert (teams.volume_risk, page.ways[4].volume_risk) == (
        "the client's risk",
        "our risk",
    )
    assert page.ways[0].equivalents == ("0.0840 a box",)


@pytest.mark.parametrize("basis", ["unit", "image", "hour", "fixed", "pod_month"])
def test_no_question_is_asked_that_has_no_answer(basis):
    booked: dict[str, Any] = {"pods": 2, "months": 3} if basis == "pod_month" else {}
    spec = a_spec(a_line(), commercial=Commercial(basis=basis, **booked))
    estimate = document(an_estimate(spec))

    asked = list(questions(estimate))

    assert {"total", "cost"} <= {one.key for one in asked}
    assert all(tree_of(estimate["trace"], one.root, key=one.key) for one in asked)


def test_a_number_without_reasons_is_not_asked_about():
    estimate = document(an_estimate(a_spec(a_line())))
    del estimate["trace"]["roots"]["/lines/0/unit_price"]

    assert "price-0" not in {one.key for one in questions(estimate)}


def test_booked_teams_are_a_row_and_their_lines_included():
    page = page_of(commercial=Commercial(basis="pod_month", pods=2, months=3))

    assert [line.amount for line in page.lines] == ["included"]
    assert page.fees[0].name == "Teams of 10: 2 for 3 months"
    assert (page.fees[0].detail, page.fees[0].amount) == (
        "6 × 12,000.00",
        "72,000.00",
    )


def test_a_tax_in_the_prices_is_named_so():
    tax = Tax(rate=Decimal("0.08"), mode="inclusive")
    page = page_of(commercial=Commercial(tax=tax))

    assert page.fees[-1].name == "Tax in the total"


@pytest.mark.parametrize(("now", "says"), [("0.87", 0), ("0.89", 1), (None, 0)])
def test_a_rate_that_left_its_buffer_is_said_first(now, says):
    # 3 % of 0.86 is 0.0258.
    found = page_of(rate_now=now, currency="EUR").warnings
    moved = [one for one in found if "today" in one.strong]

    assert len(moved) == says
    if says:
        assert moved[0].strong == "One USD is 0.89 EUR today."
        assert "stands at 0.86, and holds within 3" in moved[0].text


def test_an_estimate_of_before_ways_were_shown_is_still_read():
    page = page_of(rate_now="0.9", old=True)

    assert page.ways == ()
    assert page.lines[0].amount != "included"
