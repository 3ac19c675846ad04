"""Advice for staff: patches whose own estimates differ by what is printed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest

from scoping.calc.advice import advice, decisions_kept, lost_prelabels, re_estimate
from scoping.calc.arrangements import CLASSES_A_PASS, of_line, of_project
from scoping.calc.deadline import done_by, team_that_meets
from scoping.calc.document import document
from scoping.calc.estimate import estimate
from scoping.calc.methods import satisfies
from scoping.calc.offer import bill_of, make_offer
from scoping.calc.spec import read_spec, to_document
from scoping.calc.spec.patch import apply_patch, patched
from scoping.calc.spec.values import (
    AuditRule,
    Commercial,
    LowModeHigh,
    Need,
    Prelabel,
    Quality,
    Quantiles,
    Tax,
    Team,
    UnitsPerItem,
    Video,
)
from scoping.calc.suggest import Decision
from scoping.calc.weighing import day_of, standing
from scoping.calc.worth import worth_of
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    random_spec,
    the_card,
    the_card_with,
    the_workdays,
)
from tests.scale import count

D = Decimal
NEEDS = (None, *get_args(Need))


def advised(made):
    return advice(made, workdays=the_workdays())


def by_code(made):
    return {row.code: row for row in advised(made)}


def again(made, patch):
    """Estimate a patched spec as a stranger would, from its document, as a document.

    Decisions stay where the types of the lines stay, as drafts have it.
    """
    normal = json.loads(json.dumps(to_document(made.spec)))
    spec = read_spec(apply_patch(normal, patch), door="staff", today=date(2026, 1, 1))
    types = [[line.type for line in one.lines] for one in (made.spec, spec)]
    decided = {
        index: Decision(
            value=item.decided.value, binding=item.binding, who="x", why="y"
        )
        for index, item in made.suggested.items()
        if item.decided.because.startswith("decided by") and types[0] == types[1]
    }
    return document(
        estimate(
            spec,
            made.card,
            workdays=the_workdays(),
            draws=made.draws,
            decisions=decided,
        )
    )


def a_random_estimate(number: int, **changes: Any):
    """Estimate a random spec with a need; every third has decided prices."""
    spec = replace(random_spec(number), need=NEEDS[number % len(NEEDS)])
    decisions = {
        line.index: Decision(value=D("0.9"), binding="typed", who="x", why="y")
        for line in spec.lines
        if number % 3 == 0
    }
    return an_estimate(spec, draws=256, decisions=decisions, **changes)


@pytest.mark.parametrize("number", range(count(600)))
def test_each_amount_is_the_difference_of_two_documents(number):
    made = a_random_estimate(number)
    before = document(made)

    rows = advised(made)

    for row in rows:
        assert satisfies(patched(made.spec, row.patch))
        once = apply_patch(to_document(made.spec), row.patch)
        assert apply_patch(once, row.patch) == once
        if row.cost is None or row.price is None:
            assert row.saves is None
            continue
        after = again(made, row.patch)
        cost = D(before["cost"]["mean"]) - D(after["cost"]["mean"])
        price = D(before["price"]["total"]) - D(after["price"]["total"])
        assert (row.cost, row.price) == (cost, price)
        assert row.saves in (cost if row.side == "cost" else price, None)
        printed = [D(one.replace(",", "")) for one in AMOUNT.findall(row.text)]
        assert printed == [abs(one) for one in (cost, price) if one]


AMOUNT = re.compile(r"by ([\d,]+\.\d\d) USD")


@pytest.mark.parametrize("number", range(count(600)))
def test_most_money_comes_first_and_what_names_none_last(number):
    saved = [row.saves for row in advised(a_random_estimate(number))]

    named = [one for one in saved if one is not None]
    assert named == sorted(named, reverse=True)
    assert saved == [*named, *[None] * (len(saved) - len(named))]


def test_boxes_for_a_detector_are_worth_what_two_estimates_say():
    made = an_estimate(a_spec(a_line(type="polygon"), need="object_detection"))

    row = by_code(made)["lighter_method"]

    boxes = an_estimate(a_spec(a_line(), need="object_detection"))
    assert row.cost == made.cost.mean - boxes.cost.mean
    assert row.price == made.bill.total.value - boxes.bill.total.value
    assert row.to_data() == {
        "code": "lighter_method",
        "path": "/lines/0",
        "text": row.text,
        "side": "cost",
        "saves": str(row.cost),
        "gives_up": (
            "The outline of each object: a box also holds what lies around it."
        ),
        "patch": [{"op": "replace", "path": "/lines/0/type", "value": "bounding_box"}],
        "saves_price": str(row.price),
        "saves_cost": str(row.cost),
        "does": "Boxes instead of outlines",
        "note": row.note,
        "pays": True,
    }
    assert row.note == (
        "A detector learns a box around each object. Given up: the outline of each "
        "object: a box also holds what lies around it."
    )
    assert row.text == (
        f"Boxes instead of outlines: the mean cost falls by {row.cost:,.2f} USD, the "
        f"price falls by {row.price:,.2f} USD. A detector learns a box around each "
        f"object. Given up: the outline of each object: a box also holds what lies "
        f"around it."
    )


def test_nothing_is_advised_for_what_does_not_satisfy_its_need_anyway():
    made = an_estimate(a_spec(need="semantic_segmentation"))

    assert advised(made) == ()


def test_a_method_without_effort_on_the_card_is_not_advised():
    effort = {
        key: row
        for key, row in the_card().cost.effort.items()
        if key[0] != "bounding_box"
    }
    made = an_estimate(
        a_spec(a_line(type="polygon"), need="object_detection"),
        card=the_card_with(cost={"effort": effort}),
    )

    assert "lighter_method" not in by_code(made)


def test_only_the_dearest_lines_are_looked_at():
    lines = [a_line(type="image_tag", per_item=D("0.1")) for _ in range(8)]
    made = an_estimate(a_spec(*lines, a_line(type="polygon")))

    places = {row.path for row in advised(made) if row.code == "prelabels_on"}

    assert "/lines/8/prelabel" in places
    assert len(places) <= 6


# Prices that somebody decided.


def test_decided_prices_stay_while_the_types_stay():
    decided = {0: Decision(value=D("0.5"), binding="typed", who="x", why="y")}
    made = an_estimate(
        a_spec(a_line(type="polygon"), need="object_detection"), decisions=decided
    )

    rows = by_code(made)

    assert rows["prelabels_on"].price == 0
    assert "the price stays" in rows["prelabels_on"].text
    kept = decisions_kept(made, made.spec)
    assert [(one.value, one.binding) for one in kept.values()] == [(D("0.5"), "typed")]
    boxes = patched(made.spec, rows["lighter_method"].patch)
    assert decisions_kept(made, boxes) == {}


# Video.

CLIPS = Video(clips=20, seconds_per_clip=D(10), fps=D(30), label_every=1)
"""6,000 frames of 30 a second, each drawn by hand."""


def test_clips_drawn_frame_by_frame_are_held_against_tracked_ones():
    line = a_line(type="video_box")
    made = an_estimate(a_spec(line, items=6_000, item_kind="frame", video=CLIPS))

    row = by_code(made)["tracked"]

    # Two key frames a second: one in 15. Both ways are estimated in full.
    after = re_estimate(made, row.patch, workdays=the_workdays())
    assert after.spec.video is not None
    assert (after.spec.video.label_every, after.spec.video.interpolate) == (15, True)
    assert row.cost == made.cost.mean - after.cost.mean > 0
    assert row.price == made.bill.total.value - after.bill.total.value
    assert (
        f"{after.hours.mean:,.0f} instead of {made.hours.mean:,.0f} paid hours"
        in row.text
    )


def test_tracked_clips_are_held_against_every_frame_drawn_and_get_a_no():
    video = replace(CLIPS, label_every=10)
    line = a_line(type="video_box")
    made = an_estimate(a_spec(line, items=6_000, item_kind="frame", video=video))

    row = by_code(made)["frame_by_frame"]

    assert row.cost is not None
    assert row.cost < 0
    assert not row.pays
    assert row.note.startswith("That does not pay. ")
    assert row.text.endswith(row.note)
    assert "instead of one in 10 with the others interpolated" in row.text


def test_key_frames_alone_are_not_said_to_be_interpolated():
    video = replace(CLIPS, label_every=10, interpolate=False)
    line = a_line(type="video_box")
    made = an_estimate(a_spec(line, items=6_000, item_kind="frame", video=video))

    assert "interpolated" not in by_code(made)["frame_by_frame"].text


def test_clips_of_few_frames_a_second_are_not_tracked():
    video = Video(clips=20, seconds_per_clip=D(100), fps=D(1), label_every=1)
    line = a_line(type="video_box")
    made = an_estimate(a_spec(line, items=2_000, item_kind="frame", video=video))

    assert "tracked" not in by_code(made)


# Pre-labels.


def test_pre_labels_that_pay_are_advised():
    row = by_code(an_estimate())["prelabels_on"]

    assert row.saves is not None
    assert row.saves > 0
    accept = {"p10": "0.45", "p50": "0.65", "p90": "0.8"}
    assert row.patch[0]["value"] == {"share": "1", "accept_rate": accept}


def test_pre_labels_whose_set_up_costs_more_than_they_save_get_a_no():
    row = by_code(an_estimate(a_spec(items=300)))["prelabels_on"]

    assert row.saves is not None
    assert row.saves < 0
    assert row.text.endswith("That does not pay.")


def test_planned_pre_labels_that_lose_are_advised_against():
    line = a_line(prelabel=Prelabel(saving=D("0.1")))

    row = by_code(an_estimate(a_spec(line, items=300)))["prelabels_off"]

    assert row.saves is not None
    assert row.saves > 0
    assert row.patch == ({"op": "replace", "path": "/lines/0/prelabel", "value": None},)


def test_pre_labels_slower_than_drawing_by_hand_say_about_how_much():
    slow = replace(the_card().cost.prelabel["default"], check_share=a_figure("0.4"))
    card = the_card_with(cost={"prelabel": {"default": slow}})
    line = a_line(prelabel=Prelabel(accept_rate=D(0)))
    made = an_estimate(a_spec(line), card=card)

    (row,) = lost_prelabels(made)

    # 0.40 + 0.60 + 0.10 + 0.015 = 1.115 times the labelling.
    labelling = made.mean_costs()[0]
    assert made.tasks[0].seconds is made.efforts[0].labelling
    assert float(AMOUNT_LOST.findall(row.text)[0].replace(",", "")) == pytest.approx(
        labelling * 0.115, abs=0.01
    )
    assert "12 % slower" in row.text
    assert row.saves is None


def test_a_model_that_does_not_earn_its_set_up_back_is_said():
    line = a_line(prelabel=Prelabel(accept_rate=D("0.65")))
    small, large = an_estimate(a_spec(line, items=100)), an_estimate(a_spec(line))

    (row,) = lost_prelabels(small)

    worth = worth_of(small, line)
    assert worth is not None
    assert f"{worth.set_up:,.2f} USD to set up" in row.text
    assert f"pays from {worth.pays_from:,} units on" in row.text
    assert row.code == "prelabels_lose"
    assert list(lost_prelabels(large)) == []


def test_a_model_that_may_save_nothing_on_the_mean_pays_nowhere():
    # Typical proposals break even; their doubt is lopsided, and the mean loses.
    rate = Quantiles(p10=D("0.05"), p50=D("0.64"), p90=D("0.66"))
    slow = replace(
        the_card().cost.prelabel["default"],
        check_share=a_figure("0.66"),
    )
    card = the_card_with(cost={"prelabel": {"default": slow}})
    line = a_line(prelabel=Prelabel(accept_rate=rate))

    (row,) = lost_prelabels(an_estimate(a_spec(line), card=card))

    assert "pays from" not in row.text
    assert "Leave them out." in row.text


AMOUNT_LOST = re.compile(r"about ([\d,]+\.\d\d) USD")


def test_pre_labels_left_out_beside_the_total_have_no_amount():
    slow = replace(the_card().cost.prelabel["default"], check_share=a_figure("0.4"))
    line = a_line(prelabel=Prelabel(accept_rate=D(0)), optional=True)
    made = an_estimate(
        a_spec(a_line(), line), card=the_card_with(cost={"prelabel": {"default": slow}})
    )

    (row,) = lost_prelabels(made)

    assert "about" not in row.text


# Reviews, sample check, batches, passes.


def test_a_review_that_the_promise_does_not_need_is_advised_against():
    quality = Quality(reviews=2, accuracy=D("0.95"))
    made = an_estimate(a_spec(quality=quality))

    row = by_code(made)["reviews"]

    assert standing(made).accuracy
    assert row.saves is not None
    assert row.saves > 0
    assert row.patch[0]["value"] == 1


def test_a_review_is_advised_where_the_promise_needs_it_whatever_it_costs():
    quality = Quality(reviews=1, accuracy=D("0.99"))
    made = an_estimate(a_spec(quality=quality))

    row = by_code(made)["reviews"]

    assert not standing(made).accuracy
    assert standing(re_estimate(made, row.patch, workdays=the_workdays())).accuracy
    assert row.saves is not None
    assert row.saves < 0


def test_reviews_that_do_not_reach_the_promise_are_not_advised():
    quality = Quality(reviews=2, accuracy=D("0.9999"))

    assert "reviews" not in by_code(an_estimate(a_spec(quality=quality)))


def test_accuracy_of_images_counts_an_image_with_anything_wrong():
    by_object = standing(an_estimate(a_spec(quality=Quality(accuracy=D("0.95")))))
    by_image = standing(
        an_estimate(a_spec(quality=Quality(accuracy=D("0.95"), unit="image")))
    )

    # About 1.2 % wrong boxes, five of them: about 6 % of the images.
    assert (by_object.accuracy, by_image.accuracy) == (True, False)


def test_sample_checks_say_what_a_pass_proves():
    rows = by_code(an_estimate(a_spec(a_line(per_item=D(1)))))

    assert rows["audit_zero_defect"].gives_up == (
        "Nothing: a batch that passes is at most 1.9 % wrong, where it was at most "
        "5.9 %."
    )
    assert rows["audit_two_point"].gives_up.startswith("Nothing: ")
    assert rows["audit_two_point"].patch[0]["value"] == {
        "rule": "two_point",
        "good": "0.01",
        "bad": "0.04",
        "producer_risk": "0.05",
        "consumer_risk": "0.1",
    }


def test_a_smaller_sample_gives_up_proof():
    row = by_code(an_estimate())["audit_two_point"]

    assert row.gives_up.startswith("Proof: a batch that passes is at most ")


def test_another_rule_than_a_share_stays():
    zero = AuditRule(rule="zero_defect", bad=D("0.05"), confidence=D("0.95"))
    by_rule = list(of_project(a_spec(quality=Quality(audit=zero))))
    checks = list(of_project(a_spec(a_line(work="audit"))))

    codes = {row.code for row in (*by_rule, *checks)}

    assert codes == {"reviews", "batch_size"}


def test_batches_are_not_larger_than_the_project_nor_empty():
    one = [
        row.patch[0]["value"]
        for row in of_project(a_spec(items=1))
        if row.code == "batch_size"
    ]
    some = [
        row.patch[0]["value"]
        for row in of_project(a_spec(items=2000))
        if row.code == "batch_size"
    ]

    assert one == []
    assert some == [2000, 500]


def middle_of(said: Any) -> Decimal:
    if isinstance(said, Decimal):
        return said
    return said.p50 if isinstance(said, Quantiles) else said.mode


@pytest.mark.parametrize(
    "said",
    [
        D(6),
        Quantiles(p10=D(3), p50=D(6), p90=D(9)),
        LowModeHigh(low=D(3), mode=D(6), high=D(9)),
    ],
)
def test_a_long_list_of_classes_is_split_into_passes(said):
    line = a_line(classes=50, per_item=UnitsPerItem(mean=said), name="Goods")
    spec = a_spec(line, a_line(type="image_tag", alternative_to=0))

    rows = of_line(spec, spec.lines[0], cost=the_card().cost)

    split = patched(spec, next(r.patch for r in rows if r.code == "split_passes"))
    assert [line.name for line in split.lines] == [
        *("Goods 1/3", "", "Goods 2/3", "Goods 3/3")
    ]
    parts = [split.lines[index] for index in (0, 2, 3)]
    assert [line.classes for line in parts] == [17, 17, 16]
    whole, part = middle_of(said), middle_of(parts[0].units_per_item.mean)
    assert part * 3 == whole
    assert split.lines[1].alternative_to == 0


@pytest.mark.parametrize(
    "kept",
    [
        {"classes": CLASSES_A_PASS},
        {"classes": None},
        {"classes": 60, "type": "semantic_mask"},
        {"classes": 60, "per_item": UnitsPerItem(sample=(1, 2, 3))},
        {"classes": 60, "work": "correct"},
        {"classes": 201},
    ],
)
def test_what_cannot_be_shared_out_by_class_is_not_split(kept):
    spec = a_spec(a_line(**kept))

    rows = of_line(spec, spec.lines[0], cost=the_card().cost)

    assert "split_passes" not in {row.code for row in rows}


def test_passes_do_not_make_more_lines_than_a_spec_may_have():
    spec = a_spec(*[a_line(classes=40)] * 200)

    rows = of_line(spec, spec.lines[0], cost=the_card().cost)

    assert "split_passes" not in {row.code for row in rows}


# Dates and budgets.


def test_the_smallest_team_that_meets_a_deadline_is_advised():
    spec = a_spec(deadline=date(2026, 4, 20))
    made = an_estimate(spec)

    row = by_code(made)["team_for_deadline"]

    people = row.patch[0]["value"]
    assert people > 20
    assert row.saves is not None
    assert row.saves < 0
    assert standing(re_estimate(made, row.patch, workdays=the_workdays())).deadline
    fewer = replace(spec, team=Team(annotators=people - 1))
    assert not standing(an_estimate(fewer)).deadline
    assert "The smallest team that finishes by 20 April 2026." in row.text


def test_a_team_with_time_in_hand_may_be_smaller():
    made = an_estimate(a_spec(deadline=date(2026, 12, 1)))

    row = by_code(made)["team_for_deadline"]

    assert row.patch[0]["value"] < 20
    assert row.gives_up == "Time in hand before the deadline."
    exact = replace(made.spec, team=Team(annotators=row.patch[0]["value"]))
    assert "team_for_deadline" not in by_code(an_estimate(exact))


def test_a_date_that_the_team_misses_buys_fewer_items():
    made = an_estimate(a_spec(deadline=date(2026, 4, 20)))

    row = by_code(made)["deadline_buys"]

    items = row.patch[0]["value"]
    smaller = an_estimate(replace(made.spec, items=items))
    assert 0 < items < made.spec.items
    assert standing(smaller).deadline
    assert not standing(
        an_estimate(replace(made.spec, items=items * 11 // 10))
    ).deadline
    assert row.saves is None
    assert row.cost == made.cost.mean - smaller.cost.mean


def test_a_date_before_production_starts_buys_nothing():
    made = an_estimate(a_spec(deadline=date(2026, 3, 4)))

    assert team_that_meets(made, workdays=the_workdays()) is None
    assert done_by(made, date(2026, 3, 4), workdays=the_workdays()) is None
    assert {"deadline_buys", "team_for_deadline"}.isdisjoint(by_code(made))


def test_a_project_made_smaller_until_nothing_is_left_to_count_is_not_advised():
    line = a_line(share_of_items=D("0.000005"), per_item=D(1))
    spec = a_spec(line, a_line(per_item=D(60), type="polygon"))
    made = an_estimate(replace(spec, deadline=date(2026, 4, 1)))

    # Any project that is small enough for the date has not one unit of the first line.
    assert done_by(made, date(2026, 4, 1), workdays=the_workdays()) is not None
    assert "deadline_buys" not in by_code(made)


def test_a_deadline_is_written_as_a_day():
    assert (day_of(a_spec(deadline=date(2026, 4, 1))), day_of(a_spec())) == (
        *("1 April 2026", ""),
    )


def test_nothing_is_advised_that_misses_a_deadline_which_is_met():
    # Tet closes the site in Vietnam for a week of February.
    spec = a_spec(site="us", start_on=date(2026, 1, 26))
    deadline = an_estimate(spec).schedule.finish["p80"]
    met = an_estimate(replace(spec, deadline=deadline))

    assert standing(met).deadline
    assert "other_site" in by_code(an_estimate(spec))
    assert "other_site" not in by_code(met)


def test_fewer_items_are_priced_anew_where_their_prices_follow_the_cost():
    spec = a_spec(items=5000, budget=D(5300))
    made = an_estimate(spec)
    held = document(made)["advice"][0]

    row = by_code(made)["budget_buys_anew"]

    # At the unit prices of 5,000 images more are bought than 5,300 pays for anew.
    def total(patch):
        return re_estimate(made, patch, workdays=the_workdays()).bill.total.value

    (items,) = row.patch
    more = {**items, "value": items["value"] + 1}
    assert total(row.patch) <= 5300 < total((more,)) <= total(held["patch"])
    assert row.text == (
        f"5,300.00 USD buys {items['value']:,} images at unit prices made anew for so "
        f"few, fees included."
    )
    assert row.saves is None


def test_a_budget_for_not_one_item_priced_anew_buys_none():
    row = by_code(an_estimate(a_spec(items=300, budget=D(3000))))["budget_buys_anew"]

    assert row.text.startswith("3,000.00 USD buys 0 images")
    assert row.patch == ()


def test_prices_that_hold_for_what_a_budget_buys_are_not_made_anew():
    decided = {0: Decision(value=D("0.5"), binding="typed", who="Linh", why="renewal")}
    made = an_estimate(a_spec(budget=D(100_000)), decisions=decided)

    assert "budget_buys_anew" not in by_code(made)


def test_a_budget_is_tried_at_the_lighter_methods_and_its_prices():
    taxed = Commercial(tax=Tax(rate=D("0.1"), mode="exclusive", reason="domestic"))
    made = an_estimate(
        a_spec(
            a_line(type="polygon"),
            need="object_detection",
            budget=D(20_000),
            commercial=taxed,
        )
    )

    row = by_code(made)["budget_buys_lightest"]

    spec = patched(made.spec, row.patch)
    boxes = an_estimate(replace(made.spec, lines=spec.lines))
    prices = boxes.offer.unit_prices
    held = {index: step.value for index, step in prices.items()}
    bought = make_offer(
        spec,
        made.card.price,
        unit_prices=held,
        week=date(2026, 6, 1),
        workdays=the_workdays(),
    )
    one_more = replace(spec, items=spec.items + 1)
    assert bought.total <= 20_000
    assert (
        bill_of(one_more, price=made.card.price, unit_prices=prices).total.value
        > 20_000
    )
    assert f"buys {spec.items:,} images at these unit prices" in row.text
    assert row.text.endswith("fees and tax included.")


def test_the_document_has_advice_only_where_it_is_asked_for():
    made = an_estimate(a_spec(a_line(type="polygon"), need="object_detection"))

    rows = advised(made)

    assert document(made)["advice"] == []
    assert document(made, advice=rows)["advice"] == [row.to_data() for row in rows]
