"""The gap: planted causes are named, and any grouping adds up to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import log
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.actual_rates import (
    ActualRateError,
    PaidTime,
    RateBook,
    RoleRate,
    paid_by_week,
)
from quotes.calc.cells import cells_of
from quotes.calc.gap import (
    GROUPS,
    costed,
    grouped,
    in_hours,
    prices_of,
    split,
    totals,
)
from quotes.calc.variance import Factor, GapError, exact_parts
from tests.calc.a_project import a_check, a_plan, a_row, as_planned, two_lines
from tests.scale import count

D = Decimal
CENT = D("0.01")
MONDAY = date(2026, 3, 16)


def a_gap(baseline, rows, *, rates=(), paid=(), money=True):
    cells = cells_of(baseline, rows, paid_clock="label").cells
    prices = prices_of(baseline, book=RateBook(tuple(rates)), paid=paid_by_week(paid))
    products = costed(cells, prices=prices)
    return split(products if money else in_hours(products), unit=CENT)


def parts_of(rows):
    return {part["key"]: D(part["amount"]) for part in totals(rows)["parts"]}


def slower(row, factor):
    return replace(row, active_seconds=row.active_seconds * D(factor))


def hour_on(book, **where):
    found = book.find(site="vn", role="annotator", **where)
    return None if found is None else found.hour_cost


def a_rate(**changes):
    fields: dict[str, Any] = {
        "site": "vn",
        "team": "",
        "role": "annotator",
        "valid_from": date(2026, 1, 1),
        "hour_cost": D(4),
        "currency": "USD",
    }
    return RoleRate(**(fields | changes))


def test_work_exactly_as_planned_has_no_gap():
    rows = a_gap(a_plan(), as_planned())

    found = totals(rows)
    # A tenth of 69.44 + 3.47 + 26.04 + 3.12.
    assert found["planned"] == found["actual"] == "10.21"
    assert found["parts"] == []


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("time", {"active_seconds": D(6000)}),
        ("volume", {"units_produced": 600, "active_seconds": D(6000)}),
    ],
)
def test_slower_work_and_more_units_are_told_apart(key, changes):
    _, *checks = as_planned()
    scaled = [slower(row, "1.2") for row in checks]
    more = [*scaled] if key == "volume" else [scaled[0], *checks[1:]]

    found = parts_of(a_gap(a_plan(), [a_row(**changes), *more]))

    assert max(found, key=lambda name: abs(found[name])) == key
    # All hours a fifth dearer: 10.21 × 0.2; only labelling and rework: 7.29 × 0.2.
    expected = D("2.04") if key == "volume" else D("1.46")
    assert found[key] == pytest.approx(expected, abs=D("0.02"))


@pytest.mark.parametrize("stage", ["rework", "review", "audit"])
def test_more_work_of_a_stage_is_that_stage(stage):
    rows = [slower(row, "3") if row.stage == stage else row for row in as_planned()]

    found = parts_of(a_gap(a_plan(), rows))

    assert set(found) == {stage}
    assert found[stage] > 0


def test_work_that_nobody_had_to_do_is_saved_by_its_stage():
    rows = as_planned()
    more = [row for row in as_planned("b2", after=1) if row.stage != "rework"]

    found = parts_of(a_gap(a_plan(), [*rows, *more]))

    assert found == {"rework": D("-0.35")}


def test_a_stage_that_was_not_planned_is_that_stage():
    baseline = two_lines()
    rows = [
        a_row(line="1", items=10, units_produced=50, active_seconds=D(200)),
        a_check("review", 360, line="1"),
    ]

    found = parts_of(a_gap(baseline, rows))

    # 360 s are 0.1 h worked, 0.125 paid, at labelling's 4 an hour.
    assert found == {"review": D("0.50")}


def test_a_dearer_hour_is_the_cost_of_an_hour():
    rates = [a_rate(hour_cost=D(5)), a_rate(role="reviewer", hour_cost=D(5))]
    rows = a_gap(a_plan(), as_planned()[:3], rates=rates)

    found = parts_of(rows)

    # 7.2917 at 4 an hour and 2.6042 at 5: the first costs a quarter more, 1.8229.
    assert found == {"wage": D("1.82")}


def test_the_exchange_rate_is_told_from_the_wage():
    # 100,000 đồng at the planned 25,000 are the planned 4.00; the rate fell to 20,000.
    rate = a_rate(hour_cost=D(100_000), currency="VND", exchange=D(20_000))
    found = parts_of(a_gap(a_plan(), [a_row()], rates=[rate]))

    assert found == {"exchange": D("1.74")}


def test_a_dearer_role_is_who_did_the_work():
    rates = [a_rate(), a_rate(role="lead", hour_cost=D(6))]
    found = parts_of(a_gap(a_plan(), [a_row(role="lead")], rates=rates))

    # 6.94 at one and a half times the rate is 10.42 (10.4167).
    assert found == {"seniority": D("3.48")}


def test_paid_time_is_split_into_idle_waiting_and_overtime():
    # 5,000 s worked are 1.3889 h; 8 paid hours for 6.4 worked would be 1.7361.
    paid = PaidTime(
        team="A", week=MONDAY, paid=D("2.5"), client_waiting=D("0.5"), premium=D("0.25")
    )
    rows = a_gap(a_plan(), [a_row()], paid=[paid])

    found = parts_of(rows)

    actual = 2.75 * 4
    mean = (actual - 6.9444) / log(actual / 6.9444)
    assert set(found) == {"paid_over_worked", "client_waiting", "overtime"}
    assert float(found["client_waiting"]) == pytest.approx(
        mean * log(2.5 / 2), abs=0.006
    )
    assert float(found["overtime"]) == pytest.approx(mean * log(2.75 / 2.5), abs=0.006)
    assert float(found["paid_over_worked"]) == pytest.approx(
        mean * log(2 / 1.7361), abs=0.006
    )


def test_a_line_on_more_images_than_planned_is_a_shift_of_the_mix():
    baseline = two_lines()
    # Tags on thirty of a hundred images instead of ten.
    rows = [
        *as_planned(),
        a_row(line="1", items=30, units_produced=150, active_seconds=D(600)),
    ]

    found = parts_of(a_gap(baseline, rows))
    tags = parts_of([row for row in a_gap(baseline, rows) if row.cell.line == 1])

    # 0.28 were planned for ten images, 0.83 spent on thirty.
    assert found == tags == {"mix": D("0.55")}


def test_a_line_that_is_not_labelled_yet_is_no_shift():
    found = parts_of(a_gap(two_lines(), as_planned()))

    assert found == {}


def test_images_beyond_the_plan_are_volume():
    rows = [row for place in range(12) for row in as_planned(f"b{place:02}")]

    found = totals(a_gap(a_plan(), rows))

    # Twelve batches of ten: what was planned is the whole plan.
    assert found["planned"] == "102.08"
    assert [part["key"] for part in found["parts"]] == ["volume"]
    assert D(found["total"]) == pytest.approx(D("20.42"), abs=D("0.02"))


def test_images_without_a_single_unit_cost_time():
    found = parts_of(a_gap(a_plan(), [a_row(units_produced=0)]))

    # 5,000 s were spent as planned: nothing is over, but nothing is known of why.
    assert found == {}


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"clock": "session"}, "the file times session time, and people are paid"),
        ({"items": None}, "no batch carries images, units and a time"),
        ({"active_seconds": None}, "no batch carries images, units and a time"),
        ({"stage": "review", "items": None}, "no labelling was reported"),
    ],
)
def test_what_cannot_be_compared_says_why(changes, because):
    found = cells_of(a_plan(), [a_row(**changes)], paid_clock="label")

    assert found.cells == ()
    assert found.why_not[0].because.startswith(because)


def test_another_clock_than_the_plans_needs_a_factor():
    found = cells_of(a_plan(), [a_row(clock="session")], paid_clock="session")

    assert found.why_not[0].because.startswith("the plan is in label time")


def test_work_of_no_line_is_in_no_cell():
    found = cells_of(a_plan(), [a_row(line="Cuboids")], paid_clock="label")

    assert found.cells == ()
    assert found.why_not == {}


def test_a_rate_is_the_latest_of_the_team_or_of_everybody():
    book = RateBook(
        (
            a_rate(),
            a_rate(valid_from=date(2026, 3, 1), hour_cost=D(5)),
            a_rate(team="A", hour_cost=D(6)),
        )
    )

    assert hour_on(book, team="B", day=date(2026, 2, 1)) == 4
    assert hour_on(book, team="B", day=MONDAY) == 5
    assert hour_on(book, team="A", day=MONDAY) == 6
    assert hour_on(book, team="A", day=date(2025, 12, 1)) is None
    assert hour_on(book, team="A", day=None) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: a_rate(hour_cost=D(0)),
        lambda: a_rate(exchange=D(0)),
        lambda: PaidTime(team="A", week=MONDAY, paid=D(0)),
        lambda: PaidTime(team="A", week=MONDAY, paid=D(1), client_waiting=D(1)),
        lambda: PaidTime(team="A", week=MONDAY, paid=D(1), premium=D(-1)),
        lambda: paid_by_week([PaidTime(team="A", week=MONDAY, paid=D(1))] * 2),
    ],
)
def test_rates_and_paid_time_that_cannot_be_are_refused(make):
    with pytest.raises(ActualRateError):
        make()


def test_a_cost_below_nothing_is_no_product():
    factor = Factor(name="x", planned=D(1), actual=D(1))

    with pytest.raises(GapError):
        exact_parts([factor], planned=D(-1), actual=D(1))
    with pytest.raises(GapError):
        exact_parts([factor], planned=D(0), actual=D(1))
    assert exact_parts([factor], planned=D(0), actual=D(0)) == {"x": 0}


def random_rows(rng: Random):
    """Draw a project's ledger: lines, batches, days, teams, every kind of work."""
    rows = []
    for number in range(rng.randint(1, 6)):
        batch = f"b{number}"
        day = MONDAY + timedelta(days=rng.randint(0, 40))
        for line, images, units in (("0", 100, 500), ("1", 10, 50)):
            if rng.random() < 0.2:
                continue
            rows += [
                a_row(
                    line=line,
                    batch=batch,
                    pod=pod,
                    day=day,
                    items=images,
                    units_produced=rng.randint(0, units * 2),
                    active_seconds=D(rng.randint(0, 9_000_000)) / 1000,
                )
                for pod in rng.sample(["A", "B", ""], rng.randint(1, 3))
            ]
            for stage in ("rework", "review", "audit"):
                if rng.random() < 0.7:
                    passed = rng.choice([None, units])
                    rows.append(
                        a_check(
                            stage,
                            rng.randint(0, 4000),
                            line=line,
                            batch=batch,
                            units_passed=passed,
                            day=rng.choice([day, day + timedelta(days=9)]),
                        )
                    )
    return rows


