"""Remarks: what staff must know first about an estimate, in sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from scoping.calc.document import document
from scoping.calc.remarks import remarks
from scoping.calc.spec.values import Commercial, Quality, Team
from scoping.calc.suggest import Decision
from tests.calc.an_estimate import a_line, a_spec, an_estimate

D = Decimal


def said(spec=None, **changes) -> dict[str, str]:
    return {row["code"]: row["text"] for row in remarks(an_estimate(spec, **changes))}


def test_a_hard_street_mask_says_first_that_the_range_does_not_pay():
    spec = a_spec(
        a_line(),
        a_line(
            type="semantic_mask",
            complexity="hard",
            per_item=D(1),
            share_of_items=D("0.02"),
            optional=True,
        ),
    )

    first = document(an_estimate(spec))["warnings"][0]

    assert (first["code"], first["path"]) == ("band_does_not_pay", "/lines/1")
    assert first["text"].startswith(
        "The market range does not pay for the full-scene masks. This scene needs "
    )
    assert "the published 0.80–3.00 buys" in first["text"]
    assert " minutes for each image" in first["text"]


def test_what_the_range_buys_is_its_share_of_the_floor():
    made = an_estimate(a_spec(a_line(complexity="expert")))
    floor = made.suggested[0].floor.value

    bought = made.efforts[0].by_hand.value * D("0.15") / floor

    assert f"buys {bought:.0f} seconds" in said(made.spec)["band_does_not_pay"]


def test_a_range_that_pays_is_not_mentioned():
    assert "band_does_not_pay" not in said(a_spec(a_line(type="polygon")))


def test_a_price_below_the_floor_needs_a_manager():
    low = Decision(value=D("0.01"), binding="typed", who="Mai", why="rival")

    found = said(decisions={0: low})

    assert found["below_floor"].startswith("Boxes are priced at 0.01, below the floor")
    assert found["loss_likely"].startswith("At this price the chance of a loss is 99.")
    assert found["loss_likely"].endswith("in 100; policy allows 5.")
    assert "below_floor" not in said()


def test_a_safe_price_does_not_speak_of_losses():
    high = Decision(value=D("0.60"), binding="typed", who="Mai", why="rush")

    assert "loss_likely" not in said(decisions={0: high})


def test_a_deadline_at_risk_names_team_chance_and_date():
    risky = a_spec(deadline=date(2026, 4, 10))
    safe = replace(risky, deadline=date(2027, 12, 31))

    found = said(risky)["deadline_at_risk"]

    assert found.startswith("20 annotators finish by 10 April 2026 with a chance of ")
    assert "The date not passed eight times in ten is" in found
    assert "deadline_at_risk" not in said(safe)


def test_holidays_that_the_dates_rest_on_are_named():
    over_tet = a_spec(start_on=date(2026, 1, 12))
    quiet = a_spec(items=1000, start_on=date(2026, 5, 11))

    assert "Lunar New Year" in said(over_tet)["holidays"]
    assert "holidays" not in said(quiet)


def test_a_year_of_unknown_holidays_is_warned_of():
    far = a_spec(start_on=date(2033, 3, 1))

    assert "every weekday counts as worked" in said(far)["holidays_unknown"]


def test_a_time_that_rests_on_weak_evidence_says_so():
    found = said(a_spec(a_line(type="cuboid", complexity="hard")))

    assert found["weak_evidence"].startswith("The time for hard cuboids rests on weak")
    assert "weak_evidence" not in said(a_spec(a_line(type="polygon")))


def test_a_discount_below_the_floor_is_said_with_the_price_that_is_left():
    spec = a_spec(a_line(), commercial=Commercial(discount=D("0.5")))

    found = said(spec)

    assert "0.0420 after discount and tiers, below the floor" in found["below_floor"]
    assert "A discount of 50 % is more than the 10 %" in found["discount_over_policy"]


def test_a_discount_within_policy_needs_nobody():
    spec = a_spec(a_line(), commercial=Commercial(discount=D("0.10")))

    assert "discount_over_policy" not in said(spec)


def test_a_promise_that_the_inputs_do_not_carry_is_said():
    spec = a_spec(a_line(), quality=Quality(accuracy=D("0.995")))

    found = said(spec)

    assert found["accuracy_not_held"].startswith("98.9 % is expected to be right")
    assert "only 0.5 % may be wrong" in found["sample_softer_than_promise"]


def test_batches_that_would_rather_fail_are_said():
    # Ten boxes an image and 98 % of whole images: one image in nine has a fault.
    spec = a_spec(a_line(per_item=D(10)), quality=Quality(unit="image"))

    assert "0 of 100 batches" in said(spec)["release_unlikely"]


def test_a_deadline_that_no_team_meets_is_said():
    spec = a_spec(a_line(), team=Team(), deadline=date(2026, 3, 20))

    assert "No team of up to 500" in said(spec)["deadline_out_of_reach"]
