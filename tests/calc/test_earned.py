"""Earned value: what the money bought, and what cannot be said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.earned import METHODS, earned_schedule, in_time, measures
from quotes.calc.figures import Missing, as_data, worked_out
from quotes.calc.words import cents_sentence, needed_sentence, weeks_sentence

D = Decimal


def number(figure):
    assert isinstance(figure, Decimal)
    return float(figure)


amounts = st.decimals(1, 10_000, places=2)


@given(budget=amounts, planned=amounts, earned=amounts, actual=amounts)
def test_the_measures_agree_with_one_another(budget, planned, earned, actual):
    found = measures(budget=budget, planned=planned, earned=earned, actual=actual)

    assert found.cost_variance == earned - actual
    assert found.schedule_variance == earned - planned
    for method in METHODS:
        one = found.forecasts[method]
        assert number(one.at_completion) == pytest.approx(
            number(
                worked_out(lambda rest: actual + rest, one.to_complete, undefined="")
            )
        )
        assert number(one.variance) == pytest.approx(
            float(budget) - number(one.at_completion), rel=1e-9, abs=1e-9
        )
    # At the pace so far the whole costs budget ÷ index, whatever is left.
    slow = float(budget) / (float(earned) / float(actual))
    assert number(found.forecasts["as_so_far"].at_completion) == pytest.approx(slow)


def test_what_was_never_spent_or_planned_has_no_index_and_says_why():
    found = measures(budget=D(100), planned=D(0), earned=D(0), actual=D(0))

    assert found.cost_index == Missing("nothing was spent on the counted work yet")
    assert found.schedule_index == Missing("the plan earns nothing up to this day")
    assert found.forecasts["as_planned"].at_completion == 100
    assert isinstance(found.forecasts["as_so_far"].at_completion, Missing)


def test_nothing_earned_forecasts_nothing_at_its_own_pace():
    found = measures(budget=D(100), planned=D(10), earned=D(0), actual=D(20))

    assert found.forecasts["as_so_far"].at_completion == Missing(
        "nothing was earned yet"
    )
    assert found.tcpi_budget == D(100) / D(80)


def test_a_spent_budget_asks_for_the_impossible_and_is_not_clamped():
    over = measures(budget=D(100), planned=D(80), earned=D(50), actual=D(120))
    exactly = measures(budget=D(100), planned=D(80), earned=D(50), actual=D(100))

    assert over.tcpi_budget == D("-2.5")
    assert exactly.tcpi_budget == Missing("no budget is left")


def test_a_missing_figure_hands_its_reason_on():
    why = Missing("batch b3 has no time")
    found = measures(budget=D(100), planned=D(10), earned=D(5), actual=why)

    assert found.cost_index == found.cost_variance == why
    assert found.schedule_index == D("0.5")
    assert as_data(why, unit=D(1))["text"] == "not known, because batch b3 has no time"


@given(
    steps=st.lists(st.decimals(1, 50, places=1), min_size=1, max_size=12),
    share=st.floats(0, 1),
)
def test_the_earned_schedule_reads_the_plan_backwards(steps, share):
    curve = [sum(steps[: place + 1], D(0)) for place in range(len(steps))]
    when = share * len(curve)
    earned = D(str(_height(curve, when)))

    found = earned_schedule(curve, earned=min(earned, curve[-1]), at=D(1))

    assert number(found) == pytest.approx(when, abs=1e-6)


def _height(curve, when):
    """Walk along the plan, a thousandth of a period at a time."""
    points = [0.0, *map(float, curve)]
    whole = int(when)
    if whole >= len(curve):
        return points[-1]
    return points[whole] + (when - whole) * (points[whole + 1] - points[whole])


def test_weeks_in_which_the_plan_earns_nothing_make_nobody_early_or_late():
    curve = [D(0), D(0), D(10), D(20)]

    assert earned_schedule(curve, earned=D(0), at=D("1.5")) == D("1.5")
    assert earned_schedule(curve, earned=D(0), at=D(3)) == 2
    assert earned_schedule(curve, earned=D(5), at=D(3)) == D("2.5")


def test_at_the_end_everything_was_earned_at_the_planned_end():
    curve = [D(10), D(20), D(20)]

    assert earned_schedule(curve, earned=D(20), at=D(9)) == 2


def test_more_than_the_plan_holds_has_no_place_in_it():
    found = earned_schedule([D(10)], earned=D(11), at=D(1))

    assert found == Missing("more was earned than the plan holds")
    assert isinstance(earned_schedule([], earned=D(0), at=D(1)), Missing)


def test_before_the_first_day_there_is_no_pace_in_time():
    found = in_time(D(0), at=D(0), planned=D(4))

    assert found.index == Missing("no time has passed yet")
    assert found.needed == 1
    assert in_time(D(3), at=D(4), planned=D(4)).needed == Missing(
        "the planned time is over"
    )


def test_a_formula_of_known_figures_is_worked_out():
    assert worked_out(lambda a, b: a - b, D(3), D(1), undefined="") == 2


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0.04", "on plan"),
        ("1.26", "1.3 weeks ahead of plan"),
        ("-0.95", "1.0 weeks behind plan"),
    ],
)
def test_weeks_are_said_with_their_side(value, said):
    assert weeks_sentence({"variance": {"known": True, "value": value}}) == said


def test_what_is_not_known_is_said_as_it_is():
    unknown = {"known": False, "text": "not known, because x"}

    assert (
        cents_sentence({"cost_index": unknown}, currency="VND")
        == "not known, because x"
    )
    assert weeks_sentence({"variance": unknown}) == "not known, because x"
    assert needed_sentence(unknown, currency="VND") == "not known, because x"
    spent = needed_sentence({"known": True, "value": "-2.5"}, currency="VND")
    assert spent == "the budget of this work is spent already"


def test_cents_and_dollars_are_said_of_dollars_alone():
    # 0.8796 of a unit of money is 87.96, said as 88, for each hundred of it.
    bought = {"cost_index": {"known": True, "value": "0.8796"}}
    needed = {"known": True, "value": "1.7882"}

    assert cents_sentence(bought, currency="USD") == "88 cents of work per dollar"
    assert cents_sentence(bought, currency="EUR") == "88 EUR of work per 100 EUR"
    assert needed_sentence(needed, currency="VND") == (
        "every 100 VND left must do 179 VND of planned work"
    )
