"""Projects unlike each other, with what their quotes would have said of them.

A forecast is tried on them. Every figure is drawn from what was published of labelling
(spreads, practice, errors), none from the constants of a forecast. What a quote says of
its own doubt is true, and so is its plan on average. See docs/generator.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp, sqrt

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .events import generate
from .truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A project that is over, and its quote.

    `actual` are the seconds that each batch took, all its work together; `planned`
    those planned for one; `doubt` the sigma of the logarithm that the quote states.
    """

    truth: Truth
    actual: NDArray[np.float64]
    planned: float
    doubt: float

    @property
    def units(self) -> float:
        """Return the units planned for a batch."""
        return self.truth.items_per_batch * self.truth.units_per_item


def population(
    number: int, *, rng: Generator, batches_dominate: bool = False
) -> Iterator[Quoted]:
    """Yield so many projects, each with a truth of its own.

    Where `batches_dominate` people are alike and practised, and batches differ as
    widely as any that were published.
    """
    for _ in range(number):
        truth, doubt = a_truth(rng)
        if batches_dominate:
            truth = replace(truth, batch_sigma=0.29, worker_sigma=0.05, practice=1.0)
        yield Quoted(
            truth=truth,
            actual=seconds_by_batch(truth, rng=rng),
            planned=planned(truth, rng=rng),
            doubt=doubt,
        )


def a_truth(rng: Generator) -> tuple[Truth, float]:
    """Draw a project, and the doubt that its quote states."""
    doubt = float(rng.uniform(0.15, 0.50))
    workers, people = float(rng.uniform(0.35, 0.45)), int(rng.integers(5, 31))
    # The crew's own mean is a part of what the quote is in doubt about.
    level = sqrt(max(0.0, doubt**2 - workers**2 / people))
    return (
        Truth(
            batches=int(rng.integers(6, 31)),
            items_per_batch=int(rng.integers(20, 61)),
            items_per_job=int(rng.integers(2, 11)),
            units_per_item=float(rng.uniform(2, 10)),
            var_to_mean=float(rng.uniform(1.1, 4.0)),
            annotators=people,
            reviewers=int(rng.integers(2, 7)),
            project_effect=float(rng.normal(0, level)),
            worker_sigma=workers,
            batch_sigma=float(rng.uniform(0.10, 0.30)),
            item_sigma=float(rng.uniform(0.25, 0.45)),
            practice=float(rng.uniform(1.0, 1.74)),
            practice_units=int(rng.integers(50, 401)),
            first_pass_defect=float(rng.uniform(0.02, 0.15)),
            detection=float(rng.uniform(0.70, 0.95)),
            rework_effort=float(rng.uniform(0.6, 1.2)),
            max_defect_share=1.0,
        ),
        doubt,
    )


def seconds_by_batch(truth: Truth, *, rng: Generator) -> NDArray[np.float64]:
    """Return what each batch of a generated project took, all its work together."""
    found = np.zeros(truth.batches)
    for event in generate(truth, rng=rng).entries:
        found[event.batch] += event.seconds
    return found


def planned(truth: Truth, *, rng: Generator) -> float:
    """Return what a batch is planned at: the same work without any spread of level.

    Batches that spread cost more on average than a typical one. People who spread cost
    less: jobs go to whoever is free, so that the quick do more of them, and the mean
    over a crew is the harmonic one.
    """
    plain = replace(truth, project_effect=0.0, worker_sigma=0.0, batch_sigma=0.0)
    spread = truth.batch_sigma**2 - truth.worker_sigma**2
    return float(np.mean(seconds_by_batch(plain, rng=rng))) * exp(spread / 2)
