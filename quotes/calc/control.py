"""One control chart: is the wrong share of the samples still what it was.

The centre is the pooled share of the batches before the one that is judged, so that a
change is not hidden by itself. Limits are three sigma where a sample holds five wrong
units or more on average, cut at 0, and exact binomial ones of the same chance below
that: they lie unevenly around the centre, as counts do. The alarm has hysteresis: one
batch above its upper limit raises it; it ends only after three batches in a row at or
below the centre, so that it does not flicker. See docs/model.md#control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from scoping.calc.layout import batch_called

SIGMAS = 3.0
TAIL = 0.00135
"""What lies beyond three sigma on one side of a normal."""
NORMAL_FROM = 5.0
"""Wrong units that a sample holds on average from which three sigma will do."""
LEARNING, CALM = 5, 3
"""Batches before the first judgement; quiet batches that end an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample of a batch: units checked, units wrong."""

    batch: str
    checked: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A batch on the chart. Limits are shares; None while the chart is learning."""

    batch: str
    checked: int
    wrong: int
    centre: float | None
    low: float | None
    high: float | None
    alarm: bool

    @property
    def share(self) -> float:
        """Return the share of the sample that was wrong."""
        return self.wrong / self.checked


def limits(centre: float, checked: int) -> tuple[float, float]:
    """Return the lower and the upper limit of a sample's wrong share.

    >>> tuple(round(limit, 2) for limit in limits(0.4, 100))
    (0.25, 0.55)
    """
    if centre * checked >= NORMAL_FROM:
        reach = SIGMAS * float(np.sqrt(centre * (1 - centre) / checked))
        return max(0.0, centre - reach), min(1.0, centre + reach)
    low, high = (
        float(binom.ppf(chance, checked, centre)) for chance in (TAIL, 1 - TAIL)
    )
    return low / checked, high / checked


def chart(samples: Sequence[Sample]) -> list[Point]:
    """Return the chart of samples in the order in which they were drawn.

    Batches under an alarm do not move the centre: what is out of control says nothing
    of what control is.
    """
    found: list[Point] = []
    checked = wrong = learnt = quiet = 0
    alarm = False
    for sample in samples:
        if sample.checked < 1:
            continue
        centre = low = high = None
        if learnt >= LEARNING:
            centre = wrong / checked
            low, high = limits(centre, sample.checked)
            share = sample.wrong / sample.checked
            if share > high:
                alarm, quiet = True, 0
            elif alarm:
                quiet = quiet + 1 if share <= centre else 0
                alarm = quiet < CALM
        if not alarm:
            checked, wrong = checked + sample.checked, wrong + sample.wrong
            learnt += 1
        found.append(
            Point(
                batch=sample.batch,
                checked=sample.checked,
                wrong=sample.wrong,
                centre=centre,
                low=low,
                high=high,
                alarm=alarm,
            )
        )
    return found


def in_words(points: Sequence[Point]) -> str:
    """Return in a sentence whether the samples are as they were."""
    judged = [point for point in points if point.centre is not None]
    if not judged:
        return (
            f"Not known, because {len(points)} of the {LEARNING + 1} samples that a "
            f"judgement takes have been checked."
        )
    last = judged[-1]
    if not last.alarm:
        return (
            f"As before: {last.wrong} of {last.checked:,} wrong in "
            f"{batch_called(last.batch)}, up to {_most(last)} is usual."
        )
    first = last
    for point in reversed(judged):
        if not point.alarm:
            break
        first = point
    return (
        f"Worse since {batch_called(first.batch)}: {first.wrong} of "
        f"{first.checked:,} wrong, up to {_most(first)} was usual. It ends after "
        f"{CALM} quiet batches in a row."
    )


def _most(point: Point) -> int:
    return int((point.high or 0.0) * point.checked + 1e-9)
