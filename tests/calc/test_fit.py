"""Fit: all that a spec asks for and a card does not name, at once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.fit import check_fits, problems
from scoping.calc.spec import SpecError
from scoping.calc.spec.values import UnitsPerItem
from tests.calc.an_estimate import (
    a_line,
    a_spec,
    random_spec,
    the_card,
    the_workdays,
)

D = Decimal
PRICE = the_card().price


def found(spec, *, price=PRICE) -> list[tuple[str, str]]:
    return [
        (one.code, one.path)
        for one in problems(spec, price, workdays=the_workdays(), volumes={})
    ]


def test_a_spec_that_fits_has_no_problems():
    assert found(a_spec()) == []
    check_fits(a_spec(), PRICE, workdays=the_workdays())


def test_everything_the_card_lacks_is_said_at_once():
    lines = (
        a_line(occlusion="foggy", domain="space", density="packed", resolution="8k"),
        a_line(type="cuboid"),
    )
    bands = {key: band for key, band in PRICE.bands.items() if key != "cuboid"}
    spec = a_spec(*lines, currency="CHF", site="moon", client_calendar="mars")

    assert found(spec, price=replace(PRICE, bands=bands)) == [
        ("currency_not_on_card", "/currency"),
        ("unknown_choice", "/site"),
        ("unknown_choice", "/client_calendar"),
        ("unknown_choice", "/lines/0/occlusion"),
        ("unknown_choice", "/lines/0/domain"),
        ("unknown_choice", "/lines/0/density"),
        ("unknown_choice", "/lines/0/resolution"),
        ("missing_rate", "/lines/1/type"),
    ]


def test_a_complexity_without_a_position_is_a_gap_of_the_card():
    words = {
        key: figure
        for key, figure in PRICE.position_words.items()
        if key != "complexity/hard"
    }
    price = replace(PRICE, position_words=words)

    assert found(a_spec(a_line(complexity="hard")), price=price) == [
        ("missing_rate", "/lines/0/complexity")
    ]


def test_a_refusal_names_what_the_card_knows():
    rows = PRICE.position_words
    words = {"complexity/standard": rows["complexity/standard"]} | dict.fromkeys(
        ("occlusion/rare", "occlusion/often", "occlusion/always"),
        rows["occlusion/often"],
    )
    price, spec = replace(PRICE, position_words=words), a_spec(a_line(occlusion="fog"))

    with pytest.raises(SpecError, match="It knows: always, often, rare") as refused:
        check_fits(spec, price, workdays=the_workdays())

    assert refused.value.problems[0].path == "/lines/0/occlusion"


@pytest.mark.parametrize("per_item", [D(0), UnitsPerItem(sample=(0, 0)), D("0.000004")])
def test_a_line_of_no_units_is_not_priced(per_item):
    assert found(a_spec(a_line(per_item=per_item))) == [
        ("nothing_to_count", "/lines/0/units_per_item")
    ]


def test_random_specs_fit_the_launch_card():
    assert [found(random_spec(number)) for number in range(30)] == [[]] * 30
