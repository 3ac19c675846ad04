"""Costing: seconds into paid hours, paid hours into money, bottom up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.costing import (
    added,
    hour_with_lead,
    month_cost,
    rates_of,
    rule_hours,
    seconds_worked,
)
from scoping.calc.rates import MissingRateError
from scoping.calc.spec.values import Prelabel, Quality, Team
from tests.calc.an_estimate import (
    a_line,
    a_spec,
    an_estimate,
    the_card,
)

D = Decimal


def task_named(made, name):
    return next(task for task in made.tasks if task.hours.name.startswith(name))


def test_a_month_is_pay_and_a_bonus_month_insurance_seat_and_overhead():
    # (9,500,000 × 13 ÷ 12 × 1.215 + 2,800,000) × 1.22 = 18,671,337.50 dong.
    found = month_cost(D(9_500_000), D(13), D("0.215"), D(2_800_000), D("0.22"))

    assert found == pytest.approx(D("18671337.5"))


def test_a_paid_hour_is_a_month_over_hours_over_the_exchange_rate():
    # 18,671,337.5 ÷ 176 ÷ 25,500 = 4.16028.
    found = rates_of(a_spec(), the_card().cost)

    assert found.by_role["annotator"].value == pytest.approx(
        D("4.160280"), abs=D("0.000001")
    )


def test_an_hour_carries_the_leading_that_goes_with_it_and_a_lead_s_does_not():
    # 4 + 0.06 × 8 = 4.48.
    assert hour_with_lead(D(4), D("0.06"), D(8)) == D("4.48")
    rates = rates_of(a_spec(), the_card().cost)
    assert rates.led["lead"] is rates.by_role["lead"]
    assert rates.led["annotator"].value > rates.by_role["annotator"].value


def test_of_eight_paid_hours_six_and_a_half_are_worked():
    assert seconds_worked(D("0.8")) == 2880
    # 5,240,000 s of work at 0.8 × 3,600 s a paid hour.
    made = an_estimate()
    labelling = task_named(made, "Labelling")
    assert labelling.hours.value == labelling.seconds.value / 2880


def test_rules_take_hours_each():
    # 24 + 20 × 1.5 = 54.
    assert rule_hours(D(24), D(20), D("1.5")) == 54
    assert task_named(an_estimate(), "Rules and kinds").hours.value == 54


def test_training_is_paid_for_each_annotator_and_not_for_each_batch():
    # 16 h each.
    few = an_estimate(a_spec(team=Team(annotators=5)))
    batches = an_estimate(a_spec(quality=Quality(batch_items=100)))

    assert hours_of(few, "Ramp-up") == 80
    assert hours_of(batches, "Ramp-up") == 320


def hours_of(made, name):
    return next(
        task.hours.value for task in made.tasks if task.cost.name.startswith(name)
    )


def test_each_batch_is_handed_over_the_last_short_one_too():
    # 100,001 ÷ 1,000 = 101 batches × 0.75 h.
    made = an_estimate(a_spec(items=100_001))

    assert hours_of(made, "Delivery") == D("75.75")


def test_the_gold_set_is_labelled_once_a_round():
    # 500 images × seconds of one image × 2 rounds ÷ 2,880.
    made = an_estimate()
    one = made.efforts[0].labelling.value / 100_000

    assert hours_of(made, "Gold set") == pytest.approx(500 * one * 2 / 2880)


def test_a_model_is_set_up_where_pre_labels_are_used_and_only_there():
    used = a_line(prelabel=Prelabel(saving=D("0.25")))
    left_out = a_line(prelabel=Prelabel(accept_rate=D("0")))
    cost = the_card().cost
    slow = replace(
        cost.prelabel["default"],
        check_share=replace(cost.prelabel["default"].check_share, value=D(1)),
    )
    card = replace(the_card(), cost=replace(cost, prelabel={"default": slow}))

    setups = [
        [task for task in made.tasks if task.stage == 4]
        for made in (
            an_estimate(a_spec(used)),
            an_estimate(a_spec(left_out), card=card),
            an_estimate(a_spec(a_line(work="correct"))),
        )
    ]

    assert [len(rows) for rows in setups] == [1, 0, 0]
    assert setups[0][0].hours.value == 24


def test_a_role_that_the_site_does_not_pay_is_named():
    site = the_card().cost.sites["vn"]
    roles = {key: role for key, role in site.roles.items() if key != "auditor"}
    cost = replace(the_card().cost, sites={"vn": replace(site, roles=roles)})

    with pytest.raises(MissingRateError, match="pay of an auditor in Vietnam"):
        rates_of(a_spec(), cost)


def test_a_site_that_the_card_lacks_is_named():
    with pytest.raises(MissingRateError, match="site “moon”"):
        rates_of(a_spec(site="moon"), the_card().cost)


def test_a_sum_of_one_is_that_one_and_of_nothing_a_mistake():
    step = task_named(an_estimate(), "Labelling").hours

    assert added([step], "Hours", unit="h") is step
    assert added([step, step], "Hours", unit="h").value == 2 * step.value
    with pytest.raises(ValueError, match="sum of nothing"):
        added([], "Hours", unit="h")


def test_the_cost_of_the_work_is_the_sum_of_its_tasks():
    made = an_estimate(a_spec(a_line(), a_line(type="polygon"), a_line(optional=True)))

    parts = sum(task.cost.value for task in made.tasks)
    assert made.cost_step.value == pytest.approx(parts, rel=D("1e-24"))
    assert {task.line for task in made.tasks} == {0, 1, None}
