"""Estimate: one price with its reasons, and three suggestions for each line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from scoping.calc.spec import SpecError
from scoping.calc.spec.values import (
    AuditRule,
    Commercial,
    Prelabel,
    Quality,
    Quantiles,
    Team,
)
from scoping.calc.suggest import Decision
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_card_with,
    without_doubt,
)

D = Decimal
PUBLISHED = {
    "image_tag": a_line(type="image_tag", per_item=D(2)),
    "bounding_box": a_line(),
    "polygon": a_line(type="polygon", per_item=D("4.8")),
    "semantic_mask": a_line(type="semantic_mask", per_item=D(1)),
}


def decision(value: str, *, binding="typed") -> Decision:
    return Decision(value=D(value), binding=binding, who="Mai", why="a rival's price")


@pytest.mark.parametrize("type_", PUBLISHED)
def test_a_project_of_each_published_type_is_fully_costed(type_):
    made = an_estimate(a_spec(PUBLISHED[type_]))

    band = the_card().price.bands[type_]
    suggested = made.suggested[0]
    assert band.low.value <= suggested.list.value <= band.high.value
    assert suggested.target.value > 0
    assert suggested.floor.value > 0
    assert made.cost.p10 < made.cost.p50 < made.cost.p80 < made.cost.p90
    assert made.hours.mean > 0
    assert {task.stage for task in made.tasks} == {1, 2, 3, 5, 6, 7}
    assert all(task.cost.value > 0 for task in made.tasks)


def test_the_dearest_mask_costs_sixty_times_the_dearest_tag():
    bands = the_card().price.bands

    assert bands["semantic_mask"].high.value / bands["image_tag"].high.value == 60


def plain_card():
    """Return a card on which nothing but labelling costs anything, without doubt."""
    card = without_doubt()
    nothing: Any = a_figure(0)
    one = a_figure(1)
    site = card.cost.sites["vn"]
    share = replace(site.utilisation, p10=one, p50=one, p90=one)
    review = card.cost.review["default"]
    return replace(
        card,
        price=replace(card.price, fees=(), minimum_order=nothing),
        cost=replace(
            card.cost,
            fixed_seconds={"default": nothing},
            work=replace(
                card.cost.work,
                **dict.fromkeys(
                    (
                        *("taxonomy_hours", "hours_per_edge_rule", "lead_share"),
                        *("ramp_hours", "delivery_hours_per_batch"),
                        "audit_seconds_share",
                    ),
                    nothing,
                ),
            ),
            review={"default": replace(review, warranty_share=nothing)},
            sites={"vn": replace(site, utilisation=share)},
            effort={
                key: replace(
                    cell,
                    seconds=replace(
                        cell.seconds, p10=a_figure(9), p50=a_figure(9), p90=a_figure(9)
                    ),
                )
                for key, cell in card.cost.effort.items()
            },
            policy=replace(
                card.cost.policy, target_margin=nothing, floor_margin=nothing
            ),
        ),
    )


NO_GATES = Quality(
    reviews=0,
    gold_items=0,
    audit=AuditRule(share=D("0.10"), max_defect_share=D(1)),
)


def test_zero_variance_and_no_gates_are_units_times_rate():
    # 500,000 boxes × 9 s ÷ 3,600 = 1,250 hours, at a paid hour of 4.16028…: 5,200.35.
    card = plain_card()

    made = an_estimate(a_spec(quality=NO_GATES), card=card)

    hour = made.rates.by_role["annotator"].value
    expected = 500_000 * 9 * hour / 3600
    assert made.cost_step.value == pytest.approx(expected, rel=D("1e-20"))
    cent = D("0.01")
    assert {
        made.cost.mean,
        made.cost.p10,
        made.cost.p50,
        made.cost.p80,
        made.cost.p90,
    } == {expected.quantize(cent)}
    assert set(made.cost.se.values()) == {D("0.00")}
    assert made.hours.mean == D("1250.00")
    # Without margins target and floor are the cost of a box, up at four decimals.
    assert made.suggested[0].target.value == D("0.0105")
    assert made.suggested[0].floor.value == D("0.0105")


def test_three_annotators_an_item_triple_the_labelling():
    one, three = (
        an_estimate(
            a_spec(a_line(redundancy=people), quality=NO_GATES), card=plain_card()
        )
        for people in (1, 3)
    )

    assert three.cost_step.value == 3 * one.cost_step.value
    assert three.bill.subtotal.value == 3 * one.bill.subtotal.value


def test_target_and_floor_keep_their_margins():
    # 0.30 and 0.10 of the price; rounded up at the fourth decimal.
    made = an_estimate(draws=4096)
    units = made.offer.volumes[0].quoted.value
    draws = made.simulation.of(made.cost_step)

    mean, high = float(np.mean(draws)), float(np.quantile(draws, 0.8))

    suggested = made.suggested[0]
    assert float(suggested.target.value) == pytest.approx(
        mean / float(units) / 0.7, abs=1e-4
    )
    assert float(suggested.floor.value) == pytest.approx(
        high / float(units) / 0.9, abs=1e-4
    )
    assert float(suggested.target.value) * 0.7 * float(units) >= mean


def test_p90s_are_never_added_up():
    # Line floors times units × (1 − margin) come to the project's cost not passed at
    # the planning confidence, not to the sum of each line's own.
    lines = (a_line(), a_line(type="polygon"), a_line(type="image_tag"))
    commercial = Commercial(confidence=D("0.9"))

    made = an_estimate(a_spec(*lines, commercial=commercial), draws=4096)

    allocated = sum(
        made.suggested[index].floor.value
        * made.offer.volumes[index].quoted.value
        * D("0.9")
        for index in range(3)
    )
    whole = np.quantile(made.simulation.of(made.cost_step), 0.9)
    apart = sum(
        np.quantile(made.simulation.of(step), 0.9) for step in made.line_costs.values()
    )
    assert float(allocated) == pytest.approx(whole, rel=0.002)
    assert whole < apart + float(
        sum(task.cost.value for task in made.tasks if task.line is None)
    )


def test_the_greatest_of_the_three_is_taken_and_says_what_it_follows():
    easy, hard = (
        an_estimate(
            a_spec(a_line(type="semantic_mask", complexity=word, per_item=D(1)))
        )
        for word in ("simple", "hard")
    )

    for made in (easy, hard):
        prices = made.suggested[0]
        by_name = {
            "list": prices.list.value,
            "target": prices.target.value,
            "floor": prices.floor.value,
        }
        assert prices.decided.value == max(by_name.values())
        assert by_name[prices.binding] == prices.decided.value
    assert hard.suggested[0].binding != "list"


def test_a_decision_stands_whatever_is_suggested():
    made = an_estimate(decisions={0: decision("0.0001")})

    assert made.suggested[0].decided.value == D("0.0001")
    assert made.suggested[0].binding == "typed"
    assert made.bill.subtotal.value == D("50.00")
    assert made.loss_probability == 1


def test_a_promised_week_that_was_decided_is_what_the_client_is_told():
    made = an_estimate(promised=date(2026, 9, 7))

    assert made.offer.week == date(2026, 9, 7)
    assert not made.offer.indicative


def test_the_standard_team_works_where_nobody_stated_one():
    assert an_estimate(a_spec(team=Team())).schedule.annotators == 20
    assert an_estimate(a_spec(team=Team(annotators=7))).schedule.annotators == 7


def test_a_deadline_without_a_team_solves_for_the_team():
    spec = a_spec(team=Team(), deadline=date(2026, 6, 1))

    made = an_estimate(spec)

    assert made.annotators.value == made.schedule.annotators != 20
    assert made.annotators.origin is not None
    assert made.annotators.origin.at == "/deadline"
    assert made.schedule.deadline_chance is not None
    assert made.schedule.deadline_chance >= D("0.78")


def test_a_deadline_that_no_team_meets_is_planned_with_the_standard_one():
    made = an_estimate(a_spec(team=Team(), deadline=date(2026, 3, 6)))

    assert made.schedule.annotators == 20
    assert made.schedule.deadline_chance == 0


def test_a_stated_team_is_not_solved_for():
    made = an_estimate(a_spec(deadline=date(2026, 6, 1)))

    assert made.schedule.annotators == 20


def test_a_saving_beyond_the_planning_cap_is_refused():
    with pytest.raises(SpecError, match=r"A saving of 0\.41") as refused:
        an_estimate(a_spec(a_line(), a_line(prelabel=Prelabel(saving=D("0.41")))))

    assert refused.value.problems[0].path == "/lines/1/prelabel/saving"
    an_estimate(a_spec(a_line(prelabel=Prelabel(saving=D("0.40")))))


def test_adding_an_exact_optional_line_moves_no_other_line():
    alone = an_estimate()
    beside = an_estimate(a_spec(a_line(), a_line(type="image_tag", optional=True)))

    assert beside.bill.total.value == alone.bill.total.value
    assert beside.suggested[0].list.value == alone.suggested[0].list.value
    assert beside.cost_step.value == alone.cost_step.value
    assert [row.line.index for row in beside.bill.beside] == [1]


def test_an_audit_is_not_reviewed_and_sampled_again():
    made = an_estimate(a_spec(a_line(work="audit")))

    assert made.checkings == {}
    assert {task.stage for task in made.tasks} == {1, 2, 3, 7}


def test_more_units_move_revenue_and_cost_together():
    # Margin = revenue − cost under the same draws.
    doubt = Quantiles(p10=D(3), p50=D(5), p90=D(8))
    spec = a_spec(a_line(per_item=doubt))
    priced = an_estimate(spec, decisions={0: decision("0.2")}, draws=4096)
    flat = an_estimate(
        replace(spec, commercial=Commercial(basis="fixed")),
        decisions={0: decision("0.2")},
        draws=4096,
    )

    units = priced.simulation.of(priced.offer.volumes[0].units)

    assert np.corrcoef(units, priced.margin_draws)[0, 1] > 0.5
    assert np.corrcoef(units, flat.margin_draws)[0, 1] < 0
    mean = float(priced.mean_revenue) - float(priced.cost.mean)
    assert float(priced.margin.mean) == pytest.approx(mean, abs=0.02)


def test_fees_cost_what_the_card_says_each_time_they_are_due():
    # Set-up 820 and three months of the tool at 240.
    assert an_estimate().fee_cost == D("1540.00")


def test_a_type_with_review_figures_of_its_own_is_reviewed_by_them():
    rows = the_card().cost.review
    none_wrong = {name: a_figure(0) for name in ("p10", "p50", "p90")}
    perfect = replace(
        rows["default"],
        first_pass_defect=replace(rows["default"].first_pass_defect, **none_wrong),
    )
    card = the_card_with(cost={"review": {**rows, "polygon": perfect}})

    made = an_estimate(a_spec(a_line(), a_line(type="polygon")), card=card)

    assert made.checkings[0].loop.outgoing_defect.value > 0
    assert made.checkings[1].loop.outgoing_defect.value == 0


def test_a_line_on_less_than_half_an_image_earns_nothing_by_the_image():
    # 0.4 images are none, though they hold 4.8 boxes, that is 5.
    sparse = a_line(share_of_items=D("0.004"), per_item=D(12))
    spec = a_spec(sparse, items=100, commercial=Commercial(basis="image"))

    made = an_estimate(spec)

    assert made.bill.lines[0].units.value == 0
    assert made.mean_revenue == made.bill.fees_total.value
