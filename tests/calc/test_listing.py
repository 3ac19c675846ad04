"""Listing: a place in the market range, and the named factors that move it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.listing import (
    list_price,
    position_in_range,
    position_of,
    threshold,
    word,
)
from scoping.calc.rates import MissingRateError
from scoping.calc.rates.values import Threshold
from scoping.calc.spec.values import Commercial, Prelabel, Quality
from scoping.calc.volume import answer
from tests.calc.an_estimate import a_figure, a_line, a_spec, the_card, with_accuracy

D = Decimal
PRICE = the_card().price


def listed(line=None, *, price=PRICE, **changes) -> Decimal:
    line = line or a_line()
    return list_price(a_spec(line, **changes), line, price=price).value


def test_a_place_in_the_market_range():
    # 0.05 + (0.15 − 0.05) × (0.30 standard + 0.04 now and then) = 0.084.
    assert listed() == D("0.0840")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Position + 0.10 for 21 kinds, 0.05 for an attribute, 0.10 for 20 vertices.
        (a_line(classes=21), "0.0940"),
        (a_line(attributes=1), "0.0890"),
        (a_line(vertices=D(20)), "0.0940"),
        (a_line(complexity="simple", occlusion="none"), "0.0600"),
        (a_line(domain="medical"), "0.1140"),
        # Twice the price for two people, each paid as the first.
        (a_line(redundancy=2), "0.1680"),
        # 0.90 + 0.12 + 0.30 is more than the whole range: its top.
        (a_line(complexity="expert", occlusion="often", domain="medical"), "0.1500"),
    ],
)
def test_drivers_move_a_line_within_its_range(line, expected):
    assert listed(line) == D(expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # 0.084 × 1.10, × 1.60, × 2.00, × 1.30.
        ({"quality": Quality(accuracy=D("0.985"))}, "0.0924"),
        ({"quality": Quality(accuracy=D("0.999"))}, "0.1344"),
        ({"quality": Quality(accuracy=D("0.5"))}, "0.0840"),
        ({"site": "us"}, "0.1680"),
        ({"commercial": Commercial(rush=True)}, "0.1092"),
    ],
)
def test_named_factors_multiply(changes, expected):
    assert listed(**changes) == D(expected)


def test_a_list_price_is_rounded_half_up_at_four_decimals():
    # 0.084 × 1.00625 = 0.084525: up to 0.0845; 0.084 × 1.00655 = 0.0845502: 0.0846.
    below = replace(PRICE, **with_accuracy(("0.95", "1.00625")))
    above = replace(PRICE, **with_accuracy(("0.95", "1.00655")))

    assert (listed(price=below), listed(price=above)) == (D("0.0845"), D("0.0846"))


def test_pre_labels_lower_a_price_only_where_the_card_says_so():
    # 0.084 × (1 − 0.5 × 0.25) = 0.0735.
    line = a_line(prelabel=Prelabel(share=D("0.5"), saving=D("0.2")))
    given_away = replace(
        PRICE, prelabel_price_factor={"bounding_box": a_figure("0.25")}
    )

    assert listed(line) == D("0.0840")
    assert listed(line, price=given_away) == D("0.0735")
    assert listed(replace(line, type="image_tag")) == listed(a_line(type="image_tag"))


def test_a_word_that_the_card_does_not_name_is_never_a_silent_one():
    with pytest.raises(MissingRateError, match="figure for domain “space”"):
        listed(a_line(domain="space"))
    with pytest.raises(MissingRateError, match="price factor for site “moon”"):
        listed(site="moon")
    with pytest.raises(MissingRateError, match="market range for cuboid"):
        listed(a_line(type="cuboid"), price=replace(PRICE, bands={}))


def test_a_card_without_standard_words_asks_for_no_driver():
    assert listed(price=replace(PRICE, standard_words={})) == D("0.0800")


def test_the_figure_of_the_highest_threshold_reached_holds():
    steps = tuple(
        Threshold(at_least=D(least), figure=a_figure(value))
        for least, value in (("10", "2"), ("1", "1"))
    )

    assert threshold(steps, None) is None
    assert threshold(steps, 0) is None
    assert [reached(steps, n) for n in (1, 9, 10, 99)] == [1, 1, 2, 2]


def reached(steps: tuple[Threshold, ...], value: int) -> Decimal | None:
    found = threshold(steps, value)
    return None if found is None else found.value


def test_a_word_is_found_with_its_row():
    step = word(PRICE.position_words, "occlusion", "often", card="2026-01")

    assert step.name == "Occlusion: often"
    assert step.origin is not None
    assert step.origin.at == "price/position/words/occlusion/often"


def test_the_place_that_a_list_price_rests_on_can_be_read_back():
    step = list_price(a_spec(site="us"), a_line(), price=PRICE)
    number = answer("Items", 5, unit="items", path="/items")

    assert position_of(step) == D("0.34")
    assert position_of(number) == -1


@given(st.lists(st.decimals(-2, 2, places=3), min_size=1, max_size=5))
def test_a_place_in_a_range_lies_in_the_range(drivers):
    assert 0 <= position_in_range(*drivers) <= 1
