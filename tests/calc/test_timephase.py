"""The plan by week: it adds up to the quote, on working days, in order."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.baseline import baseline_document
from quotes.calc.timephase import by_week, due, share_due, windows
from scoping.calc.workdays import Calendar
from tests.calc.a_project import (
    PLAIN,
    TAGS,
    a_plan,
    a_spec,
    an_estimate,
    an_estimate_line,
    two_lines,
)

D = Decimal


def amounts(plan, **keys):
    return sum(
        D(row["cost"])
        for row in plan["weeks"]
        if all(row[key] == value for key, value in keys.items())
    )


def test_the_weeks_add_up_to_the_typical_cost_to_the_cent():
    baseline = two_lines()
    plan = baseline["plan"]

    assert amounts(plan) == D("150.00")
    assert D(plan["on_units"]) + D(plan["beside"]) == D("150.00")
    for line in baseline["lines"]:
        exact = sum((D(row["cost"]) for row in line["work"]), D(0))
        assert amounts(plan, line=line["index"]) == exact.quantize(D("0.01"))


def test_work_falls_into_the_weeks_of_its_stage():
    plan = a_plan()["plan"]
    weeks = {
        stage: sorted({row["week"] for row in plan["weeks"] if row["stage"] == stage})
        for stage in (1, 2, 3, 5)
    }

    assert weeks[1] == ["2026-03-02"]
    assert weeks[2] == ["2026-03-09"]
    # Nine working days from 16 to 26 March: five in the first week, four in the second.
    assert weeks[3] == ["2026-03-16", "2026-03-23"]
    first, second = (
        D(row["cost"]) for row in plan["weeks"] if (row["line"], row["stage"]) == (0, 3)
    )
    # 72.91 of production (69.44 and 3.47): 5/9 are 40.51.
    assert (first, second) == (D("40.51"), D("32.40"))


def test_batches_pass_a_day_after_production_and_are_accepted_two_days_later():
    plan = a_plan()["plan"]

    assert plan["batches"] == 10
    assert plan["passed"][-1] == ["2026-03-27", 10]
    # Friday 27 March and two working days.
    assert plan["accepted"][-1] == ["2026-03-31", 10]
    assert share_due(plan["passed"], date(2026, 3, 27), batches=10) == 1
    assert share_due(plan["passed"], date(2026, 3, 16), batches=10) == 0


def test_a_plan_smaller_than_its_work_takes_the_difference_off_production():
    plan = a_plan(cost={"p50": "80.00", "p80": "90.00"})["plan"]

    assert amounts(plan) == D("80.00")
    assert D(plan["beside"]) < 0


def test_a_plan_of_work_alone_has_nothing_beside_it():
    work = sum(D(row["cost"]) for row in a_plan()["lines"][0]["work"])
    plan = a_plan(cost={"p50": str(work), "p80": "190.00"})["plan"]

    assert not [row for row in plan["weeks"] if row["line"] is None]


def test_the_seconds_of_the_plan_are_those_that_were_printed():
    # The estimate's typical work is of 4,000 boxes; 5,000 at 10 s are quoted.
    work = [
        {"kind": "label", "worked_hours": "10", "paid_hours": "12", "cost": "48"},
        {"kind": "rework", "worked_hours": "1", "paid_hours": "1.2", "cost": "4.8"},
    ]
    line = a_plan(an_estimate_line(work_by_kind=work))["lines"][0]

    assert D(line["work"][0]["worked_hours"]) * 3600 / 5000 == pytest.approx(D(10))
    # Everything else grows alike: 1 h × 13.888… ÷ 10.
    assert line["work"][1]["worked_hours"] == "1.388889"


def test_an_estimate_of_an_earlier_release_has_no_plan_by_week():
    old = an_estimate_line()
    del old["work_by_kind"]

    assert a_plan(old)["plan"] is None


def test_a_line_that_takes_no_time_is_no_division_by_nothing():
    free = an_estimate_line(
        work_by_kind=[
            {"kind": "label", "worked_hours": "0", "paid_hours": "0", "cost": "0"}
        ],
        prelabels={"used": True},
    )
    line = a_plan(free)["lines"][0]

    assert line["work"][0]["cost"] == "0.000000"
    assert line["prelabels"] == {"used": True}


def test_a_schedule_without_a_pilot_begins_production_after_the_rules():
    schedule = {
        "start": "2026-03-02",
        "milestones": [{"stage": 3, "day": "2026-03-06"}],
    }

    found = windows(schedule, calendar=PLAIN)

    assert found[3].days[0] == date(2026, 3, 2)
    assert len(found[3].days) == 5


def test_a_stage_whose_gate_is_on_its_first_day_has_that_day():
    closed = Calendar(
        key="x", weekmask="1111100", holidays=((date(2026, 3, 2), "closed"),)
    )
    schedule = {
        "start": "2026-03-02",
        "milestones": [{"stage": 1, "day": "2026-03-02"}],
    }

    assert windows(schedule, calendar=closed)[1].days == (date(2026, 3, 2),)


def test_a_missing_stage_of_work_runs_with_production():
    estimate = an_estimate(an_estimate_line(), an_estimate_line(**TAGS))
    estimate["schedule"]["milestones"] = [{"stage": 3, "name": "", "day": "2026-03-26"}]
    baseline = baseline_document(
        a_spec(), estimate, calendar=PLAIN, client_calendar=PLAIN
    )

    assert amounts(baseline["plan"]) == D("150.00")


@given(
    cents=st.integers(-10_000, 1_000_000),
    tenths=st.integers(0, 10_000),
    length=st.integers(1, 40),
)
def test_any_amount_adds_up_over_its_weeks(cents, tenths, length):
    days = [date(2026, 3, 4) + timedelta(days=place) for place in range(length)]

    weeks = by_week(D(cents) / 100, D(tenths) / 10, days=days, currency="USD")

    assert sum(D(row["cost"]) for row in weeks) == D(cents) / 100
    assert sum(D(row["hours"]) for row in weeks) == D(tenths) / 10
    assert [row["week"] for row in weeks] == sorted({row["week"] for row in weeks})


@given(batches=st.integers(1, 500), turnaround=st.integers(0, 30))
def test_every_batch_is_due_once_and_accepted_no_sooner_than_passed(
    batches, turnaround
):
    schedule = an_estimate()["schedule"]
    found = due(
        windows(schedule, calendar=PLAIN),
        batches=batches,
        turnaround_days=turnaround,
        calendar=PLAIN,
        client_calendar=PLAIN,
    )

    assert found.passed[-1][1] == found.accepted[-1][1] == batches
    for day, many in found.accepted:
        assert share_due(found.passed, day, batches=batches) >= D(many) / batches
