"""Looks back: what was forecast on the way to an end that is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from quotes.calc.field import Inputs
from quotes.calc.record import looks_back, tally
from tests.calc.a_project import PLAIN, a_check, a_plan
from tests.calc.test_ending import batches

D = Decimal
INPUTS = Inputs(paid_clock="label", calendar=PLAIN)


def test_a_project_as_planned_was_forecast_rightly_all_the_way():
    found = looks_back(a_plan(), batches(10), inputs=INPUTS)

    assert [one["share"] for one in found] == ["0.25", "0.50", "0.75"]
    # The third batch brings the labelled images beyond a quarter, the fifth to half.
    assert [one["on"] for one in found] == ["2026-03-18", "2026-03-20", "2026-03-25"]
    assert {one["cost"] for one in found} == {"150.00"}
    assert {one["day"] for one in found} == {"2026-03-27"}
    assert all(one["held"] for one in found)
    assert max(float(one["error"]) for one in found) < 0.02
    assert {one["error_of_pace"] for one in found} == {"0.0000"}


def test_what_comes_later_is_not_known_on_the_way():
    # Five batches as planned, then five that took three times as long.
    rows = [*batches(5), *batches(5, factor="3", first=5)]

    found = looks_back(a_plan(), rows, inputs=INPUTS)

    # 150 + five tenths of 102.08 twice more.
    assert found[0]["cost"] == "252.08"
    assert [one["held"] for one in found][:2] == [False, False]
    plain = looks_back(a_plan(), batches(10), inputs=INPUTS)
    assert found[1]["typical"] == plain[1]["typical"]
    assert float(found[1]["error"]) > 0.4


@pytest.mark.parametrize(
    "rows",
    [
        [],
        batches(6),
        [replace(row, day=None) for row in batches(10)],
        [
            *batches(9),
            *(replace(row, active_seconds=None) for row in batches(1, first=9)),
        ],
    ],
    ids=["no rows", "not over", "no days", "no time"],
)
def test_a_project_that_is_not_over_has_no_record(rows):
    assert looks_back(a_plan(), rows, inputs=INPUTS) == []


def test_an_old_plan_has_no_record():
    plan = a_plan() | {"plan": None}

    assert looks_back(plan, batches(10), inputs=INPUTS) == []


def test_work_of_a_single_day_leaves_nothing_to_forecast():
    rows = [replace(row, day=batches(1)[0].day) for row in batches(10)]

    assert looks_back(a_plan(), rows, inputs=INPUTS) == []


def test_where_only_redo_is_left_no_day_was_forecast():
    on = batches(1)[0].day
    redo = a_check("rework", 10, batch="b0", day=date(2026, 3, 30))
    rows = [*(replace(row, day=on) for row in batches(10)), redo]

    found = looks_back(a_plan(), rows, inputs=INPUTS)

    assert [one["finish"] for one in found] == [None] * 3
    assert {one["day"] for one in found} == {"2026-03-30"}


def test_a_tally_counts_by_share_and_over_all():
    looks = [
        {
            "share": share,
            "held": held,
            "error": error,
            "error_of_pace": "0.2",
            "finish": finish,
        }
        for share, held, error, finish in (
            ("0.25", True, "0.1", {"held": True}),
            ("0.25", False, "0.3", None),
            ("0.75", True, "0.05", {"held": False}),
        )
    ]

    rows = {row["share"]: row for row in tally(looks)}

    assert list(rows) == ["0.25", "0.75", "all"]
    assert (rows["0.25"]["cost_held"], rows["0.25"]["forecasts"]) == (1, 2)
    assert rows["0.25"]["error"] == "0.2000"
    assert (rows["all"]["day_held"], rows["all"]["days_forecast"]) == (1, 2)
    assert rows["all"]["error"] == "0.1500"


def test_nothing_looked_back_on_is_no_tally():
    assert tally([]) == []
