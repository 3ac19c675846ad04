"""The list price of one unit, by method and difficulty."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.price_list import price_list
from scoping.calc.rates import MissingRateError
from tests.calc.an_estimate import TYPES, the_card

D = Decimal
PRICE = the_card().price


def a_list(price=PRICE, *, site="vn", accuracy="0.98"):
    return {row.type: row for row in price_list(price, site=site, accuracy=D(accuracy))}


def test_the_list_of_boxes():
    row = a_list()["bounding_box"]

    # 0.05 + 0.10 x (0.30 + 0.04), and with 0.10 for simple scenes.
    assert row.prices["standard"] == D("0.0840")
    assert row.prices["simple"] == D("0.0640")
    assert row.prices["hard"] is None
    assert (row.name, row.unit, row.low, row.high) == (
        "Boxes",
        "box",
        D("0.05"),
        D("0.15"),
    )


def second_opinion(type_, complexity, *, site, accuracy):
    """Return the list price by hand, from the card's own rows."""
    band = PRICE.bands[type_]
    place = PRICE.position_words[f"complexity/{complexity}"].value
    place += PRICE.position_words["occlusion/now_and_then"].value
    place += PRICE.position_words["domain/general"].value
    price = band.low.value + (band.high.value - band.low.value) * min(place, D(1))
    reached = [one for one in PRICE.accuracy_factors if one.at_least <= D(accuracy)]
    price *= max(reached, key=lambda one: one.at_least).figure.value
    price *= PRICE.site_factors[site].value
    return price.quantize(D("0.0001"), rounding="ROUND_HALF_UP")


@pytest.mark.parametrize("site", ["vn", "us"])
@pytest.mark.parametrize("accuracy", ["0.95", "0.98", "0.99", "0.995"])
def test_every_cell_is_the_price_by_hand_or_on_request(site, accuracy):
    found = a_list(site=site, accuracy=accuracy)

    assert list(found) == [one for one in TYPES if one in PRICE.bands]
    for type_, row in found.items():
        for complexity, price in row.prices.items():
            asked = (type_, complexity) in PRICE.quote_only
            expected = second_opinion(type_, complexity, site=site, accuracy=accuracy)
            assert price == (None if asked else expected)


def test_weak_evidence_is_told_and_unknown_methods_are_left_out():
    bands = {key: band for key, band in PRICE.bands.items() if key != "polygon"}
    found = a_list(replace(PRICE, bands=bands))

    assert "polygon" not in found
    assert found["cuboid"].weak
    assert not found["image_tag"].weak


def test_a_site_that_the_card_does_not_name_is_an_error():
    with pytest.raises(MissingRateError):
        a_list(site="mars")
