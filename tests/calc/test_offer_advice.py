"""Advice for a client: list prices alone, her need satisfied, amounts that come out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import numpy as np
import pytest

from scoping.calc.methods import satisfies
from scoping.calc.offer import offer
from scoping.calc.offer_advice import client_advice
from scoping.calc.rates.values import Figure
from scoping.calc.spec import SpecError, read_spec, to_document
from scoping.calc.spec.patch import apply_patch
from scoping.calc.spec.values import Commercial, Conditions, Need, Team, Video
from tests.calc.an_estimate import (
    a_line,
    a_spec,
    random_spec,
    the_card,
    the_workdays,
)
from tests.calc.test_offer import scrambled
from tests.scale import count

D = Decimal
PRICE = the_card().price
NEEDS = get_args(Need)


def advised(spec, price=PRICE):
    return client_advice(spec, price, workdays=the_workdays())


def offered(spec, price=PRICE, **more: Any):
    return offer(
        spec, price, unit_prices=None, week=None, workdays=the_workdays(), **more
    )


def again(spec, patch):
    """Apply a patch as a stranger would: by the document, as JSON."""
    document = json.loads(json.dumps(to_document(spec)))
    return read_spec(apply_patch(document, patch), door="staff", today=date(2026, 1, 1))


def with_a_need(number):
    """Return the random spec of a number with a need, most often one it satisfies."""
    spec = random_spec(number)
    spec = replace(spec, need=NEEDS[number % len(NEEDS)])
    simple = tuple(replace(line, complexity="standard") for line in spec.lines)
    return replace(spec, lines=simple)


def test_a_client_with_clips_is_told_what_key_frames_save():
    video = Video(clips=20, seconds_per_clip=D(10), fps=D(30))
    line = a_line(type="video_box")
    spec = a_spec(line, items=6_000, item_kind="frame", video=video, need="tracking")

    row = {one.code: one for one in advised(spec)}["tracked"]

    assert "One frame in 15 drawn" in row.text
    assert "hours" not in row.text
    paid = [offered(one)["price"]["total"] for one in (spec, again(spec, row.patch))]
    assert row.saves == D(paid[0]) - D(paid[1]) > 0


def test_boxes_are_advised_where_outlines_were_asked_for():
    # Outlines at 0.20 + 0.40 × 0.34 = 0.336, boxes at 0.05 + 0.10 × 0.34 = 0.084:
    # 1,000 × 5 × 0.252 = 1,260 less.
    spec = a_spec(a_line(type="polygon"), items=1000, need="object_detection")

    (row,) = advised(spec)

    assert (row.code, row.saves, row.side) == ("lighter_method", D("1260.00"), "price")
    assert row.text == (
        "Boxes instead of outlines: 1,260.00 USD less. A detector learns a box around "
        "each object. Given up: the outline of each object: a box also holds what lies "
        "around it."
    )
    assert row.patch == (
        {"op": "replace", "path": "/lines/0/type", "value": "bounding_box"},
    )


def test_corners_are_left_out_of_what_has_none():
    line = a_line(type="polygon", vertices=D(20), name="Cars")
    spec = a_spec(line, need="object_detection")

    (row,) = advised(spec)

    found = again(spec, row.patch).lines[0]
    assert (found.type, found.vertices) == ("bounding_box", None)
    assert row.text.startswith("Boxes instead of outlines (Cars): ")


def test_without_a_need_no_method_is_advised():
    assert advised(a_spec(a_line(type="polygon"))) == ()


def test_a_client_hears_of_rush_sites_and_what_her_need_does_not_ask():
    spec = a_spec(
        a_line(),
        a_line(type="image_tag"),
        need="object_detection",
        site="us",
        commercial=Commercial(rush=True),
    )

    rows = advised(spec)

    assert {row.code for row in rows} == {"no_rush", "other_site", "optional_line"}
    assert any(
        row.text.startswith("Work in Vietnam instead of the United States: ")
        for row in rows
    )


@pytest.mark.parametrize(
    "tied", [{"conditions": Conditions(residency="EU")}, {"team": Team(pod="Blue")}]
)
def test_work_that_is_tied_to_a_place_stays_there(tied):
    assert advised(a_spec(site="us", **tied)) == ()


def test_a_site_without_a_name_goes_by_its_key():
    price = replace(
        PRICE,
        site_factors={
            **PRICE.site_factors,
            "ph": replace(PRICE.site_factors["vn"], value=D("0.5")),
        },
    )

    (row,) = advised(a_spec(), price=price)

    assert row.text.startswith("Work in ph instead of Vietnam: ")


def test_a_line_that_has_an_alternative_is_not_made_optional():
    spec = a_spec(
        a_line(),
        a_line(type="image_tag"),
        a_line(type="image_tag", alternative_to=1),
        need="object_detection",
    )

    assert advised(spec) == ()


def test_nothing_is_said_where_the_list_has_no_total():
    hard = a_line(type="bounding_box", complexity="hard")
    masks = a_line(type="polygon", complexity="hard")

    assert advised(a_spec(hard, need="object_detection")) == ()
    # Hard outlines have a list price; hard boxes are priced on request.
    assert advised(a_spec(masks, need="object_detection")) == ()


def test_a_method_that_the_card_does_not_price_is_not_advised():
    bands = {key: row for key, row in PRICE.bands.items() if key != "bounding_box"}
    spec = a_spec(a_line(type="polygon"), need="object_detection")

    assert advised(spec, replace(PRICE, bands=bands)) == ()


def test_a_spec_that_the_card_does_not_fit_is_refused():
    with pytest.raises(SpecError, match="The card knows no site"):
        advised(a_spec(site="moon"))


def test_a_budget_is_tried_at_the_lighter_methods_too():
    spec = a_spec(a_line(type="polygon"), need="object_detection", budget=D(23_810))

    view = offered(spec, advice=advised(spec))

    assert [row["code"] for row in view["advice"]] == [
        *("lighter_method", "budget_buys_lightest", "budget_buys")
    ]
    lightest = view["advice"][1]
    assert lightest["text"] == (
        "With the lighter methods 23,810.00 USD buys 50,000 images at these unit "
        "prices, fees included."
    )
    found = again(spec, lightest["patch"])
    assert (found.items, found.lines[0].type) == (50_000, "bounding_box")


@pytest.mark.parametrize("number", range(count(1200)))
def test_what_a_client_saves_is_the_difference_of_two_offers(number):
    spec = with_a_need(number)

    rows = advised(spec)

    before = D(offered(spec)["price"]["total"])
    saved = [row.saves for row in rows if row.saves is not None]
    assert saved == sorted(saved, reverse=True)
    for row in rows:
        changed = again(spec, row.patch)
        assert satisfies(changed)
        assert again(changed, row.patch) == changed
        if row.saves is not None:
            after = D(offered(changed)["price"]["total"])
            assert row.saves == before - after > 0
            assert f"{row.saves:,.2f} USD" in row.text


def test_random_specs_do_get_advice():
    codes = {row.code for number in range(40) for row in advised(with_a_need(number))}

    assert {"lighter_method", "no_rush", "other_site", "optional_line"} <= codes


@pytest.mark.parametrize("number", range(5))
def test_no_cost_moves_a_byte_of_what_a_client_is_advised(number):
    spec = replace(with_a_need(number), deadline=None, budget=D(30_000))
    rng = np.random.default_rng(number)
    other = replace(the_card(), cost=scrambled(the_card().cost, rng))

    views = [
        json.dumps(offered(spec, card.price, advice=advised(spec, card.price)))
        for card in (the_card(), other)
    ]

    assert the_card().cost != other.cost
    assert views[0] == views[1]
    for word in ("cost", "hours", "margin", "wage"):
        assert word not in json.dumps([row.to_data() for row in advised(spec)])


def test_a_client_is_advised_without_a_word_of_cost_in_memory():
    code = (
        "import sys, scoping.calc.offer_advice; "
        "print(sorted({'advice', 'estimate', 'effort', 'costing'} & "
        "{name.rsplit('.')[-1] for name in sys.modules if 'calc' in name}))"
    )

    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert out.stdout.strip() == "[]"


def test_a_figure_of_the_price_side_does_move_it():
    spec = a_spec(a_line(type="polygon"), items=1000, need="object_detection")
    band = PRICE.bands["polygon"]
    dearer = replace(band, high=replace(band.high, value=D("0.70")))
    assert isinstance(dearer.high, Figure)

    rows = advised(spec, replace(PRICE, bands={**PRICE.bands, "polygon": dearer}))

    # 0.20 + 0.50 × 0.34 = 0.37: 5,000 × (0.37 − 0.084) = 1,430.
    assert rows[0].saves == D("1430.00")
