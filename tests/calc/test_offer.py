"""Offer: what a client sees, made of prices, promises and the spec alone."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from scoping.calc.offer import (
    client_view,
    lead_days,
    make_offer,
    months_of_work,
    offer,
)
from scoping.calc.rates.values import Figure
from scoping.calc.spec import SpecError
from scoping.calc.spec.values import (
    Commercial,
    Density,
    LowModeHigh,
    Quality,
    Quantiles,
    Spec,
    Tax,
    UnitsPerItem,
)
from scoping.calc.suggest import Decision
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    random_spec,
    the_card,
    the_workdays,
    volumes_of,
)

D = Decimal
PRICE = the_card().price
DOUBT = Quantiles(p10=D(4), p50=D(5), p90=D("6.25"))


def view_of(spec: Spec | None = None, **changes: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"price": PRICE, "unit_prices": None, "week": None}
    asked |= changes
    return offer(spec or a_spec(), asked.pop("price"), workdays=the_workdays(), **asked)


def range_of(spec: Spec, **changes: Any) -> tuple[Decimal, Decimal, Decimal]:
    found = view_of(spec, **changes)["price"]["range"]
    return D(found["low"]), D(found["typical"]), D(found["high"])


def test_without_unit_prices_the_list_is_offered():
    # 500,000 boxes × 0.084 = 42,000; set-up 1,850, two months of the tool 640.
    found = view_of()

    assert found["lines"][0]["unit_price"] == "0.0840"
    assert found["price"]["subtotal"] == "42000.00"
    assert found["delivery"]["indicative"] is True


def test_decided_prices_and_a_promised_week_are_offered_as_they_are():
    found = view_of(unit_prices={0: D("0.0712")}, week=date(2026, 5, 11))

    assert found["lines"][0]["unit_price"] == "0.0712"
    assert found["price"]["subtotal"] == "35600.00"
    assert found["delivery"] == {"week": "2026-05-11", "indicative": False}


def test_the_range_comes_from_the_doubt_about_the_mean():
    # 100,000 × 0.084 × 4, and × 6.25; fees apart.
    low, typical, high = range_of(a_spec(a_line(per_item=DOUBT)))

    fees = D(view_of(a_spec(a_line(per_item=DOUBT)))["price"]["fees"])
    assert low < typical < high
    assert float(low - fees) == pytest.approx(33_600, rel=0.02)
    assert float(high - fees) == pytest.approx(52_500, rel=0.02)


def test_the_range_does_not_come_from_the_spread_between_images():
    even, uneven = (
        UnitsPerItem(mean=DOUBT, spread=Density(var_to_mean=D(ratio)))
        for ratio in (1, 50)
    )
    exact = UnitsPerItem(mean=D(5), spread=Density(var_to_mean=D(50)))

    assert (
        range_of(a_spec(a_line(per_item=exact, index=0)))
        == (D(view_of()["price"]["total"]),) * 3
    )
    ranges = []
    for said in (even, uneven):
        low, typical, high = range_of(a_spec(a_line(per_item=said), seed=1))
        ranges.append((low / typical, high / typical))
    assert float(ranges[0][0]) == pytest.approx(float(ranges[1][0]), rel=0.01)
    assert float(ranges[0][1]) == pytest.approx(float(ranges[1][1]), rel=0.01)


@pytest.mark.parametrize("basis", ["image", "fixed"])
def test_the_range_is_flat_where_density_is_our_risk(basis):
    spec = a_spec(a_line(per_item=DOUBT), commercial=Commercial(basis=basis))

    low, typical, high = range_of(spec)

    assert low == typical == high


def test_time_a_unit_takes_moves_no_range():
    # Effort differs fourfold between these; a client's range is about units only.
    hard = a_spec(a_line(per_item=DOUBT, complexity="hard"))
    simple = a_spec(a_line(per_item=DOUBT, complexity="simple"))
    ratios = []
    for spec in (hard, simple):
        low, _, high = range_of(spec, unit_prices={0: D("0.1")})
        ratios.append(float(high / low))

    assert ratios[0] == pytest.approx(ratios[1], rel=0.02)


def test_tax_widens_the_range_with_the_total():
    tax = Tax(rate=D("0.10"), mode="exclusive")
    plain = a_spec(a_line(per_item=DOUBT))
    taxed = replace(plain, commercial=Commercial(tax=tax))

    for without, with_tax in zip(range_of(plain), range_of(taxed), strict=True):
        assert float(with_tax / without) == pytest.approx(1.1, abs=1e-5)


def test_a_range_never_falls_below_the_minimum_order():
    # About 500 boxes × 0.084 = 42: fees of 2,170 included, 5,000 are due anyway.
    price = replace(PRICE, minimum_order=a_figure(5000))

    low, typical, high = range_of(
        a_spec(a_line(per_item=DOUBT), items=100), price=price
    )

    assert low == typical == high == 5000


def test_a_range_holds_its_own_total():
    # The mean of a very skewed triangle lies above its P90 or near it.
    said = Quantiles(p10=D("4.99"), p50=D(5), p90=D("60"))

    low, typical, high = range_of(a_spec(a_line(per_item=said)))

    assert low <= typical <= high


def test_a_cell_on_request_shows_no_price_and_says_so():
    spec = a_spec(
        a_line(), a_line(type="semantic_mask", complexity="hard", per_item=D(1))
    )

    found = view_of(spec)

    mask = found["lines"][1]
    assert (mask["unit_price"], mask["amount"], mask["tiers"]) == (None, None, [])
    assert mask["on_request"] is True
    assert found["price"]["subtotal"] == "42000.00"
    assert [row["code"] for row in found["warnings"]] == ["on_request"]
    assert found["warnings"][0]["path"] == "/lines/1"


def test_a_quoted_cell_has_its_decided_price_even_where_the_list_has_none():
    spec = a_spec(a_line(type="semantic_mask", complexity="hard", per_item=D(1)))

    found = view_of(spec, unit_prices={0: D("12.5")})

    assert found["lines"][0]["amount"] == "1250000.00"
    assert found["lines"][0]["on_request"] is False


def test_an_offer_of_nothing_but_requests_has_a_flat_range():
    spec = a_spec(a_line(type="image_tag", complexity="expert", per_item=DOUBT))

    low, typical, high = range_of(spec)

    assert low == typical == high


def test_the_client_view_keeps_its_keys():
    found = view_of(a_spec(commercial=Commercial(pilot=True)))

    assert set(found) == {
        *("client_view", "name", "currency", "language", "items", "item_kind"),
        *("price", "basis", "cap", "exchange"),
        *("lines", "fees", "pilot", "stages", "clauses", "audit"),
        *(
            "does_not_count",
            "security",
            "delivery",
            "assumptions",
            "advice",
            "warnings",
        ),
    }
    assert set(found["lines"][0]) == {
        *("index", "type", "name", "work", "unit", "units", "unit_price", "tiers"),
        *("amount", "booked", "optional", "alternative_to", "on_request"),
    }
    assert found["pilot"] == {
        "items": 500,
        "price": "480.00",
        "credited": True,
        "collar": "0.15",
    }
    assert view_of(a_spec(commercial=Commercial(pilot=False)))["pilot"] is None
    json.dumps(found)


def test_the_audit_of_a_client_view_is_the_plan_of_each_line():
    found = view_of(a_spec(quality=Quality(unit="image")))["audit"]

    line = found["lines"][0]
    assert {key: line[key] for key in line if key != "compared"} == {
        "index": 0,
        "line": "Boxes",
        "unit": "image",
        "lot": 1000,
        "n": 100,
        "c": 2,
        "items": 100,
    }


def test_a_client_sees_what_the_rule_as_written_proves_beside_a_sized_plan():
    lines = view_of(a_spec(quality=Quality(unit="image")))["audit"]["lines"]

    written, sized = lines[0]["compared"]
    assert written["sample_text"] == "100 of 1,000 images; at most 2 wrong"
    assert written["proves_text"] == "at most 5.9 % wrong"
    assert sized["sample_text"] == "189 of 1,000 images; at most 4 wrong"
    assert (written["chosen"], sized["chosen"]) == (True, False)


def test_the_indicative_week_is_start_and_lead_time_and_two_answers():
    # 500,000 boxes: 60 business days and 2 × 2 from 2 March 2026 in the US: with
    # Memorial Day off that is Monday 1 June.
    found = view_of()

    assert found["delivery"]["week"] == "2026-06-01"


@pytest.mark.parametrize(("items", "expected"), [(1_000, 1), (10_000, 1), (100_000, 3)])
def test_monthly_fees_are_due_for_the_months_of_the_lead_time(items, expected):
    # 18 days are one month of 21, 60 are three.
    spec = a_spec(items=items)
    volumes = volumes_of(spec, keys=("a",), price=PRICE)

    assert months_of_work(spec, price=PRICE, volumes=volumes).value == expected


def test_lines_beside_the_total_take_no_time():
    spec = a_spec(a_line(per_item=D("0.01")), a_line(optional=True, type="cuboid"))
    volumes = volumes_of(spec, keys=("a", "b"), price=PRICE)

    assert months_of_work(spec, price=PRICE, volumes=volumes).value == 1


def test_a_volume_beyond_the_last_step_takes_the_last_lead_time():
    steps = {key: row[:1] for key, row in PRICE.lead_times.items()}

    found = view_of(price=replace(PRICE, lead_times=steps))

    assert found["delivery"]["week"] < "2026-06-01"


def test_a_budget_says_what_it_buys_and_changes_no_price():
    # Set-up 1,850 and two months of the tool, 640: 50,000 × 0.42 + 2,490 = 23,490. One
    # image more passes 250,000 boxes, which take a third month: 23,810.42.
    poor = view_of(a_spec(budget=D(23_810)))

    assert poor["price"] == view_of()["price"]
    assert poor["advice"] == [
        {
            "code": "budget_buys",
            "path": "/budget",
            "text": "23,810.00 USD buys 50,000 images at these unit prices, fees "
            "included.",
            "side": "price",
            "saves": None,
            "gives_up": "",
            "patch": [{"op": "replace", "path": "/items", "value": 50_000}],
        }
    ]
    assert view_of()["advice"] == []


def test_a_budget_below_the_fees_buys_nothing():
    assert "buys 0 images" in view_of(a_spec(budget=D(5)))["advice"][0]["text"]


def test_a_budget_buys_nothing_of_what_is_free_or_only_on_request():
    free = view_of(a_spec(budget=D(5)), unit_prices={0: D(0)})
    given_away = view_of(
        a_spec(
            a_line(per_item=D(1)),
            items=1,
            budget=D(5),
            commercial=Commercial(discount=D("0.9")),
        ),
        unit_prices={0: D("0.01")},
    )

    assert free["advice"] == []
    assert given_away["advice"] == []


def test_a_cap_that_the_range_may_reach_warns():
    spec = a_spec(a_line(per_item=DOUBT))
    low, _, high = range_of(spec)

    codes = [
        [
            row["code"]
            for row in view_of(replace(spec, commercial=Commercial(cap=cap)))[
                "warnings"
            ]
        ]
        for cap in (low, high)
    ]

    assert codes == [["cap_may_bind"], []]


def test_a_week_beyond_the_known_holidays_says_so():
    late = view_of(a_spec(start_on=date(2031, 12, 1)))

    (found,) = late["warnings"]
    assert found["code"] == "holidays_unknown"
    assert found["text"].startswith("The public holidays of those years are not")
    assert view_of(a_spec(start_on=date(2031, 3, 3)))["warnings"] == []


def test_a_spec_that_the_card_does_not_fit_is_refused():
    with pytest.raises(SpecError, match="The card knows no site"):
        view_of(a_spec(site="moon"))


def test_permuting_lines_moves_no_range():
    lines = (a_line(per_item=DOUBT), a_line(type="image_tag", per_item=DOUBT))
    triangle = LowModeHigh(low=D(1), mode=D(2), high=D(6))
    three = (*lines, a_line(type="polygon", per_item=triangle))

    assert range_of(a_spec(*three)) == range_of(a_spec(*three[::-1]))


def scrambled(value: Any, rng: np.random.Generator) -> Any:
    """Return a value of the cost side with every number in it moved at random."""
    if isinstance(value, Figure):
        return replace(value, value=value.value * D(f"{rng.uniform(0.7, 1.0):.3f}"))
    if hasattr(value, "p10"):
        factor = D(f"{rng.uniform(0.7, 1.0):.3f}")
        return replace(
            value,
            **{
                name: replace(
                    getattr(value, name), value=getattr(value, name).value * factor
                )
                for name in ("p10", "p50", "p90")
            },
        )
    if isinstance(value, dict):
        return {key: scrambled(one, rng) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                one.name: scrambled(getattr(value, one.name), rng)
                for one in fields(value)
                if one.name not in ("loops", "drivers_steps", "ramp_days")
            },
        )
    return value


@pytest.mark.parametrize("number", range(5))
def test_the_cost_side_leaves_no_trace_in_what_a_client_sees(number):
    spec = replace(random_spec(number, ranges=number % 2 == 0), deadline=None)
    prices = {line.index: D("1.2345") for line in spec.lines}
    bindings: list[Any] = ["floor", "target", "typed", "list", "typed"]
    decisions = {
        index: Decision(value=value, binding=bindings[index], who="x", why="y")
        for index, value in prices.items()
    }
    rng = np.random.default_rng(number)
    cards = [
        the_card(),
        replace(the_card(), cost=scrambled(the_card().cost, rng)),
    ]

    made = [
        an_estimate(
            spec, card=card, decisions=decisions, promised=date(2026, 9, 7), draws=256
        )
        for card in cards
    ]

    views = [json.dumps(client_view(one.offer), sort_keys=True) for one in made]
    assert made[0].cost.mean != made[1].cost.mean
    assert views[0] == views[1]


def test_an_offer_made_by_an_estimate_is_the_one_made_without_it():
    made = an_estimate(draws=256)
    prices = {0: made.suggested[0].decided.value}

    alone = make_offer(
        a_spec(),
        PRICE,
        unit_prices=prices,
        week=made.schedule.promised,
        workdays=the_workdays(),
    )

    assert client_view(made.offer) == client_view(alone)
    assert alone.total == made.bill.total.value


def test_where_no_line_counts_the_lead_time_is_nothing():
    spec = a_spec(a_line(optional=True))

    assert lead_days(spec, price=the_card().price, volumes={}).value == 0
