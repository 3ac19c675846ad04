"""Where a project stands: accepted work against plan and money, on a day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.actual_rates import PaidTime, RateBook, RoleRate
from quotes.calc.field import Inputs
from quotes.calc.report import report
from quotes.calc.standing import standing
from quotes.calc.timeline import timeline
from tests.calc.a_project import (
    PLAIN,
    a_check,
    a_plan,
    a_row,
    an_estimate_line,
    as_planned,
    two_lines,
)
from tests.scale import count

D = Decimal
MONDAY = date(2026, 3, 16)


def a_standing(rows, *, baseline=None, **changes):
    inputs: dict[str, Any] = {"paid_clock": "label", "calendar": PLAIN} | changes
    return standing(baseline or a_plan(), rows, inputs=Inputs(**inputs))


def value(figure):
    assert figure["known"], figure
    return figure["value"]


def five_batches():
    """Five of ten batches, one a working day, exactly as planned."""
    return [row for at in range(5) for row in as_planned(f"b{at}", after=at)]


def test_half_the_work_as_planned_earns_half_the_budget_at_a_dollar_a_dollar():
    found = a_standing(five_batches())

    # 102.08 of work on units (69.44 + 3.47 + 26.04 + 3.13), half of it.
    assert found["budget"]["counted"] == "102.08"
    accepted = found["accepted"]
    assert value(accepted["earned"]) == value(accepted["actual"]) == "51.04"
    assert value(accepted["cost_index"]) == "1.0000"
    assert value(accepted["share_earned"]) == "0.5000"
    # The whole as planned: 102.08 of work and 47.92 beside it.
    assert value(accepted["forecasts"]["as_so_far"]["whole"]) == "150.00"
    assert found["gap"]["total"] == "0.00"


def test_the_plan_of_the_day_and_the_time_are_read_off_the_calendar():
    found = a_standing(five_batches())

    # On Friday 20 March four batches should have passed (a day after the fifth day
    # of nine is the sixth) and, two working days earlier, two been accepted.
    assert found["on"] == "2026-03-20"
    assert value(found["accepted"]["planned"]) == "20.42"
    assert value(found["passed"]["planned"]) == "40.83"
    time = found["time"]
    # The third and fourth week end with two and seven of ten: five are planned for
    # three weeks and 3/5 of the fourth, when 19 days, 2.71 weeks, have passed.
    assert value(time["earned_schedule"]) == "3.60"
    assert time["weeks_passed"] == "2.71"
    assert value(time["variance"]) == "0.89"
    assert time["promised"] == "2026-04-06"
    assert value(time["finish"]) < value(time["finish_as_planned"])


def test_an_earlier_day_forgets_what_came_later():
    rows = five_batches()

    found = a_standing(rows, on=MONDAY + timedelta(days=1))

    assert value(found["accepted"]["earned"]) == "20.42"
    assert found["data_until"] == "2026-03-20"
    assert found == a_standing(
        [row for row in rows if row.day <= MONDAY + timedelta(days=1)],
        on=MONDAY + timedelta(days=1),
    ) | {"data_until": "2026-03-20"}


def test_what_is_delivered_but_not_accepted_earns_nothing():
    rows = [replace(row, units_accepted=None) for row in five_batches()]

    found = a_standing(rows)

    why = "not known, because the client has not confirmed any batch"
    assert found["accepted"]["earned"]["text"] == why
    assert found["accepted"]["cost_index"]["text"] == why
    assert found["time"]["finish"]["text"] == why
    assert value(found["passed"]["earned"]) == "51.04"


def test_a_batch_without_a_time_makes_spending_unknown_not_smaller():
    found = a_standing([*five_batches(), a_row(batch="b9", active_seconds=None)])

    why = "not known, because batch b9 of Boxes has no time"
    assert found["accepted"]["actual"]["text"] == why
    assert value(found["accepted"]["earned"]) == "51.04"


def test_another_clock_makes_spending_unknown():
    found = a_standing([a_row(clock="session", units_passed=500)])

    assert not found["accepted"]["actual"]["known"]
    assert "session time" in found["accepted"]["actual"]["because"]
    assert found["gap_in_days"]["known"] is False
    assert found["rate_and_hours"] is None


def test_a_batch_delivered_again_counts_once_and_its_second_hours_are_rework():
    rows = as_planned()
    again = a_row(delivery_version=2, active_seconds=D(1000), units_accepted=500)

    once, twice = a_standing(rows), a_standing([*rows, again])

    assert twice["accepted"]["earned"] == once["accepted"]["earned"]
    assert [part["key"] for part in twice["gap"]["parts"]] == ["rework"]


def test_kinds_of_work_that_no_row_reports_are_carried_as_planned():
    found = a_standing([a_row(units_accepted=500)], baseline=two_lines())

    assert found["budget"]["counted"] == "69.44"
    said = " ".join(found["carried"])
    assert "No rows yet, carried as planned: Tags." in said
    assert "no time was reported of rework (3.47), review (26.04), audit (3.12)" in said


def test_a_line_that_reports_no_acceptance_beside_one_that_does_has_none_yet():
    rows = [
        *as_planned(),
        a_row(line="1", items=10, units_produced=50, active_seconds=D(200)),
    ]

    found = a_standing(rows, baseline=two_lines())

    boxes, tags = found["lines"]
    assert value(boxes["earned"]) == value(found["accepted"]["earned"]) == "10.21"
    assert not tags["earned"]["known"]
    assert [row["line"] for row in found["gap_by"]["line"]] == ["Boxes", "Tags"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no file was dropped"),
        ([a_row(day=None)], "no row names its day"),
        ([a_row(line="Cuboids")], "no file was dropped"),
    ],
)
def test_without_rows_nothing_is_known(rows, why):
    found = a_standing(rows)

    assert found["known"] is False
    assert found["because"] == why


def test_a_plan_of_an_earlier_release_has_no_weeks_to_stand_in():
    old = an_estimate_line()
    del old["work_by_kind"]

    found = a_standing([a_row()], baseline=a_plan(old))

    assert "frozen before plans were kept by week" in found["text"]


def test_rows_without_a_day_are_counted_and_said():
    found = a_standing([*five_batches(), a_row(batch="b8", day=None)])

    assert "1 row names no day and is left out here." in found["carried"]


def test_what_no_file_measured_is_named():
    bare = a_standing(as_planned())["not_separable"]
    rates = RateBook(
        tuple(
            RoleRate(
                site="vn",
                team="",
                role=role,
                valid_from=date(2026, 1, 1),
                hour_cost=D(4),
                currency="USD",
            )
            for role in ("annotator", "reviewer")
        )
    )
    some = a_standing(as_planned(), book=rates)["not_separable"]
    paid = (PaidTime(team="A", week=MONDAY, paid=D(3)),)
    timed = a_standing(as_planned(), paid=paid)["not_separable"]
    helped = a_standing(
        as_planned(), baseline=a_plan(an_estimate_line(prelabels={"used": True}))
    )["not_separable"]

    assert [text.split(":")[0] for text in bare] == [
        "cost of an hour",
        "paid but not worked time, overtime and waiting",
        "exchange rate",
    ]
    assert "for all of this work" in some[0]
    assert not any("timesheet" in text for text in timed)
    assert any(text.startswith("pre-labels") for text in helped)


def test_with_every_rate_known_no_wage_is_missing():
    rates = tuple(
        RoleRate(
            site="vn",
            team="",
            role=role,
            valid_from=date(2026, 1, 1),
            hour_cost=D(5),
            currency="USD",
        )
        for role in ("annotator", "reviewer", "auditor")
    )
    found = a_standing(as_planned(), book=RateBook(rates))

    assert not any(
        text.startswith("cost of an hour") for text in found["not_separable"]
    )
    # The accountant's view of the same: the hours are as planned.
    assert found["rate_and_hours"] == {"rate": found["gap"]["total"], "hours": "0.00"}


def test_days_are_hours_over_hours_a_day_and_add_up():
    # Two days' work of a plan that has 25.0 h over nine days, in ten working days.
    rows = [*as_planned(), *as_planned("b2", after=11)]

    found = a_standing(rows)["gap_in_days"]

    # 2/10 of 24.0625 paid hours at 2.678 a day are 1.8 days.
    assert found["planned"] == "1.8"
    assert found["actual"] == "10"
    assert found["parts"] == [
        {"key": "hours_a_day", "name": "hours worked a day", "amount": "8.2"}
    ]


def test_the_report_says_what_the_page_says():
    found: dict[str, Any] = {
        "whole": {"gap": None, "cost": {"known": False, "text": "not known"}},
        "lines": [],
        "scopes": [],
        "outside": None,
    }

    text = report("Streets", {**found, "standing": a_standing(five_batches())})
    without = report("Streets", {**found, "standing": a_standing([])})

    assert "accepted for it      100 cents of work per dollar" in text
    assert "Work done, same images: planned 51.04, spent 51.04, 0.00" in text
    slow = [replace(row, active_seconds=D(9000)) for row in five_batches()[:1]]
    text = report("Streets", {**found, "standing": a_standing(slow)})
    assert "time a unit                       +5.56" in text
    assert "Where it stands: not known, because no file was dropped" in without


def test_the_timeline_counts_a_batch_by_its_last_version():
    rows = [
        a_row(units_accepted=100),
        a_check("rework", 60, delivery_version=2, units_accepted=400),
        a_row(day=None, batch="b9"),
    ]

    found = timeline(rows, clock="label")

    assert [moment.accepted for moment in found] == [100, 400]
    assert [moment.units for moment in found] == [500, 500]


@settings(max_examples=count(2000), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_random_projects_earn_what_was_accepted_and_never_more(seed):
    rng = Random(seed)
    rows = []
    for number in range(rng.randint(1, 8)):
        after = rng.randint(0, 30)
        units = rng.randint(1, 900)
        accepted = rng.choice([None, rng.randint(0, units)])
        rows += [
            a_row(
                batch=f"b{number}",
                delivery_version=version,
                units_produced=units,
                units_passed=units,
                units_accepted=accepted,
                active_seconds=D(rng.randint(1, 9000)),
                day=MONDAY + timedelta(days=after + version),
            )
            for version in range(1, rng.randint(1, 2) + 1)
        ]
    baseline = a_plan()

    found = a_standing(rows, baseline=baseline)

    by_batch = {row.batch: row.units_accepted for row in rows}
    counted = [units for units in by_batch.values() if units is not None]
    earned = found["accepted"]["earned"]
    assert earned["known"] == bool(counted)
    if counted:
        # A unit counts once, whatever was delivered again: 69.444444 ÷ 5,000 each,
        # and rework with it where some was reported.
        budget = float(found["budget"]["counted"])
        expected = budget * sum(counted) / 5000
        assert float(earned["value"]) == pytest.approx(expected, abs=0.011)
        assert float(earned["value"]) <= expected + 0.011
    later = [*rows, a_row(batch="late", day=MONDAY + timedelta(days=99))]
    day = date.fromisoformat(found["on"])
    again = a_standing(later, baseline=baseline, on=day)
    assert json.dumps({**again, "data_until": ""}) == json.dumps(
        {**found, "data_until": ""}
    )
