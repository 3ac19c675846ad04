"""How good predictions are: coverage with its exact interval, pinball loss, error.

Losses are of the logarithm of hours, so that a project of 50,000 hours counts as much
as one of 2, and being twice too high costs as much as being half too low.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from .values import Prediction

LEVELS = (0.1, 0.5, 0.9)
STATED = 0.8
"""The share of projects that P10 to P90 is said to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A baseline on the rows that it can predict, and the estimator on the same."""

    rows: int
    loss: float
    our_loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All scores of some predictions. `low`, `high`: 95 % interval of the coverage."""

    rows: int
    covered: int
    low: float
    high: float
    loss: float
    error: float
    bias: float
    against: Mapping[str, Against]

    @property
    def holds_stated(self) -> bool:
        """Return whether the interval of the coverage holds what is stated."""
        return self.low <= STATED <= self.high


def pinball(quantile: float, seen: float, *, level: float) -> float:
    """Return the pinball loss of a predicted quantile of this level.

    >>> pinball(3.0, 5.0, level=0.9), pinball(5.0, 3.0, level=0.9)
    (1.8, 0.19999999999999996)
    """
    gap = seen - quantile
    return max(level * gap, (level - 1) * gap)


def log_loss(points: Sequence[float], hours: float) -> float:
    """Return the mean pinball loss of P10, P50 and P90 on the logarithm of hours."""
    losses = (
        pinball(log(point), log(hours), level=level)
        for point, level in zip(points, LEVELS, strict=True)
    )
    return sum(losses) / len(LEVELS)


def exact_interval(
    hits: int, rows: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) interval of a share seen `hits` of `rows`."""
    # scipy.stats takes seconds to import, and few who import this ask for it.
    from scipy.stats import beta

    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, rows - hits + 1))
    high = 1.0 if hits == rows else float(beta.ppf(1 - tail, hits + 1, rows - hits))
    return low, high


def scores(found: Sequence[Prediction]) -> Scores | None:
    """Return how good predictions are, None where there are none."""
    if not found:
        return None
    covered = sum(one.covered for one in found)
    low, high = exact_interval(covered, len(found))
    ratios = [log(one.p50 / one.mapped.hours) for one in found]
    return Scores(
        rows=len(found),
        covered=covered,
        low=low,
        high=high,
        loss=_mean([_our_loss(one) for one in found]),
        error=median(abs(ratio) for ratio in ratios),
        bias=median(ratios),
        against={name: _against(found, name) for name in found[0].flat},
    )


def _against(found: Sequence[Prediction], name: str) -> Against:
    pairs = [
        (log_loss(flat, one.mapped.hours), _our_loss(one))
        for one in found
        if (flat := one.flat[name]) is not None
    ]
    return Against(
        rows=len(pairs),
        loss=_mean([loss for loss, _ in pairs]),
        our_loss=_mean([ours for _, ours in pairs]),
    )


def _our_loss(one: Prediction) -> float:
    return log_loss((one.p10, one.p50, one.p90), one.mapped.hours)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
