"""Change orders: what moves in a plan, what stays, and what cannot be."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.change import Change, ChangeError, price_change, rebased
from quotes.calc.gates.plan import GatePlan, LinePlan, further
from scoping.calc.sla.owed import delivery
from scoping.calc.spec.service import Late
from tests.calc.a_project import PLAIN, TAGS, a_plan, an_estimate_line, two_lines
from tests.scale import count

D = Decimal
LATER = date(2026, 3, 18)


def changed(plan=None, *, effective=LATER, **changes):
    return rebased(
        plan or a_plan(),
        Change(effective=effective, **changes),
        calendar=PLAIN,
        client_calendar=PLAIN,
    )


def test_half_as_many_boxes_again_cost_half_as_much_work_again():
    before = a_plan()

    after = changed(before, units={0: 7500})

    # 102.083333 of work on units; half of it on top; what is beside stays.
    assert after["cost"]["p50"] == "201.04"
    assert after["plan"]["on_units"] == "153.12"
    assert after["plan"]["beside"] == "47.92"
    assert after["cost"]["reserve"] == "60.00"
    assert (after["items"], after["lines"][0]["items"]) == (1500, 1500)
    # 3,000 at 0.09 and the rest at 0.075, 10 % off: 2,500 × 0.075 × 0.9 more.
    assert after["price"] == str(D(before["price"]) + D("168.75"))
    # Ten batches in 9 working days of production; five more at 0.9 days each.
    assert after["plan"]["batches"] == 15
    assert after["plan"]["passed"][-1][1] == 15
    last = date.fromisoformat(before["plan"]["passed"][-1][0])
    pace = Fraction(before["plan"]["production_days"], 10)
    assert after["plan"]["finish"] == PLAIN.add(last, ceil(5 * pace)).isoformat()


def test_the_past_of_a_plan_does_not_move():
    before = a_plan()
    after = changed(before, units={0: 7500}, effective=date(2026, 3, 23))

    past = [row for row in before["plan"]["weeks"] if row["week"] < "2026-03-23"]

    assert all(row in after["plan"]["weeks"] for row in past)
    assert any(row not in after["plan"]["weeks"] for row in before["plan"]["weeks"])


def test_lost_days_move_what_is_to_come_and_nothing_else():
    before = a_plan()

    after = changed(before, lost_days=3, promised=date(2026, 4, 13))

    assert after["promised"] == "2026-04-13"
    assert after["cost"] == before["cost"]
    for old, new in zip(before["plan"]["passed"], after["plan"]["passed"], strict=True):
        day = date.fromisoformat(old[0])
        moved = PLAIN.add(day, 3) if day >= LATER else day
        assert new == [moved.isoformat(), old[1]]
    assert after["plan"]["finish"] > before["plan"]["finish"]


def test_a_week_agreed_anew_is_the_one_that_is_held_to():
    late = Late(per_week=D("0.01"), most=D("0.1"), grace_days=2)
    promise = delivery(date(2026, 3, 30), late=late, currency="USD")
    other = {**promise.to_data(), "key": "your_answers"}
    before = {
        **a_plan(),
        "clauses": [promise.to_data(), other],
        "lines_price": "4000.00",
    }

    after = changed(before, promised=date(2026, 4, 15))

    # Wednesday 15 April lies in the week of the 13th; nothing else of it is new.
    assert after["clauses"] == [
        delivery(date(2026, 4, 13), late=late, currency="USD").to_data(),
        other,
    ]
    assert after["lines_price"] == "4000.00"
    # 2,500 boxes more at 0.075, 10 % off, and not what is added beside the units.
    more = changed(before, units={0: 7500}, price=D(50))
    assert more["lines_price"] == "4168.75"
    assert more["clauses"] == before["clauses"]
    # A plan of before says neither, and is left without.
    old = {k: v for k, v in a_plan().items() if k not in ("clauses", "lines_price")}
    assert {"clauses", "lines_price"}.isdisjoint(
        changed(old, promised=date(2026, 4, 15))
    )


def test_fewer_units_cut_the_batches_that_are_not_needed():
    after = changed(units={0: 2500})

    assert after["plan"]["batches"] == 5
    assert after["plan"]["passed"][-1][1] == 5
    assert after["cost"]["p50"] == "98.96"


def test_cost_and_price_beside_the_units_move_by_what_was_typed():
    before = a_plan()
    after = changed(before, cost=D("20.00"), price=D("-5.50"))

    assert D(after["cost"]["p50"]) - D(before["cost"]["p50"]) == 20
    assert D(after["price"]) - D(before["price"]) == D("-5.50")
    assert D(after["plan"]["beside"]) - D(before["plan"]["beside"]) == 20


def test_one_line_of_two_leaves_the_other_alone():
    before = two_lines()
    after = changed(before, units={1: 1000})

    assert after["lines"][0] == before["lines"][0]
    assert after["items"] == before["items"]
    assert after["plan"]["passed"] == before["plan"]["passed"]
    assert D(after["cost"]["p50"]) - D(before["cost"]["p50"]) == D("2.78")


def test_a_change_after_the_last_planned_week_is_planned_from_its_own_week():
    after = changed(units={0: 7500}, effective=date(2026, 5, 6))

    weeks = {row["week"] for row in after["plan"]["weeks"] if row["line"] == 0}
    assert "2026-05-04" in weeks
    # Added batches follow the change, not a day before it.
    assert after["plan"]["passed"][-1][0] > "2026-05-06"


def test_less_work_than_was_planned_already_is_taken_back_where_it_changes():
    after = changed(units={0: 500}, effective=date(2026, 5, 6))

    own = [row for row in after["plan"]["weeks"] if row["week"] == "2026-05-04"]
    assert all(D(row["cost"]) < 0 for row in own)


def test_the_gates_ask_for_the_images_of_the_new_plan():
    before = a_plan() | {
        "gates": {
            "items": 1000,
            "lines": [
                {"line": "Boxes", "index": 0, "items": 1000},
                {"line": "x", "items": 7},
            ],
        }
    }

    after = changed(before, units={0: 10_000})

    assert after["gates"]["items"] == 2000
    assert [row["items"] for row in after["gates"]["lines"]] == [2000, 7]


def test_a_line_that_is_not_sold_by_its_unit_moves_no_price_by_itself():
    line = an_estimate_line(unit="image", tiers=[])

    assert price_change(a_plan(line), Change(effective=LATER, units={0: 9000})) == 0


REFUSED = [
    ({"units": {7: 5}}, "no_such_line"),
    ({"units": {0: 0}}, "impossible_count"),
    ({"units": {0: 5000}}, "nothing_changed"),
    ({}, "nothing_changed"),
    ({"lost_days": -1}, "impossible_count"),
    ({"lost_days": 1, "effective": date(2026, 3, 1)}, "before_start"),
    ({"promised": date(2026, 3, 17)}, "promised_before"),
    ({"cost": D(-150)}, "no_cost_left"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSED)
def test_what_cannot_be_is_refused_with_its_code(changes, code):
    with pytest.raises(ChangeError) as error:
        changed(**changes)

    assert error.value.code == code


def test_a_plan_of_before_plans_by_week_is_not_changed():
    with pytest.raises(ChangeError) as error:
        changed(a_plan() | {"plan": None}, cost=D(5))

    assert error.value.code == "old_plan"


@settings(max_examples=count(300))
@given(
    boxes=st.integers(1, 20_000),
    tags=st.integers(1, 5_000),
    cost=st.decimals(-20, 500, places=2),
    lost=st.integers(0, 30),
    after=st.integers(0, 60),
)
def test_parts_of_a_changed_plan_add_up(boxes, tags, cost, lost, after):
    before = two_lines()
    made = changed(
        before,
        units={0: boxes, 1: tags},
        cost=cost,
        lost_days=lost,
        price=D(1),
        effective=date(2026, 3, 2) + timedelta(days=after),
    )

    plan = made["plan"]
    assert D(plan["on_units"]) + D(plan["beside"]) == D(made["cost"]["p50"])
    assert D(made["cost"]["p80"]) == D(made["cost"]["p50"]) + D(made["cost"]["reserve"])
    lines = sum(D(line["cost"]) for line in made["lines"])
    assert lines + cost == D(made["cost"]["p50"])
    for name in ("passed", "accepted"):
        days = [day for day, _ in plan[name]]
        many = [one for _, one in plan[name]]
        assert days == sorted(days)
        assert many == sorted(many)
        assert many[-1] == plan["batches"]
    # Work by week adds up to the work on units, a coin a line and stage aside.
    weeks = sum(D(row["cost"]) for row in plan["weeks"] if row["line"] is not None)
    assert abs(weeks - D(plan["on_units"])) <= D("0.08")
    # A second opinion on cost: each line's work at its planned cost of a unit.
    by_hand = D(before["cost"]["p50"]) + cost
    for line, units, was in (
        (an_estimate_line(), boxes, 5000),
        (an_estimate_line(**TAGS), tags, 500),
    ):
        whole = sum(D(row["cost"]) for row in line["work_by_kind"])
        by_hand += whole * (units - was) / was
    assert abs(by_hand - D(made["cost"]["p50"])) <= D("0.02")


def test_further_batches_hold_the_images_that_are_in_none_yet():
    line: dict[str, Any] = {"unit": "box", "size": 5, "max_wrong": 0, "images": 5}
    plan = GatePlan(
        reviewed=True,
        items=1250,
        batch_items=100,
        rules=20,
        gold_items=500,
        gold_needed=475,
        acceptance_days=10,
        client_calendar="us",
        lines=(
            LinePlan(line="Boxes", items=1250, **line),
            LinePlan(line="Tags", items=125, **line),
        ),
    )

    found = further(plan, {"Boxes": (10, 1000), "Tags": (10, 125)})

    assert [(one.key, one.items) for one in found] == [
        ("batch 011", 100),
        ("batch 012", 100),
        ("batch 013", 50),
    ]
    assert sum(one.items for one in further(plan, {})) == 1250 + 125


def test_no_more_batches_are_added_than_anybody_can_lay_out():
    from quotes.calc.gates import GateError

    line: dict[str, Any] = {"unit": "box", "size": 5, "max_wrong": 0, "images": 5}
    plan = GatePlan(
        reviewed=True,
        items=1_000_000,
        batch_items=1,
        rules=20,
        gold_items=500,
        gold_needed=475,
        acceptance_days=10,
        client_calendar="us",
        lines=(LinePlan(line="Boxes", items=1_000_000, **line),),
    )

    with pytest.raises(GateError):
        further(plan, {})
