"""Examples of schedules with a source: what others printed, or a formula gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoping.calc import learning, merging, tenure
from scoping.calc.schedule import days_of_work
from scoping.calc.workdays import Calendar
from tests.calc.an_estimate import the_workdays
from tests.calc.test_vectors import agrees
from tests.shared import shared

HERE = Path(__file__).parent
VECTORS = {
    row["id"]: row
    for row in json.loads((HERE / "vectors_schedule.json").read_text("utf-8"))
}
UNUSED = {
    "SCH-30": "Durations are simulated day by day; no closed ratio of lognormals.",
}
PLAIN = Calendar(key="plain", weekmask="1111100", holidays=())


def days_between(at: dict[str, Any]) -> int:
    start, end = (date.fromisoformat(at[key]) for key in ("start", "end"))
    return PLAIN.count(start, end)


def offset(at: dict[str, Any]) -> str:
    """Move from a day; one that is not worked is rolled to the side that is asked."""
    day = date.fromisoformat(at["date"])
    if at["roll"] == "forward":
        return PLAIN.add(day, at["offset"]).isoformat()
    return PLAIN.add(PLAIN.add(day, -1), at["offset"] + 1).isoformat()


def add_days(at: dict[str, Any]) -> str:
    calendar = the_workdays().calendar(at["country"].lower())
    return calendar.add(date.fromisoformat(at["start"]), at["days"]).isoformat()


def holiday_list(at: dict[str, Any]) -> list[str]:
    days = the_workdays().calendar(at["country"].lower()).holidays
    return [day.isoformat() for day, _ in days if day.year == at["year"]]


def pod_days(at: dict[str, Any]) -> dict[str, float]:
    seconds = at["units"] * at["label_seconds"] * (1 + at["review_share"])
    worked = at["annotators"] * at["hours_per_day"] * at["utilisation"] * 3600
    days = days_of_work(np.array([seconds]), per_day=np.array([worked]), pace=[1.0])
    return {"hours": seconds / 3600, "days": float(days[0])}


def learned(at: dict[str, Any]) -> dict[str, float]:
    first, rate, plateau = at["t1"], at["r"], at["plateau_unit"]
    return {
        "total": learning.plateau_total(first, at["n"], rate=rate, plateau=plateau),
        "steady": learning.crawford_unit(first, plateau, rate=rate),
    }


def rate_from_total(at: dict[str, Any]) -> dict[str, float]:
    b = learning.wright_slope(at["T"], first=at["t"], units=at["n"])
    return {"b": b, "rate": learning.rate_of(b)}


ANSWERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "crawford_unit": lambda at: learning.crawford_unit(at["t"], at["n"], rate=at["r"]),
    "crawford_unit_rates": lambda at: [
        learning.crawford_unit(at["t"], at["n"], rate=rate) for rate in at["r"]
    ],
    "crawford_cumulative": lambda at: learning.crawford_total(
        at["t"], at["n"], rate=at["r"]
    ),
    "wright_block": lambda at: learning.wright_block(
        at["t"], at["m"], at["n"], rate=at["r"]
    ),
    "wright_unit": lambda at: learning.wright_unit(at["t"], at["n"], rate=at["r"]),
    "slope_from_rate": lambda at: [learning.slope(rate) for rate in at["r"]],
    "rate_from_total": rate_from_total,
    "business_days_between": days_between,
    "business_day_offset": offset,
    "holiday_list": holiday_list,
    "add_business_days": add_days,
    "pod_days": pod_days,
    "learning_with_plateau": learned,
    "headcount_with_attrition": lambda at: tenure.headcount(
        at["start"],
        leaving_month=at["monthly_attrition"],
        hires_month=at["hires_per_month"],
        months=at["months"],
    ),
    "ramp_days": lambda at: tenure.days_of_team(
        at["units"],
        a_day=at["units_per_person_day"],
        team=list(zip(at["headcount"], at["efficiency"], strict=True)),
    ),
    "joint_finish": lambda at: merging.joint_finish(at["stream_probabilities"]),
    "littles_law": lambda at: merging.in_progress(
        at["throughput_per_day"], days=at["cycle_days"]
    ),
    "expected_wave_submissions": lambda at: merging.submissions(
        at["release_probability"]
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_product_answers_as_the_source_does(name):
    row = VECTORS[name]

    answer = ANSWERS[row["function"]](row["inputs"])

    # Days are text here; `agrees` reads text as decimals.
    if row["function"] in {"business_day_offset", "add_business_days", "holiday_list"}:
        assert answer == row["expected"]
    else:
        agrees(answer, row["expected"], row["tolerance"])


def test_every_example_is_answered_or_has_a_reason_not_to_be():
    rows = json.loads(shared("data/vectors.json").read_text("utf-8"))
    ours = {row["id"]: row for row in rows if row["topic"] == "5-schedule"}

    assert set(ours) == set(VECTORS) | set(UNUSED)
    assert all(row == ours[name] for name, row in VECTORS.items())
