"""A schedule of 1,000 batches, 2,000 times over, and a whole page: reported only.

The aims are 1 s for the walk and 2 s for everything the page says, deadline solved.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.estimate import card, workdays
from scoping.calc.estimate import estimate
from scoping.calc.planning.days import Crew, Job, walk
from scoping.calc.planning.design import design
from scoping.calc.spec import read_spec
from scoping.calc.tenure import Tenure

RUNS, BATCHES, ROUNDS = 2_000, 1_000, 5
A_DAY = 7.5 * 3600 * 0.8


def job() -> Job:
    """Return 4,000 person-days of labelling, 1,200 of review, a fifth that fails."""
    rng = np.random.default_rng(1)

    def every(value: float, sigma: float = 0.0) -> np.ndarray:
        return value * np.exp(sigma * rng.normal(size=RUNS))

    return Job(
        batches=BATCHES,
        labelling=every(4000 * A_DAY, 0.2),
        reviewing=every(1200 * A_DAY, 0.2),
        redoing=every(0.1 * A_DAY),
        rereviewing=every(1.2 * A_DAY),
        released=every(0.8),
        released_again=every(0.95),
        utilisation=every(0.8),
        starts=rng.choice([0, 5], size=RUNS),
    )


def main() -> int:
    """Print the median time of a walk, and on what."""
    crew = Crew(
        annotators=60,
        reviewers=21,
        hours_per_day=7.5,
        tenure=Tenure(
            ramp=(0.55, 0.75, 0.85, 0.92, 0.96), leaving_month=0.03, hire_days=10
        ),
    )
    taken, work = [], job()
    for _ in range(ROUNDS):
        start = time.perf_counter()
        runs = walk(work, crew, rng=np.random.default_rng(2))
        taken.append(time.perf_counter() - start)
    print(
        f"schedule, {BATCHES:,} batches, {RUNS:,} runs, "
        f"{int(np.median(runs.finished))} days: {statistics.median(taken):.2f} s "
        f"(aim 1 s) on {platform.processor() or platform.machine()}"
    )
    pages()
    return 0


ASKED: dict[str, dict[str, object]] = {
    "boxes, a close deadline": {"deadline": "2026-04-17"},
    "boxes, a far deadline": {"deadline": "2027-12-01"},
    "a million images": {"items": 1_000_000, "deadline": "2026-09-01"},
    "200,000 hard scenes": {
        "items": 200_000,
        "lines": [{"type": "polygon", "units_per_item": 5, "complexity": "hard"}],
        "deadline": "2027-03-01",
    },
}


def pages() -> None:
    """Print what everything takes that a page of the designer says."""
    rate_card, days = card(), workdays()
    for name, changes in ASKED.items():
        document = {
            "spec": 1,
            "items": 100_000,
            "start_on": "2026-03-02",
            "lines": [{"type": "bounding_box", "units_per_item": 5}],
        } | changes
        spec = read_spec(document, door="staff", today=date(2026, 2, 1))
        start = time.process_time()
        made = estimate(spec, rate_card, workdays=days)
        found = design(made, workdays=days)
        team = next(one for one in found.options if one.kind == "team")
        print(
            f"schedule page, {name}: {time.process_time() - start:.2f} s of processor "
            f"time (aim 2 s), team of {team.annotators}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
