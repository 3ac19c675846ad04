"""Budget: the most items that it covers, tax, fees and minimum order included."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.budget import (
    bought,
    greatest,
    most_steps,
    resized,
    resizing,
    steps_of,
)
from scoping.calc.offer import bill_of, budget_advice, list_prices
from scoping.calc.spec.patch import patched
from scoping.calc.spec.values import (
    Commercial,
    LowModeHigh,
    Quantiles,
    Tax,
    UnitsPerItem,
)
from tests.calc.an_estimate import a_line, a_spec, random_spec, the_card
from tests.scale import count

D = Decimal
PRICE = the_card().price


def total_of(spec, *, price=PRICE):
    prices = {**list_prices(spec, price=price)}
    return bill_of(spec, price=price, unit_prices=prices).total.value


def buys(spec, budget):
    found = bought(spec, budget, total_of=total_of)
    return 0 if found is None else found.items


def test_tax_on_top_is_paid_from_the_budget():
    # One box an image at 0.084, set-up 1,850, one month of the tool 320:
    # (5,400 ÷ 1.08 − 2,170) ÷ 0.084 = 33,690.5, so 33,690 images.
    taxed = Commercial(tax=Tax(rate=D("0.08"), mode="exclusive", reason="domestic"))
    spec = a_spec(a_line(per_item=D(1)), items=1000, commercial=taxed)

    assert buys(spec, D(5400)) == 33_690
    assert total_of(resized(spec, 33_690)) <= 5400 < total_of(resized(spec, 33_691))


def test_a_budget_below_the_minimum_order_buys_nothing():
    spec = a_spec(a_line(per_item=D(1)), items=1000)
    dear = replace(
        PRICE, fees=(), minimum_order=replace(PRICE.minimum_order, value=D(900))
    )

    found = [
        bought(spec, budget, total_of=lambda one: total_of(one, price=dear))
        for budget in (D("899.99"), D(900))
    ]

    assert found[0] is None
    # 900 ÷ 0.084 = 10,714.3: the minimum order is the price of all up to there.
    assert found[1] is not None
    assert found[1].items == 10_714


def test_a_video_grows_by_whole_clips():
    spec = next(one for one in map(random_spec, range(99)) if one.video is not None)

    larger = resized(spec, steps_of(spec) + 1)

    assert larger.video is not None
    assert larger.items == int(
        larger.video.clips * larger.video.seconds_per_clip * larger.video.fps
    )
    again = patched(spec, resizing(larger))
    assert (again.items, again.video) == (larger.items, larger.video)


@pytest.mark.parametrize("most", [0, 1, 7, 50])
@pytest.mark.parametrize("limit", [-1, 0, 1, 6, 50, 99])
def test_halving_finds_what_counting_finds(most, limit):
    fitting = [n for n in range(1, most + 1) if n <= limit]

    assert greatest(1, most, fits=lambda n: n <= limit) == max(fitting, default=0)


@pytest.mark.parametrize("number", range(count(200)))
def test_a_budget_buys_the_last_number_that_it_covers(number):
    spec = random_spec(number)
    if list_prices(spec, price=PRICE).keys() < {line.index for line in spec.lines}:
        spec = replace(spec, lines=(a_line(per_item=D("0.7")),))
    rng = D(number * 37 % 100) / 100
    budget = (total_of(spec) * (D("0.4") + rng)).quantize(D("0.01"))

    found = bought(spec, budget, total_of=total_of)

    steps = 0 if found is None else steps_of(found)
    assert steps == 0 or total_of(resized(spec, steps)) <= budget
    assert total_of(resized(spec, steps + 1)) > budget


def test_one_by_one_comes_to_the_same():
    spec = a_spec(
        a_line(per_item=D("0.3")),
        items=400,
        commercial=Commercial(
            discount=D("0.075"), tax=Tax(rate=D("0.0825"), mode="exclusive")
        ),
    )
    for budget in (D("2349.03"), D("2350.00"), D("2355.55")):
        slow = 0
        while total_of(resized(spec, slow + 1)) <= budget:
            slow += 1

        assert buys(spec, budget) == slow > 0


@pytest.mark.parametrize(
    ("said", "most"),
    [
        (UnitsPerItem(mean=D(5)), 10_000_000),
        (UnitsPerItem(mean=Quantiles(p10=D(1), p50=D(2), p90=D(10_000))), 10_000_000),
        (UnitsPerItem(mean=LowModeHigh(low=D(1), mode=D(2), high=D(9))), 10_000_000),
        (UnitsPerItem(sample=(1, 3)), 10_000_000),
    ],
)
def test_no_more_than_a_thousand_times_the_project_is_looked_into(said, most):
    assert most_steps(a_spec(a_line(per_item=said), items=10_000)) == most


def test_no_more_units_than_a_spec_may_have_are_looked_into():
    dense = a_spec(a_line(per_item=D(10_000)), items=5_000_000)

    assert most_steps(dense) == 10_000_000
    assert most_steps(a_spec(items=10**9)) == 10**9


def test_what_a_budget_buys_is_a_patch_of_the_items():
    spec = a_spec()
    prices = list_prices(spec, price=PRICE)

    (row,) = budget_advice(spec, D(23_810), price=PRICE, unit_prices=prices)

    assert patched(spec, row.patch).items == 50_000
    assert row.saves is None
    assert (
        row.text
        == "23,810.00 USD buys 50,000 images at these unit prices, fees included."
    )


def test_nothing_is_bought_where_a_line_has_no_price():
    assert list(budget_advice(a_spec(), D(5000), price=PRICE, unit_prices={})) == []
