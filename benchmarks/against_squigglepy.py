"""How fast a whole estimate is against sampling alone with squigglepy.

Both have the same dimensions, correlations and number of draws. squigglepy only draws
its correlated normals; the product draws, prices, dates and explains six lines.
squigglepy is no dependency of the product: `make bench` installs it.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.estimate import DRAWS, card, forget, rounds, spec, workdays
from scoping.calc.chances import correlation_matrix
from scoping.calc.estimate import estimate

AT_LEAST = 5


def main() -> int:
    # By name: who checks types without the benchmarks' packages does not have it.
    squigglepy: Any = importlib.import_module("squigglepy")
    rate_card, days, project = card(), workdays(), spec()
    made = estimate(project, rate_card, workdays=days, draws=DRAWS)
    names = list(made.simulation.chances)
    matrix = correlation_matrix(names, made.simulation.correlations)

    def theirs() -> list[Any]:
        squigglepy.set_seed(project.seed)
        normals = tuple(squigglepy.norm(mean=0, sd=1) for _ in names)
        return [
            squigglepy.sample(one, DRAWS)
            for one in squigglepy.correlate(normals, matrix)
        ]

    def ours() -> None:
        forget()
        estimate(project, rate_card, workdays=days, draws=DRAWS)

    # Their draws are checked before they are timed: the same correlations.
    assert np.allclose(np.corrcoef(np.array(theirs())), matrix, atol=0.05)
    sampling, whole = rounds(theirs, ours, count=10)
    times = sampling / whole
    print(
        f"{len(names)} dimensions, {DRAWS:,} draws: {whole * 1e3:.0f} ms for a whole"
        f" estimate, {sampling * 1e3:.0f} ms for sampling alone with squigglepy:"
        f" {times:.1f} times faster (at least {AT_LEAST})"
    )
    return 0 if times >= AT_LEAST else 1


if __name__ == "__main__":
    raise SystemExit(main())
