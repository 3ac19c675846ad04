"""The market range of a unit price: a mark never lies on a number of its ends."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoping.web.drawings import market_band


@pytest.mark.parametrize("floor", ["0.020", "0.019", "0.0175", "0.015", "0.001"])
def test_the_number_at_the_low_end_is_clear_of_a_floor_below_it(floor):
    prices = (Decimal("0.03"), Decimal("0.03"), Decimal(floor), Decimal("0.03"))

    band = market_band(Decimal("0.02"), Decimal("0.05"), prices=prices)

    starts, stops = band.low_text_x - 24, band.low_text_x
    assert starts >= 0
    assert not starts <= band.floor_x <= stops


@pytest.mark.parametrize("floor", ["0.050", "0.051", "0.0525", "0.055", "0.5"])
def test_the_number_at_the_high_end_is_clear_of_a_floor_above_it(floor):
    prices = (Decimal("0.03"), Decimal("0.03"), Decimal(floor), Decimal("0.03"))

    band = market_band(Decimal("0.02"), Decimal("0.05"), prices=prices)

    starts, stops = band.high_text_x, band.high_text_x + 24
    assert stops <= band.width
    assert not starts <= band.floor_x <= stops
