"""A real crowd's pass over pedestrians against a quote from its first fifty batches.

What the product says of it is worked out a second time here, from the rows of the file
with plain sums and logarithms, sharing no code. The file is not in the repository.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from math import exp, log
from statistics import median, pstdev
from typing import Any

import pytest
import yaml

from quotes.calc.field import Inputs
from quotes.calc.kept import kept
from quotes.calc.matching import Actual, match
from quotes.calc.reconcile import reconcile
from quotes.calc.standing import standing
from quotes.ingest.reading import read_mapping, read_work
from tests.calc.a_project import PLAIN, a_plan, an_estimate_line
from tests.calc.an_estimate import a_line
from tests.calc.test_kept import a_baseline
from tests.factories import ROOT
from tests.shared import shared

D = Decimal
FIRST = 50
AN_HOUR = 4.0
MISSED = re.compile(r"(\d+) matched, (\d+) extra, (\d+) missed")


@pytest.fixture(scope="module")
def body() -> bytes:
    return shared("data/samples/batches/pedestrian_boxes.csv").read_bytes()


@pytest.fixture(scope="module")
def table(body) -> list[dict[str, str]]:
    """Return the rows of the file as they are, in the order in which they began."""
    rows = csv.DictReader(StringIO(body.decode()))
    found = [row for row in rows if row["project"] == "pedestrian_boxes"]
    return sorted(found, key=lambda row: (row["started_at"], row["batch_id"]))


@pytest.fixture(scope="module")
def quoted(table) -> dict[str, float]:
    """Return what the first fifty batches say: boxes an image and seconds a box."""
    first = [row for row in table if row["annotator_seconds"]][:FIRST]
    boxes = sum(int(row["units"]) for row in first)
    return {
        "boxes": boxes / sum(int(row["items"]) for row in first),
        "seconds": sum(float(row["annotator_seconds"]) for row in first) / boxes,
        "items": sum(int(row["items"]) for row in table),
    }


@pytest.fixture(scope="module")
def plan(quoted) -> dict[str, Any]:
    """Return a baseline made of the first fifty batches, four an hour paid for."""
    boxes = round(quoted["boxes"] * quoted["items"])
    hours = boxes * quoted["seconds"] / 3600
    work = {"worked_hours": f"{hours:.6f}", "paid_hours": f"{hours:.6f}"}
    line = an_estimate_line(
        counted_units=boxes,
        items=str(int(quoted["items"])),
        labelling_seconds_per_unit=repr(quoted["seconds"]),
        clock="gesture",
        work_by_kind=[{"kind": "label", "cost": f"{hours * AN_HOUR:.6f}", **work}],
    )
    whole = f"{hours * AN_HOUR + 40:.2f}"
    return a_plan(line, cost={"p50": whole, "p80": f"{float(whole) * 1.2:.2f}"})


@pytest.fixture(scope="module")
def rows(body) -> list[Actual]:
    """Return the rows as the product reads them, each batch handed over as it was."""
    said = (ROOT / "fixtures/mappings/pedestrian_batches.yaml").read_text()
    reading = read_work(body, mapping=read_mapping(yaml.safe_load(said)), zone="UTC")
    assert reading.refused == ()
    return [
        Actual(
            line="",
            batch=row.values["batch"],
            delivery_version=None,
            stage="label",
            annotation_type="bounding_box",
            clock="gesture",
            units_passed=row.values["units_produced"],
            units_accepted=None,
            units_rejected=None,
            audit_n=None,
            audit_defects=None,
            day=row.values["period_end"].astimezone(UTC).date(),
            role="annotator",
            items=row.values.get("items"),
            units_produced=row.values.get("units_produced"),
            active_seconds=row.values.get("active_seconds"),
        )
        for row in reading.rows
    ]


@pytest.fixture(scope="module")
def stands(plan, rows) -> dict[str, Any]:
    # One batch has no time; all others are compared.
    timed = [row for row in rows if row.active_seconds is not None]
    return standing(plan, timed, inputs=Inputs(paid_clock="gesture", calendar=PLAIN))


def planned_and_actual(table, quoted):
    """Yield the week, the planned and actual cost, and the boxes of each batch."""
    for row in table:
        if not row["annotator_seconds"]:
            continue
        rate = AN_HOUR / 3600
        planned = int(row["items"]) * quoted["boxes"] * quoted["seconds"] * rate
        day = datetime.fromisoformat(row["finished_at"]).date()
        yield (
            day - timedelta(days=day.weekday()),
            planned,
            float(row["annotator_seconds"]) * rate,
            row,
        )


def test_seconds_a_box_are_those_of_the_file(plan, rows, table):
    found = reconcile(
        plan,
        match(plan, rows, paid_clock="gesture"),
        paid_clock="gesture",
        scopes=(),
    )["lines"][0]

    timed = [row for row in table if row["annotator_seconds"]]
    seconds = sum(float(row["annotator_seconds"]) for row in timed)
    boxes = sum(int(row["units"]) for row in timed)
    assert float(found["actual"]["seconds_per_unit"]["value"]) == pytest.approx(
        seconds / boxes, abs=0.005
    )
    assert found["actual"]["units"]["value"] == sum(int(row["units"]) for row in table)
    assert found["untimed_batches"] == ["58285"]


def test_the_gap_to_the_quote_is_split_as_by_hand(stands, table, quoted):
    volume = time = planned = actual = 0.0
    for _, plan_cost, cost, row in planned_and_actual(table, quoted):
        planned, actual = planned + plan_cost, actual + cost
        boxes = int(row["units"])
        if not boxes:
            continue
        mean = plan_cost
        if cost != plan_cost:
            mean = (cost - plan_cost) / log(cost / plan_cost)
        expected = int(row["items"]) * quoted["boxes"]
        each = float(row["annotator_seconds"]) / boxes
        volume += mean * log(boxes / expected)
        time += mean * log(each / quoted["seconds"])

    gap = stands["gap"]
    parts = {part["key"]: float(part["amount"]) for part in gap["parts"]}
    assert float(gap["planned"]) == pytest.approx(planned, rel=1e-3)
    assert float(gap["actual"]) == pytest.approx(actual, rel=1e-3)
    assert parts["volume"] == pytest.approx(volume, abs=0.01 * planned)
    assert parts["time"] == pytest.approx(time, abs=0.01 * planned)
    assert sum(parts.values()) == pytest.approx(float(gap["total"]), abs=1e-9)


def test_the_ramp_up_shows_in_the_weeks(stands, table, quoted):
    weeks: dict[date, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for week, plan_cost, cost, _ in planned_and_actual(table, quoted):
        weeks[week][0] += plan_cost
        weeks[week][1] += cost

    found = {
        date.fromisoformat(row["week"]): (float(row["planned"]), float(row["actual"]))
        for row in stands["gap_by"]["week"]
    }

    assert found.keys() == weeks.keys()
    for week, (plan_cost, cost) in weeks.items():
        assert found[week] == pytest.approx((plan_cost, cost), abs=0.02)


def test_the_scatter_between_batches_is_that_of_their_logarithms(stands, table, quoted):
    ratios = [
        log(cost / plan_cost)
        for _, plan_cost, cost, _ in planned_and_actual(table, quoted)
        if cost > 0
    ]
    by_hand = pstdev(ratios)
    middle = median(ratios)
    robust = 1.4826 * median(abs(ratio - middle) for ratio in ratios)

    spread = float(stands["ending"]["spread"])

    # Wide and with tails: what is learned lies between the two, a quarter aside.
    low, high = sorted((robust, by_hand))
    assert low * 0.75 <= spread <= high * 1.25
    so_far = float(stands["ending"]["so_far"])
    weights = [p for _, p, c, _ in planned_and_actual(table, quoted) if c > 0]
    mean = sum(w * exp(r) for w, r in zip(weights, ratios, strict=True)) / sum(weights)
    assert so_far == pytest.approx(mean, rel=0.01)


def test_missed_boxes_against_the_expert_pass_are_those_of_the_notes(table, rows):
    checks = [
        (row, [int(part) for part in MISSED.findall(row["notes"])[0]])
        for row in table
        if MISSED.search(row["notes"])
    ]
    baseline = a_baseline(a_line(type="bounding_box", per_item=D(5)))
    samples = [
        Actual(
            line="",
            batch=row["batch_id"],
            delivery_version=None,
            stage="audit",
            annotation_type="bounding_box",
            clock="gesture",
            items=int(row["items"]),
            units_produced=int(row["units"]),
            units_passed=None,
            units_accepted=None,
            units_rejected=None,
            active_seconds=None,
            audit_n=matched + extra,
            audit_defects=extra,
            audit_missed=missed,
            audit_extra=extra,
            day=date(2026, 3, 20),
        )
        for row, (matched, extra, missed) in checks
    ]

    found = kept(baseline, [*rows, *samples], as_of=date(2026, 4, 1))

    # Each batch by the objects that all of its images hold, not those that gold covers.
    right = there = drawn = kept_boxes = 0.0
    for row, (matched, extra, missed) in checks:
        boxes = int(row["units"])
        objects = max(boxes, matched + extra) * (matched + missed) / (matched + extra)
        right += objects * matched / (matched + missed)
        there += objects
        drawn += max(boxes, matched + extra)
        kept_boxes += max(boxes, matched + extra) * matched / (matched + extra)
    recall = next(one for one in found if "missed" in one["promise"].casefold())
    assert float(recall["observed"]) == pytest.approx(right / there, abs=2e-3)
    assert recall["state"] == "not_met"
    precise = next(one for one in found if "right" in one["promise"].casefold())
    assert float(precise["observed"]) == pytest.approx(kept_boxes / drawn, abs=2e-3)
