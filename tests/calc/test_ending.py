"""Where a project will end: what is certain, what is to come, and by which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import exp, log
from typing import Any

import pytest

from quotes.calc.ending import LEAST_DOUBT, UNSTATED_DOUBT, doubt_of
from quotes.calc.field import Inputs
from quotes.calc.report import report
from quotes.calc.standing import standing
from quotes.calc.words import chances, pace_sentence, rest_sentence
from tests.calc.a_project import PLAIN, a_check, a_plan, a_row, as_planned, two_lines

D = Decimal


def an_ending(rows, *, baseline=None, **changes):
    inputs = Inputs(paid_clock="label", calendar=PLAIN, **changes)
    return standing(baseline or a_plan(), rows, inputs=inputs)["ending"]


def batches(many, *, factor="1", first=0):
    """Make batches, one a working day, whose every work took so many times the plan."""
    return [
        replace(row, active_seconds=(row.active_seconds or D(0)) * D(factor))
        for at in range(first, first + many)
        for row in as_planned(f"b{at}", after=at + at // 5 * 2)
    ]


def test_work_as_planned_ends_near_the_plan_and_rather_surely_within_the_reserve():
    found = an_ending(batches(5))

    low, typical, high = (float(found["cost"][key]) for key in ("p10", "p50", "p90"))
    # 150 as planned: 51 of it spent, 48 beside it, 51 to come.
    assert typical == pytest.approx(150, rel=0.02)
    assert low < typical < high
    assert float(found["within_reserve"]) > 0.95
    assert found["so_far"] == "1.0000"
    # 190 with the reserve, less 98.96 that is certain, over 51.04 to come.
    assert float(found["needed"]) == pytest.approx((190 - 98.96) / 51.04, rel=1e-3)


def test_a_plan_states_its_doubt_by_its_promised_cost():
    # ln(190 / 150) / 0.8416 = 0.281; e^(0.2 x 0.8416) = 1.183.
    assert doubt_of(a_plan()) == pytest.approx(log(190 / 150) / 0.8416212)
    assert exp(UNSTATED_DOUBT * 0.8416212) == pytest.approx(1.18, abs=0.005)
    for p50, p80, doubt in (
        ("0.00", "0.00", UNSTATED_DOUBT),
        ("0.00", "0.01", UNSTATED_DOUBT),
        ("150", "150", LEAST_DOUBT),
        ("150", "0.00", LEAST_DOUBT),
    ):
        assert doubt_of({"cost": {"p50": p50, "p80": p80}}) == doubt


def test_a_plan_that_comes_to_nothing_is_held_against_its_work_all_the_same():
    plan = a_plan()
    plan["cost"] = dict.fromkeys(plan["cost"], "0.00")

    found = an_ending(batches(5), baseline=plan)

    # Half of its work is done; what it cost says more of the rest than the plan does.
    assert found["batches"] == 5
    assert float(found["cost"]["p10"]) < float(found["cost"]["p90"])


def test_dear_batches_raise_what_is_to_come_and_more_of_them_raise_it_more():
    few = float(an_ending(batches(1, factor="1.5"))["cost"]["p50"])
    many = float(an_ending(batches(5, factor="1.5"))["cost"]["p50"])

    # Nine batches at 1.5 would come to 150 + 51 = 201; the first only half believed.
    assert 150 + 5.1 < few < many < 201


def test_the_finish_is_hours_over_hours_a_day():
    found = an_ending(batches(5))["finish"]

    # Half the work took five working days; the other half takes five more.
    # (a day that is begun counts).
    assert found["p50"] in ("2026-03-27", "2026-03-30")
    assert found["p10"] <= found["p50"] <= found["p80"] <= found["p90"]
    # Eleven working days are left until 6 April.
    assert float(found["by_promised"]) > 0.97
    assert float(found["hours_a_day_needed"]) < float(found["hours_a_day"])


def test_work_begun_shortens_what_is_left_but_is_not_finished():
    begun = [*batches(5), a_row(batch="b9", day=date(2026, 3, 20))]

    found = an_ending(begun)

    assert found["batches"] == 5
    assert found["finish"]["p50"] <= an_ending(batches(5))["finish"]["p50"]


def test_a_line_without_rows_is_still_to_come_as_planned():
    alone = an_ending(batches(5), baseline=two_lines())

    assert float(alone["cost"]["p50"]) == pytest.approx(150, rel=0.02)


def test_when_all_is_done_the_cost_is_known_and_no_day_is_forecast():
    found = an_ending(batches(10))

    assert found["cost"]["p10"] == found["cost"]["p90"] == "150.00"
    assert found["needed"] is None
    assert found["finish"]["because"] == "no work on units is left"


def test_without_a_finished_batch_the_plan_is_the_forecast():
    found = an_ending([a_row(), *batches(0)], on=date(2026, 3, 16))

    # Only labelling is reported, and all of it: the batch is finished.
    assert found["batches"] == 1
    # One batch was reviewed and not sampled, the other the reverse.
    nothing = an_ending(
        [
            a_row(),
            a_check("review", 1500),
            a_row(batch="b2"),
            a_check("audit", 180, batch="b2"),
        ]
    )
    assert nothing["batches"] == 0
    assert nothing["so_far"] is None
    sigma = log(190 / 150) / 0.8416212
    ratio = float(nothing["cost"]["p90"]) / float(nothing["cost"]["p50"])
    assert ratio < exp(1.2815516 * sigma) * 1.05


def test_spending_that_is_not_known_forecasts_nothing():
    found = an_ending([*batches(2), a_row(batch="b7", active_seconds=None)])

    assert found["because"] == "batch b7 of Boxes has no time"


def test_a_project_that_stands_still_has_no_pace():
    found = an_ending(batches(2), on=date(2026, 6, 1))

    assert found["finish"]["because"] == "no hours were worked in the last weeks"


def test_a_crawl_ends_beyond_every_calendar():
    slow = [
        replace(row, active_seconds=(row.active_seconds or D(0)) / 5000)
        for row in batches(1)
    ]
    crawl = an_ending([*slow, a_row(batch="b3", active_seconds=D("0.001"))])

    # One day's worth in seconds: the remaining hours are thousands of such days.
    assert crawl["finish"]["p90"] is None


def test_weeks_of_unlike_hours_leave_more_doubt_of_the_day():
    even = an_ending(batches(8))["finish"]
    uneven = an_ending([*batches(5), *batches(1, first=11)])["finish"]

    assert even["known"]
    assert uneven["known"]
    assert uneven["p90"] > even["p90"]


def test_after_the_promised_day_no_pace_keeps_it():
    late = [replace(row, day=date(2026, 4, 8)) for row in batches(3)]

    found = an_ending(late)["finish"]

    assert found["hours_a_day_needed"] is None
    assert pace_sentence(found) == "the promised day is over"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ("0.9999", "more than 99 chances in 100"),
        ("0.001", "less than 1 chance in 100"),
        ("0.01", "1 chance in 100"),
    ],
)
def test_no_chance_is_said_more_surely_than_it_is_known(share, said):
    assert chances(share) == said


def test_what_the_rest_may_cost_is_said_in_words():
    assert rest_sentence({"needed": None, "so_far": "1"}) == "no work on units is left"
    assert "spent already" in rest_sentence({"needed": "-0.1", "so_far": "1"})
    assert "no batch is finished" in rest_sentence({"needed": "1.2", "so_far": None})


@pytest.mark.parametrize(
    "rows", [batches(5), batches(10), [a_row(active_seconds=None)]]
)
def test_the_report_forecasts_or_says_why_not(rows):
    inputs = Inputs(paid_clock="label", calendar=PLAIN)
    found: dict[str, Any] = {
        "whole": {"gap": None, "cost": {"known": False, "text": "not known"}},
        "lines": [],
        "scopes": [],
        "outside": None,
        "standing": standing(a_plan(), rows, inputs=inputs),
    }

    assert "Forecast" in report("Streets", found)
