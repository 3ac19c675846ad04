"""Rate cards: what does not load, and why, all at once."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
import yaml

from scoping.calc.rates import CardError, MissingRateError, read_card, read_price_side
from tests.calc.an_estimate import FIXTURES, the_card

CARD = yaml.safe_load((FIXTURES / "rate_cards/2026-01.yaml").read_text("utf-8"))
WORK = "cost/work"
ROW = {"value": "1", "source": "test", "as_of": "2026"}
FEW = {"p10": "60", "p50": "120", "p90": "180"}
SAID_TWICE = "seconds_or_units_per_hour"
NONE = {"p10": "0", "p50": "120", "p90": "180"}
AN_HOUR = {"units_per_hour": FEW, "clock": "label", "source": "test", "as_of": "2026"}


def changed(path, value):
    document = copy.deepcopy(CARD)
    target = document
    *parents, last = path.split("/")
    for part in parents:
        target[part] = copy.deepcopy(target[part])
        target = target[part]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return document


RISK = {
    "name": "Rain",
    "probability": {**ROW, "p10": "0.1", "p50": "0.2", "p90": "0.3"},
}
MUCH = {**ROW, "p10": "1.1", "p50": "1.2", "p90": "1.5"}
LITTLE = {**MUCH, "p10": "0.9"}

CASES = [
    ("cost/risks", {}, None),
    ("cost/layers/risk_risk", None, None),
    ("cost/layers/risk_risk/value", "2", "not_a_share"),
    ("cost/risks/rain", {**RISK, "factor": MUCH}, None),
    ("cost/risks/rain", {**RISK, "hours": LITTLE}, None),
    ("cost/risks/rain", {**RISK, "factor": LITTLE}, "not_a_risk"),
    ("cost/risks/rain", {**RISK, "factor": MUCH, "cost": MUCH}, "one_effect"),
    ("cost/risks/rain", RISK, "one_effect"),
    ("cost/risks/rain", {"name": "Rain", "cost": MUCH}, "missing_row"),
    ("price/rush_factor/source", "", "no_source"),
    ("price/rush_factor/as_of", "", "no_date"),
    ("price/rush_factor/value", 1.3, "number_not_text"),
    ("price/rush_factor/value", "1,3", "number_not_text"),
    ("price/rush_factor/value", None, "missing_number"),
    ("price/rush_factor", None, "missing_row"),
    ("price/rush_factor", "1.3", "not_a_row"),
    ("price/icc/value", "1.5", "not_a_share"),
    ("price/bands/bounding_box/unit", "object", "unit_mismatch"),
    ("price/bands/bounding_box/low", "0.20", "not_ordered"),
    ("price/bands/bounding_box/throughput_class", "swift", "unknown_class"),
    ("price/bands/hologram", {**ROW, "low": "1", "high": "2"}, "unknown_type"),
    ("price/quote_only/polygon/expert", {}, "no_reason"),
    ("price/quote_only/polygon/odd", {"reason": "x"}, "no_reason"),
    ("price/tiers", {"polygon": {"9": ROW, "5": ROW, "rest": ROW}}, None),
    ("price/tiers", {"polygon": {"0": ROW, "rest": ROW}}, "not_ordered"),
    ("price/tiers", {"polygon": {"x": ROW, "rest": ROW}}, "not_ordered"),
    ("price/tiers", {"polygon": {"5": ROW}}, "open_tier"),
    ("price/tiers", {"polygon": {"rest": {**ROW, "value": "1"}}}, None),
    ("price/tiers", {"polygon": {"rest": {**ROW, "value": "0.9"}}}, "one_tier"),
    ("price/tier_rules", {"polygon": {"rule": "all_units"}}, "missing_row"),
    ("price/tier_rules", {"polygon": {"rule": "some_units"}}, "unknown_choice"),
    ("price/hour_prices/vn/value", "0", "not_a_price"),
    ("price/pod/prices/vn/value", "-5", "not_a_price"),
    ("price/pod", {}, None),
    ("price/density_cap/value", "0.9", "not_a_price"),
    ("price/density_cap", None, None),
    ("price/exchange/USD", ROW, "invalid_currency"),
    ("price/exchange/euro", ROW, "invalid_currency"),
    ("price/exchange", {}, None),
    ("price/fees/set_up/every", "week", "unknown_choice"),
    ("price/fees/set_up/when", "sometimes", "unknown_choice"),
    ("cost/sites/vn/overtime/year_hours/set_by", "custom", "no_limit_setter"),
    ("cost/sites/us/overtime/day_share/set_by", None, "no_limit_setter"),
    (f"{WORK}/leaving_month/value", "1", "not_a_margin"),
    (f"{WORK}/hire_days/value", "-1", "negative_days"),
    ("price/lead_times/low", {"9": ROW, "rest": ROW}, None),
    ("price/lead_times/low", {"x": ROW, "rest": ROW}, "not_a_threshold"),
    ("price/lead_times/low", {"9": ROW}, "open_tier"),
    ("price/accuracy_factors", {"high": ROW}, "not_a_threshold"),
    ("price/position", 5, None),
    ("cost/effort/polygon/simple/clock", "sundial", "no_clock"),
    ("cost/effort/polygon/simple/p10", "900", "not_ordered"),
    ("cost/clocks/sundial", ROW, "no_clock"),
    ("cost/clocks/label", ROW, "no_clock"),
    ("cost/clocks/gesture/value", "0", "not_above_0"),
    ("cost/effort/polygon/simple", {**AN_HOUR, "p50": "5"}, SAID_TWICE),
    ("cost/effort/polygon/simple/units_per_hour", FEW, SAID_TWICE),
    ("cost/effort/polygon/simple", {**AN_HOUR, "units_per_hour": NONE}, "not_above_0"),
    ("cost/effort/polygon/simple", {**AN_HOUR, "source": ""}, "no_source"),
    ("cost/review/default/detection/p90", "1.2", "not_a_share"),
    (
        "cost/review/default/false_rejection/value",
        "0.9",
        "detection_below_false_rejection",
    ),
    ("cost/policy/floor_margin/value", "1", "not_a_margin"),
    ("cost/fixed_seconds/default", None, "missing_row"),
    ("cost/fees/set_up", None, "missing_row"),
    ("version", "", "missing_row"),
    ("valid_from", "soon", "invalid_date"),
    ("currency", "usd", "invalid_currency"),
    ("colour", "brass", "unknown_key"),
]


@pytest.mark.parametrize(("path", "value", "code"), CASES)
def test_a_card_with_a_fault_does_not_load(path, value, code):
    document = changed(path, value)

    if code is None:
        read_card(document)
        return
    with pytest.raises(CardError) as found:
        read_card(document)
    assert code in {one.code for one in found.value.problems}
    assert str(found.value)


def test_units_an_hour_are_kept_as_seconds_and_it_is_said():
    cell = read_card(changed("cost/effort/polygon/simple", AN_HOUR)).cost.effort_of(
        "polygon", "simple"
    )

    # 3,600 ÷ 180 = 20 s, ÷ 120 = 30 s, ÷ 60 = 60 s: few an hour is slow.
    figures = (cell.seconds.p10, cell.seconds.p50, cell.seconds.p90)
    assert [one.value for one in figures] == [20, 30, 60]
    assert [one.unit for one in figures] == ["s", "s", "s"]
    assert figures[1].source == "3,600 s ÷ 120 an hour; test"
    assert figures[1].as_of == "2026"
    assert figures[1].key == "cost/effort/polygon/simple/p50"


def test_a_row_on_another_clock_needs_the_factor_of_that_clock():
    document = changed("cost/effort/polygon/simple/clock", "gesture")
    document["cost"]["clocks"] = dict(document["cost"]["clocks"])
    del document["cost"]["clocks"]["gesture"]

    with pytest.raises(CardError) as found:
        read_card(document)

    assert {one.code for one in found.value.problems} == {"no_clock_factor"}
    assert "clocks/gesture" in str(found.value)


def test_tiers_may_come_in_any_order_because_a_database_may_turn_them_round():
    tiers = {"rest": ROW, "500": ROW, "90": ROW}

    card = read_card(changed("price/tiers", {"polygon": tiers}))

    assert [tier.up_to for tier in card.price.tiers["polygon"]] == [90, 500, None]


def test_what_is_no_document_is_no_card():
    with pytest.raises(CardError, match="version, price and cost"):
        read_card([])
    with pytest.raises(CardError):
        read_price_side({"version": "x"})


def test_the_price_side_is_read_without_a_cost_side():
    side = read_price_side({key: CARD[key] for key in CARD if key != "cost"})

    assert side == the_card().price


def test_a_gap_in_a_card_is_named_and_never_nothing():
    card = the_card()

    for ask, row in (
        (lambda: card.price.band("hologram"), "price/bands/hologram"),
        (lambda: card.cost.effort_of("polygon", "odd"), "cost/effort/polygon/odd"),
        (lambda: card.cost.site_of("mars"), "cost/sites/mars"),
    ):
        with pytest.raises(MissingRateError) as found:
            ask()
        assert found.value.row == row


def test_the_high_mask_costs_sixty_times_the_high_tag():
    bands = the_card().price.bands

    assert bands["semantic_mask"].high.value / bands["image_tag"].high.value == 60
    assert bands["polygon"].low.value == Decimal("0.20")


def reordered(value):
    """Return a document as jsonb gives it back: short keys first, then the alphabet."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(str(key)), str(key)))
        return {key: reordered(value[key]) for key in keys}
    return [reordered(one) for one in value] if isinstance(value, list) else value


def test_a_card_reads_the_same_in_whatever_order_a_database_keeps_its_rows():
    assert list(reordered(CARD)["price"]["fees"]) != list(CARD["price"]["fees"])

    # The text too: equal mappings may still be walked in another order.
    assert repr(read_card(reordered(CARD))) == repr(read_card(CARD))


def test_fees_stand_one_off_before_monthly_and_usual_ones_first():
    fees = [(fee.every, fee.key) for fee in read_card(CARD).price.fees]

    assert fees[:3] == [
        ("once", "guideline_writing"),
        ("once", "set_up"),
        ("once", "data_preparation"),
    ]
    assert fees[-1] == ("month", "tool_licence")


def test_tiers_may_be_meant_for_all_units():
    card = changed("price/tiers", {"polygon": {"9": ROW, "rest": ROW}})
    card["price"]["tier_rules"] = {"polygon": {"rule": "all_units"}}

    assert read_card(card).price.tier_rules == {"polygon": "all_units"}
