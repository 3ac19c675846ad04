"""Where the next batch will end, given the batches so far.

Batches of one project differ by more than the luck of their items: who works on them,
what they show, how the day went. Seconds a unit of a batch are, on the logarithm,

    y = μ + batch + items,   batch ~ N(0, s²),   items ~ N(0, item² ÷ units)

with the level μ and the spread s unknown. Both are learned from the batches seen: μ
from a guess that may be flat, s from a guess around the card's figure. The forecast is
the posterior predictive: a mixture of normals over what s may be, on a fixed grid, so
that the same batches always have the same forecast. See docs/model.md#forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from scoping.calc.bands import Z90
from scoping.calc.simulate import as_decimal
from scoping.calc.spec.values import Quantiles

SPREAD_DOUBT = 0.7
"""Doubt of the spread between batches, as sigma of its logarithm: the published 0.12 to
0.29 (data/effort README, note 2) are its middle third, and worse has been seen."""
REACH = 4.0
GRID = 161
WIDEST = 12.0
"""How many standard deviations to either side a quantile is looked for."""

Row = NDArray[np.float64]


class ForecastError(ValueError):
    """Raised where batches cannot be forecast; says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSeen:
    """A finished batch: how many units, and the seconds they took together."""

    units: int
    seconds: Decimal

    def __post_init__(self) -> None:
        """Refuse a batch that has no seconds a unit."""
        if self.units < 1 or self.seconds <= 0:
            raise ForecastError(
                f"A batch of {self.units} units in {self.seconds} s has no seconds a "
                f"unit. Leave it out."
            )

    @property
    def level(self) -> float:
        """Return the logarithm of its seconds a unit."""
        return float((self.seconds / self.units).ln())


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreads:
    """Sigmas of the logarithm: between items, and what is guessed between batches.

    `between` 0 says that batches differ by the luck of their items alone.
    """

    item: Decimal
    between: Decimal

    def __post_init__(self) -> None:
        """Refuse spreads below 0, and no spread at all."""
        if self.item < 0 or self.between < 0 or self.item + self.between == 0:
            raise ForecastError("Spreads are 0 or more, and one of them is above 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Seconds a unit of a batch to come. `between`: the spread learned, its mean."""

    p10: Decimal
    p50: Decimal
    p80: Decimal
    p90: Decimal
    between: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mixture:
    """A mixture of normals."""

    weights: Row
    means: Row
    sigmas: Row

    def below(self, level: float) -> float:
        return float(self.weights @ ndtr((level - self.means) / self.sigmas))

    def quantile(self, share: float) -> float:
        reach = WIDEST * self.sigmas.max()
        return float(
            brentq(
                lambda level: self.below(level) - share,
                self.means.min() - reach,
                self.means.max() + reach,
                xtol=1e-12,
            )
        )


def next_batch(
    seen: Sequence[BatchSeen],
    *,
    units: int,
    spreads: Spreads,
    guess: Quantiles | None = None,
) -> Forecast:
    """Return what the next batch of so many units will take, in seconds a unit.

    `guess` are the seconds a unit as quoted; without one the level is taken from the
    batches alone, of which there must be one at least. Units of 0 are an error.
    """
    if units < 1:
        raise ForecastError("A batch to come has at least one unit.")
    if not seen and guess is None:
        raise ForecastError("Without a batch and without a guess nothing is known.")
    grid, beliefs = _guessed_spreads(float(spreads.between))
    levels = np.array([batch.level for batch in seen])
    luck = float(spreads.item) ** 2 / np.array([batch.units for batch in seen], float)
    middle, precision = _guessed_level(guess)
    # One row for each spread that may be: what its batches say of the level.
    each = 1 / (grid[:, None] ** 2 + luck)
    known = precision + each.sum(axis=1)
    means = (precision * middle + each @ levels) / known
    misfit = (
        np.sum(each * (levels - means[:, None]) ** 2, axis=1)
        + precision * (means - middle) ** 2
    )
    logs = beliefs + (np.sum(np.log(each), axis=1) - np.log(known) - misfit) / 2
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    own = grid**2 + float(spreads.item) ** 2 / units
    ahead = _Mixture(weights=weights, means=means, sigmas=np.sqrt(1 / known + own))
    marks = {
        name: as_decimal(float(np.exp(ahead.quantile(share))), digits=6)
        for name, share in (("p10", 0.1), ("p50", 0.5), ("p80", 0.8), ("p90", 0.9))
    }
    return Forecast(between=as_decimal(float(weights @ grid), digits=6), **marks)


def _guessed_spreads(between: float) -> tuple[Row, Row]:
    """Return spreads that may be, and the logarithm of how far each is believed."""
    if between == 0:
        return np.zeros(1), np.zeros(1)
    steps = np.linspace(-REACH, REACH, GRID)
    return between * np.exp(SPREAD_DOUBT * steps), -(steps**2) / 2


def _guessed_level(guess: Quantiles | None) -> tuple[float, float]:
    """Return the middle of a guess on the logarithm and its precision, 0 for none."""
    if guess is None:
        return 0.0, 0.0
    if not 0 < guess.p10 < guess.p90:
        raise ForecastError("A guess of seconds has a low and a high above 0.")
    sigma = float((guess.p90 / guess.p10).ln() / (2 * Z90))
    return float(guess.p50.ln()), 1 / sigma**2
