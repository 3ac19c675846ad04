"""How well cost and last day are forecast through the whole way: rows, plan, standing.

Projects as in `quotes/generator/population.py`, with a reviewer for about two people,
an item a job and units of 7 to 25 minutes, so that a small project lasts some weeks;
each is given a plan that is right on average. Their rows are looked back on as
`forecast_record` does. Reported, not asserted. SCALE takes fewer projects, SEED others.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from quotes.calc.baseline import baseline_document  # noqa: E402
from quotes.calc.ending import Z80  # noqa: E402
from quotes.calc.field import Inputs  # noqa: E402
from quotes.calc.matching import Actual  # noqa: E402
from quotes.calc.record import looks_back, tally  # noqa: E402
from quotes.calc.words import record_lines  # noqa: E402
from quotes.generator.population import a_truth  # noqa: E402
from quotes.generator.truth import Truth  # noqa: E402
from tests.calc.a_project import (  # noqa: E402
    PLAIN,
    START,
    a_spec,
    an_estimate,
    an_estimate_line,
)
from tests.calc.test_planted_causes import rows_of  # noqa: E402

MANY = max(10, int(200 * float(os.environ.get("SCALE", "1"))))
SEED = int(os.environ.get("SEED", "20270314"))
PAID, RATE, BESIDE = 1.25, 4.0, 35.0
"""Paid hours for a worked one, what one costs, and what is planned beside units."""


def a_project(rng: np.random.Generator) -> tuple[dict[str, Any], list[Actual]]:
    """Return the plan and the rows of a project that is over."""
    truth, doubt = a_truth(rng)
    truth = replace(
        truth,
        seconds_per_unit=float(rng.uniform(400, 1500)),
        items_per_job=1,
        reviewers=max(2, round(truth.annotators * 0.45)),
        start=START,
    )
    rows = rows_of(truth, 0, rng)
    plain = replace(truth, project_effect=0.0, worker_sigma=0.0, batch_sigma=0.0)
    typical = exp((truth.batch_sigma**2 - truth.worker_sigma**2) / 2)
    return a_plan(truth, rows_of(plain, 0, rng), typical=typical, doubt=doubt), rows


def a_plan(
    truth: Truth, rows: Sequence[Actual], *, typical: float, doubt: float
) -> dict[str, Any]:
    hours: dict[str, float] = defaultdict(float)
    for row in rows:
        hours[row.stage] += float(row.active_seconds or 0) * typical / 3600
    items = truth.batches * truth.items_per_batch
    units = round(items * truth.units_per_item)
    line = an_estimate_line(
        items=str(items),
        counted_units=units,
        labelling_seconds_per_unit=f"{hours['label'] * 3600 / units:.6f}",
        work_by_kind=[
            {
                "kind": kind,
                "worked_hours": f"{many:.6f}",
                "paid_hours": f"{many * PAID:.6f}",
                "cost": f"{many * PAID * RATE:.6f}",
            }
            for kind, many in hours.items()
        ],
    )
    cost = sum(hours.values()) * PAID * RATE + BESIDE
    whole = {"p50": f"{cost:.2f}", "p80": f"{cost * exp(Z80 * doubt):.2f}"}
    return baseline_document(
        a_spec(
            items=items, quality={"batch_items": truth.items_per_batch, "accuracy": "1"}
        ),
        an_estimate(line, cost=whole),
        calendar=PLAIN,
        client_calendar=PLAIN,
    )


def main() -> int:
    rng = np.random.default_rng(SEED)
    inputs = Inputs(paid_clock="label", calendar=PLAIN)
    looks = [
        look
        for plan, rows in (a_project(rng) for _ in range(MANY))
        for look in looks_back(plan, rows, inputs=inputs)
    ]
    print(f"{MANY:,} projects, seed {SEED}; the range ought to hold 80 %")
    for line in record_lines(tally(looks)):
        print(line)
    late = sum(
        one["finish"]["late"] is not None and one["day"] > one["finish"]["late"]
        for one in looks
        if one["finish"] is not None
    )
    print(f"{late:,} of the days that were not held came late")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
