"""How far a figure may be off by the luck of which images were looked at.

Every figure of agreement here is a function of sums over images: matched, missed,
extra, how often each class was said. So an image is one row of such numbers, a resample
is a row of whole weights, and a thousand resamples are one product of two matrices.

Whole images are drawn, never single objects, because errors of one image come together
and single objects would look more certain than they are. See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .agreement import CONFIDENCE, exact_interval

DRAWS = 2000
BLOCK = 4_000_000
"""Weights that are held at once: some 32 MB."""
FEWEST = 2
"""Images from which on it can be said how they differ."""
Floats = NDArray[np.float64]
Figure = Callable[[Floats], Floats]
"""From sums, one row a resample, to one figure a resample; not a number: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure with the interval it lies in; each None where it is not known."""

    value: float | None
    low: float | None = None
    high: float | None = None


def resampled_sums(rows: Floats, *, rng: Generator, draws: int = DRAWS) -> Floats:
    """Return sums of resamples of the rows: one row a resample, the same columns."""
    count = len(rows)
    shares = np.full(count, 1 / count)
    step = max(1, BLOCK // count)
    parts = [
        rng.multinomial(count, shares, size=min(step, draws - start)) @ rows
        for start in range(0, draws, step)
    ]
    return np.concatenate(parts)


def measured(
    figure: Figure,
    *,
    whole: Floats,
    sums: Floats | None,
    confidence: float = CONFIDENCE,
) -> Measured:
    """Return a figure of the whole, with its percentile interval over resamples.

    `sums` None: too few images to resample. Resamples in which the figure is not known
    (a class that none of their images has) are left out. If no resample differs from
    another, the images do not say how sure the figure is, and no interval is given.
    """
    value = figure(whole[np.newaxis])[0]
    if not np.isfinite(value):
        return Measured(value=None)
    if sums is None:
        return Measured(value=float(value))
    drawn = figure(sums)
    drawn = drawn[np.isfinite(drawn)]
    if np.ptp(drawn) == 0:
        return Measured(value=float(value))
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    # A resample cannot be better than the best image, but the figure always is one.
    return Measured(
        value=float(value),
        low=float(min(low, value)),
        high=float(max(high, value)),
    )


def measured_share(
    figure: Figure,
    *,
    whole: Floats,
    sums: Floats | None,
    images: int,
    confidence: float = CONFIDENCE,
) -> Measured:
    """Return a share with its interval, an honest one where all images are alike.

    If every image is wholly right (or wrong), every resample is, and their interval
    has no width. The exact interval of that many images stands in: each counts as one,
    because nothing is known about how errors of an image come together.
    """
    found = measured(figure, whole=whole, sums=sums, confidence=confidence)
    if found.value is None or found.value not in (0.0, 1.0) or images == 0:
        return found
    low, high = exact_interval(
        images if found.value else 0, images, confidence=confidence
    )
    return Measured(value=found.value, low=low, high=high)