@settings(max_examples=count(2000), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_grouping_in_any_order_adds_up_to_the_cent(seed):
    rng = Random(seed)
    rows = random_rows(rng)
    rates = [a_rate(hour_cost=D(rng.randint(200, 900)) / 100, team="A")]
    paid = [PaidTime(team="B", week=MONDAY, paid=D(rng.randint(1, 90)))]
    baseline = two_lines()

    found = a_gap(baseline, rows, rates=rates, paid=paid)

    whole = totals(found)
    assert D(whole["total"]) == D(whole["actual"]) - D(whole["planned"])
    for row in found:
        assert sum(row.parts.values()) == row.actual - row.planned
        assert all(part == part.quantize(CENT) for part in row.parts.values())
    names = {line["index"]: line["name"] for line in baseline["lines"]}
    for by in GROUPS:
        groups = grouped(found, by, names=names)
        for key in ("planned", "actual", "total"):
            assert sum(D(group[key]) for group in groups) == D(whole[key])
        sums: dict[str, Decimal] = {}
        for group in groups:
            for part in group["parts"]:
                sums[part["key"]] = sums.get(part["key"], D(0)) + D(part["amount"])
        assert {key: value for key, value in sums.items() if value} == parts_of(found)
    rng.shuffle(rows)
    assert totals(a_gap(baseline, rows, rates=rates, paid=paid)) == whole
    hours = totals(a_gap(baseline, rows, paid=paid, money=False))
    assert D(hours["total"]) == sum(D(part["amount"]) for part in hours["parts"])


@settings(max_examples=count(400), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_whole_is_what_the_hours_cost_by_hand(seed):
    rng = Random(seed)
    rows = [row for row in random_rows(rng) if row.active_seconds]
    found = cells_of(two_lines(), rows, paid_clock="label")

    got = totals(a_gap(two_lines(), rows))

    # Slow and obvious: every second at 1.25 paid hours an hour and its kind's rate.
    rates = {"label": 4.0, "rework": 4.0, "review": 5.0, "audit": 5.0}
    kept = {(cell.line, cell.batch) for cell in found.cells}
    expected = sum(
        float(row.active_seconds)
        / 3600
        * 1.25
        * (4.0 if row.line == "1" else rates[row.stage])
        for row in rows
        if (int(row.line), row.batch) in kept
    )
    assert float(got["actual"]) == pytest.approx(expected, abs=0.02)
