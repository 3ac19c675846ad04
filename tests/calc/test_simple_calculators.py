"""Other tools' whole models are special cases of the product, and come out exactly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.estimate import Estimate
from scoping.calc.rates import RateCard
from scoping.calc.rates.values import Effort, FigureRange, MarketBand
from scoping.calc.simple_calculators import (
    NoTierError,
    PriceTier,
    all_units_list_price,
    boosted_hours,
    crew_cost,
    graduated_list_price,
    objects_per_image_price,
    per_worker_list_price,
    single_pass_hours,
    tier_of,
)
from scoping.calc.spec.values import Commercial, Prelabel, Quality, Spec, Team
from scoping.calc.suggest import Decision
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    flat,
    the_card,
    tiers,
    without_doubt,
)

D = Decimal
PUBLISHED = (
    PriceTier(up_to=50_000, price=D("0.063")),
    PriceTier(up_to=None, price=D("0.049")),
)
DENSITY = (
    PriceTier(up_to=5, price=D("0.15")),
    PriceTier(up_to=20, price=D("0.60")),
    PriceTier(up_to=None, price=D("2.80")),
)


def a_plain_card(*, price: dict[str, Any] | None = None, **cost: Any) -> RateCard:
    """Return a card with no doubt, no fee, no driver and nothing but labelling.

    A box takes 7.2 s, an hour of an annotator costs 10, all paid time is worked.
    """
    card = without_doubt()
    nil, one = a_figure("0"), a_figure("1")
    band = MarketBand(
        type="bounding_box",
        unit="box",
        throughput_class="high",
        low=a_figure("0.063"),
        high=a_figure("0.063"),
    )
    sides = card.cost.sites["vn"]
    role = replace(sides.roles["annotator"], gross_month=a_figure("1760"))
    site = replace(
        sides,
        roles=dict.fromkeys(sides.roles, role),
        units_per_card_currency=one,
        employer_share=nil,
        months_paid=a_figure("12"),
        seat_month=nil,
        overhead_share=nil,
        paid_hours_month=a_figure("176"),
        utilisation=FigureRange(p10=one, p50=one, p90=one),
    )
    review = replace(
        card.cost.review["default"],
        first_pass_defect=FigureRange(p10=nil, p50=nil, p90=nil),
        detection=FigureRange(p10=one, p50=one, p90=one),
        false_rejection=nil,
        review_share=nil,
        rework_effort=nil,
        loops=one,
        warranty_share=nil,
    )
    work = replace(
        card.cost.work,
        taxonomy_hours=nil,
        hours_per_edge_rule=nil,
        delivery_hours_per_batch=nil,
        lead_share=nil,
        ramp_hours=nil,
        audit_seconds_share=nil,
    )
    seconds = a_figure("7.2")
    cell = Effort(
        seconds=FigureRange(p10=seconds, p50=seconds, p90=seconds), clock="label"
    )
    of_price: dict[str, Any] = {
        "bands": {"bounding_box": band},
        "accuracy_factors": (),
        "position_steps": {},
        "minimum_order": nil,
        "fees": (),
    }
    of_cost: dict[str, Any] = {
        "effort": {("bounding_box", "standard"): cell},
        "fixed_seconds": {"default": nil},
        "drivers_steps": {},
        "review": {"default": review},
        "sites": {"vn": site},
        "work": work,
    }
    return replace(
        card,
        price=replace(card.price, **(of_price | (price or {}))),
        cost=replace(card.cost, **(of_cost | cost)),
    )


def a_plain_spec(*, items: int = 200_000, **changes: Any) -> Spec:
    """Return a spec with no gates and no review: five boxes in each image."""
    line = changes.pop("line", {})
    quality = Quality(reviews=0, gold_items=0, edge_case_rules=0)
    return a_spec(a_line(**line), **({"items": items, "quality": quality} | changes))


def estimated(card: RateCard, spec: Spec, **changes: Any) -> Estimate:
    return an_estimate(spec, card=card, **changes)


def paid_hours(found: Estimate) -> Decimal:
    return sum((task.hours.value for task in found.tasks), D(0))


def test_a_graduated_list_price_is_a_bill_with_two_tiers():
    # 50,000 x 0.063 + 950,000 x 0.049 = 3,150 + 46,550.
    card = a_plain_card(
        price={"tiers": tiers("bounding_box", (50_000, "1"), (None, "0.7777778"))}
    )

    product = estimated(card, a_plain_spec()).bill.total.value

    assert product == graduated_list_price(1_000_000, PUBLISHED) == D("49700.00")


def test_an_all_units_list_price_is_a_decided_price_of_the_tier_reached():
    reached = tier_of(1_000_000, PUBLISHED).price
    decision = Decision(value=reached, binding="typed", who="sales", why="all units")

    product = estimated(a_plain_card(), a_plain_spec(), decisions={0: decision})

    assert product.bill.total.value == all_units_list_price(1_000_000, PUBLISHED)
    assert product.bill.total.value == D("49000.00")


def test_a_price_for_each_worker_is_a_list_price_with_as_many_annotators():
    spec = a_plain_spec(line={"redundancy": 3})

    product = estimated(a_plain_card(), spec)

    assert product.suggested[0].list.value * 1_000_000 == per_worker_list_price(
        1_000_000, price=D("0.063"), workers=3
    )
    assert product.bill.total.value == D("189000.00")


def test_workers_times_hours_times_rate_is_a_cost_without_review_or_idle_time():
    # 500,000 boxes x 7.2 s = 1,000 h: 20 people, 50 h each, at 10.
    spec = a_plain_spec(items=100_000, team=Team(annotators=20))

    product = estimated(a_plain_card(), spec)

    assert product.cost_step.value == crew_cost(
        workers=20, hours=D(50), hour_rate=D(10)
    )
    assert product.cost.p10 == product.cost.p90 == product.cost_step.value


def test_single_pass_rejection_is_a_review_loop_that_goes_round_once():
    # 7.2 s are 0.12 min; a rework takes half as long; 5 % come back.
    card = a_plain_card()
    review = replace(
        card.cost.review["default"],
        first_pass_defect=flat(
            FigureRange(
                p10=a_figure("0.05"), p50=a_figure("0.05"), p90=a_figure("0.05")
            )
        ),
        rework_effort=a_figure("0.5"),
    )
    spec = a_plain_spec(
        items=100_000,
        quality=Quality(reviews=1, gold_items=0, edge_case_rules=0),
    )

    product = estimated(a_plain_card(review={"default": review}), spec)

    assert paid_hours(product) == single_pass_hours(
        500_000, minutes=D("0.12"), rejected=D("0.05"), rework_minutes=D("0.06")
    )
    assert paid_hours(product) == D(1025)


def test_a_tool_boost_is_a_bare_saving_on_all_units():
    card = a_plain_card(
        prelabel={
            "default": replace(
                the_card().cost.prelabel["default"], setup_hours=a_figure("0")
            )
        }
    )
    boosted = {"prelabel": Prelabel(share=D(1), saving=D("0.3"))}
    plain = a_plain_spec(items=100_000)

    product = estimated(card, a_plain_spec(items=100_000, line=boosted))

    by_hand = paid_hours(estimated(card, plain))
    assert paid_hours(product) == boosted_hours(by_hand, boost=D("0.3")) == D(700)


@pytest.mark.parametrize(
    ("complexity", "objects", "unit_price"),
    [("simple", 3, "0.05"), ("standard", 10, "0.06"), ("hard", 40, "0.07")],
)
def test_prices_by_objects_in_an_image_are_blended_prices_of_an_image(
    complexity, objects, unit_price
):
    words = {"simple": "0", "standard": "0.5", "hard": "1"}
    positions = {f"complexity/{word}": a_figure(value) for word, value in words.items()}
    others = {
        key: replace(figure, value=D(0))
        for key, figure in the_card().price.position_words.items()
    }
    band = replace(
        the_card().price.bands["bounding_box"],
        low=a_figure("0.05"),
        high=a_figure("0.07"),
    )
    card = a_plain_card(
        price={"bands": {"bounding_box": band}, "position_words": others | positions}
    )
    cell = card.cost.effort["bounding_box", "standard"]
    card = replace(
        card,
        cost=replace(
            card.cost, effort={("bounding_box", word): cell for word in words}
        ),
    )
    decision = Decision(value=D(unit_price), binding="list", who="sales", why="list")

    product = estimated(
        card,
        a_plain_spec(
            items=1000,
            line={"per_item": D(objects), "complexity": complexity},
            commercial=Commercial(basis="image"),
        ),
        decisions={0: decision},
    )

    assert product.suggested[0].list.value == D(unit_price)
    assert product.bill.total.value == objects_per_image_price(
        1000, DENSITY, objects_per_image=D(objects)
    )


def test_one_more_unit_may_lower_an_all_units_bill_and_never_a_graduated_one():
    at, after = 50_000, 50_001

    assert all_units_list_price(after, PUBLISHED) < all_units_list_price(at, PUBLISHED)
    assert graduated_list_price(after, PUBLISHED) > graduated_list_price(at, PUBLISHED)


@given(st.integers(0, 3_000), st.integers(1, 40), st.integers(1, 40))
def test_a_graduated_price_is_what_counting_unit_by_unit_comes_to(units, first, second):
    # Prices in whole coins, so that one rounding and many are the same.
    steps = [
        PriceTier(up_to=first, price=D("0.07")),
        PriceTier(up_to=first + second, price=D("0.05")),
        PriceTier(up_to=None, price=D("0.03")),
    ]

    one_by_one = sum(
        D("0.07")
        if unit <= first
        else D("0.05")
        if unit <= first + second
        else D("0.03")
        for unit in range(1, units + 1)
    )

    assert graduated_list_price(units, steps) == one_by_one


def test_a_quantity_that_no_tier_holds_is_refused():
    with pytest.raises(NoTierError, match="No tier holds 9"):
        tier_of(9, PUBLISHED[:0])
    with pytest.raises(NoTierError, match="stay within 50000"):
        tier_of(50_001, PUBLISHED[:1])
