"""How well the forecast of the cost does on projects that nothing of it was set by.

The projects are those of `quotes/generator/population.py`: every figure is drawn from
what was published of labelling, what a quote says of its doubt is true. They were
written down before the forecast was tried on them; docs/model.md says what was seen
when. What comes out is reported beside the aim; nothing is asserted here (the tests
do). SCALE takes fewer projects, SEED other ones.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from math import log
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from quotes.calc.completion import Ahead, Completion, Done, completion  # noqa: E402
from quotes.generator.population import Quoted, population  # noqa: E402

PROJECTS = 1000
MANY = max(20, int(PROJECTS * float(os.environ.get("SCALE", "1"))))
SEED = int(os.environ.get("SEED", "20270314"))
AIM = (0.76, 0.84)
SHARES = (0.25, 0.5, 0.75)
TENTHS = 10


@cache
def projects() -> list[Quoted]:
    """Generate the projects."""
    return list(population(MANY, rng=np.random.default_rng(SEED)))


def seen_of(one: Quoted, share: float) -> int:
    return max(1, round(share * len(one.actual)))


def forecast(one: Quoted, share: float, **changes: float) -> Completion:
    seen = seen_of(one, share)
    left = len(one.actual) - seen
    return completion(
        [
            Done(line=0, planned=one.planned, actual=cost, units=one.units)
            for cost in one.actual[:seen]
        ],
        [Ahead(line=0, planned=one.planned * left, batches=left, units=one.units)],
        certain=float(one.actual[:seen].sum()),
        **{"level_sigma": one.doubt, **changes},
    )


def places(share: float, **changes: float) -> np.ndarray:
    """Return where in its forecast each final cost lay, 0 to 1."""
    return np.array(
        [forecast(one, share, **changes).below(one.actual.sum()) for one in projects()]
    )


def said(name: str, **changes: float) -> None:
    found = {share: places(share, **changes) for share in SHARES}
    held = [np.mean((at >= 0.1) & (at <= 0.9)) for at in found.values()]
    print(f"{name}: {np.mean(held):.1%} (aim {AIM[0]:.0%} to {AIM[1]:.0%})")
    for (share, at), inside in zip(found.items(), held, strict=True):
        below, above = np.mean(at < 0.1), np.mean(at > 0.9)
        tenths = np.histogram(at, TENTHS, (0, 1))[0] / len(at)
        print(f"  {share:.0%} done: {inside:.1%}, {below:.1%} below, {above:.1%} above")
        print("    tenths: " + " ".join(f"{tenth:.3f}" for tenth in tenths))


def main() -> int:
    print(f"{MANY:,} projects, seed {SEED}")
    said("P10 to P90 held")
    said("without a start", start=0.0)
    said("without a batch effect", batch_sigma=0.0)
    ours, pace = [], []
    for one in projects():
        whole, seen = one.actual.sum(), seen_of(one, 0.25)
        ours.append(abs(log(forecast(one, 0.25).quantile(0.5) / whole)))
        pace.append(abs(log(one.actual[:seen].mean() * len(one.actual) / whole)))
    print(
        f"error of P50 at 25% done: {np.mean(ours):.4f}, of the pace so far "
        f"{np.mean(pace):.4f}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
