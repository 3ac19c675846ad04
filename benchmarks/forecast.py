"""How well the forecast of the cost does on projects that nothing of it was set by.

Every figure of a project is drawn from the range that measurements gave (spreads
between batches 0.12 to 0.29, items 0.29 to 0.42, workers 0.40 to 0.45; practice up to
1.3 times at first), none from the forecast's own constants; what a quote says of its
doubt is true. The population was written down before its result was looked at. What
comes out is reported beside the aim; nothing is asserted. SCALE takes fewer projects.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import cache
from math import exp, log, sqrt
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from quotes.calc.completion import Ahead, Completion, Done, completion  # noqa: E402
from quotes.generator.events import generate  # noqa: E402
from quotes.generator.truth import Truth  # noqa: E402

PROJECTS = 1000
MANY = max(20, int(PROJECTS * float(os.environ.get("SCALE", "1"))))
AIM = (0.76, 0.84)
SHARES = (0.25, 0.5, 0.75)


def a_truth(rng: np.random.Generator) -> tuple[Truth, float]:
    """Draw a project, and the doubt that its quote states."""
    doubt = float(rng.uniform(0.20, 0.50))
    workers, people = float(rng.uniform(0.40, 0.45)), int(rng.integers(8, 25))
    # The crew's own mean is a part of what the quote is in doubt about.
    level = sqrt(max(0.0, doubt**2 - workers**2 / people))
    return (
        Truth(
            batches=int(rng.integers(8, 25)),
            items_per_batch=int(rng.integers(20, 41)),
            items_per_job=int(rng.integers(2, 6)),
            units_per_item=float(rng.uniform(3, 8)),
            var_to_mean=float(rng.uniform(1.2, 3.0)),
            annotators=people,
            reviewers=3,
            project_effect=float(rng.normal(0, level)),
            worker_sigma=workers,
            batch_sigma=float(rng.uniform(0.12, 0.29)),
            item_sigma=float(rng.uniform(0.29, 0.42)),
            practice=float(rng.uniform(1.0, 1.3)),
            practice_units=100,
            first_pass_defect=float(rng.uniform(0.03, 0.12)),
            max_defect_share=1.0,
        ),
        doubt,
    )


def costs(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Return what each batch of a generated project took, all its work together."""
    found = np.zeros(truth.batches)
    for event in generate(truth, rng=rng).entries:
        found[event.batch] += event.seconds
    return found


def planned(truth: Truth, rng: np.random.Generator) -> float:
    """Return what a batch is planned at: the same work without any spread of level.

    Batches that spread cost more on average than a typical one. People who spread cost
    less: jobs go to whoever is free, so that the quick do more of them, and the mean
    over a crew is the harmonic one.
    """
    plain = replace(
        truth, project_effect=0.0, worker_sigma=0.0, batch_sigma=0.0, batches=6
    )
    spread = truth.batch_sigma**2 - truth.worker_sigma**2
    return float(np.mean(costs(plain, rng))) * exp(spread / 2)


@cache
def projects() -> list[tuple[np.ndarray, float, float, float]]:
    """Generate projects: cost by batch, plan of a batch, its doubt, its units."""
    rng = np.random.default_rng(20261129)
    found = []
    for _ in range(MANY):
        truth, doubt = a_truth(rng)
        units = truth.items_per_batch * truth.units_per_item
        found.append((costs(truth, rng), planned(truth, rng), doubt, units))
    return found


def forecast(
    project: tuple[np.ndarray, float, float, float], share: float, **changes: float
) -> Completion:
    actual, each, doubt, units = project
    seen = max(1, round(share * len(actual)))
    left = len(actual) - seen
    return completion(
        [Done(line=0, planned=each, actual=one, units=units) for one in actual[:seen]],
        [Ahead(line=0, planned=each * left, batches=left, units=units)],
        certain=float(actual[:seen].sum()),
        **{"level_sigma": doubt, **changes},
    )


def missed(**changes: float) -> dict[float, tuple[float, float]]:
    """Return the share of projects that ended below and above the band, by how far."""
    found = {}
    for share in SHARES:
        told = [forecast(one, share, **changes) for one in projects()]
        ends = [one[0].sum() for one in projects()]
        pairs = list(zip(told, ends, strict=True))
        found[share] = (
            sum(end < one.quantile(0.1) for one, end in pairs) / MANY,
            sum(end > one.quantile(0.9) for one, end in pairs) / MANY,
        )
    return found


def said(name: str, found: dict[float, tuple[float, float]]) -> None:
    held = [1 - below - above for below, above in found.values()]
    print(f"{name}: {sum(held) / len(held):.1%} (aim {AIM[0]:.0%} to {AIM[1]:.0%})")
    for (share, (below, above)), inside in zip(found.items(), held, strict=True):
        print(f"  {share:.0%} done: {inside:.1%}, {below:.1%} below, {above:.1%} above")


def main() -> int:
    print(f"{MANY:,} projects")
    said("P10 to P90 held", missed())
    said("without a batch effect", missed(batch_sigma=0.0))
    ours, pace = [], []
    for one in projects():
        actual, whole = one[0], one[0].sum()
        seen = max(1, round(0.25 * len(actual)))
        ours.append(abs(log(forecast(one, 0.25).quantile(0.5) / whole)))
        pace.append(abs(log(actual[:seen].mean() * len(actual) / whole)))
    print(
        f"error of P50 at 25% done: {np.mean(ours):.4f}, of the pace so far "
        f"{np.mean(pace):.4f}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
