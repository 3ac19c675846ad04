"""Three numbers into a distribution, so that all three come back.

A number is known by what it is not below nine times in ten, typically, and not above
nine times in ten. Two half-lognormals that meet at the typical value have exactly these
quantiles, however lopsided the three are; shares do the same on the logit scale and
stay between 0 and 1. Every distribution here is written as a function of one standard
normal `z`, whose 0 is the middle of the road: the quoted number itself. See
docs/model.md#bands.

`z` may be an exact decimal or an array of draws; the quantiles are single numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import exp, log, pi, sqrt
from typing import Any

import numpy as np
from scipy.special import ndtr

from . import number

Z90 = Decimal("1.2815515655446004")
"""The standard normal is above it one time in ten (and below its negative as often)."""

SIX = Decimal("0.000001")


class BandError(ValueError):
    """Raised when three numbers cannot be quantiles: not in ascending order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFacts:
    """The mean of counted items, and how far it may be off by the luck of the draw."""

    mean: Decimal
    standard_error: Decimal


def drawn(z: Any, p10: Any, p50: Any, p90: Any) -> Any:
    """Return the amount at z: p50 at 0, p90 and p10 at ±1.28, lognormal on each side.

    A side whose far end is 0 has no logarithm: it is linear instead, cut off at 0.

    >>> drawn(Decimal(0), Decimal(4), Decimal(5), Decimal(7))
    Decimal('5')
    """
    _ascending(p10, p50, p90)
    if isinstance(z, Decimal):
        return _amount(abs(z), p50, p90 if z >= 0 else p10)
    if p10 > 0:
        low, mid, high = float(p10), float(p50), float(p90)
        found = _climb(z, log(high / mid), log(mid / low))
        np.exp(found, out=found)
        found *= mid
        return found
    above = _amount(np.maximum(z, 0.0), p50, p90)
    below = _amount(np.maximum(-z, 0.0), p50, p10)
    return np.where(z >= 0, above, below)


def drawn_share(z: Any, p10: Any, p50: Any, p90: Any) -> Any:
    """Return the share at z, between 0 and 1: as `drawn`, on the logit scale.

    A side that ends at 0 or 1 has no logit: it is linear instead, cut off there.

    >>> drawn_share(Decimal(0), Decimal("0.05"), Decimal("0.1"), Decimal("0.2"))
    Decimal('0.1')
    """
    _ascending(p10, p50, p90)
    if isinstance(z, Decimal):
        return _share(abs(z), p50, p90 if z >= 0 else p10)
    if p10 == p90:
        return z * 0 + float(p50)
    if p10 > 0 and p90 < 1:
        low, mid, high = (
            log(float(share) / (1 - float(share))) for share in (p10, p50, p90)
        )
        odds = np.exp(_climb(z, high - mid, mid - low))
        return np.minimum(float(p50) * odds / (1 + float(p50) * (odds - 1)), 1.0)
    above = _share(np.maximum(z, 0.0), p50, p90)
    below = _share(np.maximum(-z, 0.0), p50, p10)
    return np.where(z >= 0, above, below)


def drawn_triangular(z: Any, low: Any, mode: Any, high: Any) -> Any:
    """Return the amount at z of a triangle from low over mode to high.

    At 0 it is the middle (as likely to be passed as not), not the mode.
    """
    if not isinstance(z, Decimal):
        return triangle_quantile(ndtr(z), low, mode, high)
    share = Decimal("0.5") if z == 0 else Decimal(repr(float(ndtr(float(z)))))
    return triangle_quantile(share, low, mode, high)


def triangle_quantile(share: Any, low: Any, mode: Any, high: Any) -> Any:
    """Return what a triangular amount stays below with this probability (METHODS 1)."""
    _ascending(low, mode, high)
    if low == high:
        return mode + share * 0
    width = high - low
    left = low + number.square_root(share * width * (mode - low))
    right = high - number.square_root((1 - share) * width * (high - mode))
    if isinstance(share, Decimal):
        return left if share * width < mode - low else right
    return np.where(share * width < mode - low, left, right)


def spread(z: Any, sigma: Any) -> Any:
    """Return the factor e^(z × sigma): 1 at 0, as likely to double as to halve."""
    return number.exponential(z * sigma)


def mean_of_band(p10: Decimal, p50: Decimal, p90: Decimal) -> Decimal:
    """Return the mean of `drawn` over all z, rounded half up at six decimals.

    Closed form; floats inside, because a normal probability has no exact decimal. Three
    equal numbers are that number, untouched.

    >>> mean_of_band(Decimal(8), Decimal(12), Decimal(18))
    Decimal('12.615885')
    """
    _ascending(p10, p50, p90)
    if p10 == p90:
        return p50
    upper = _half_mean(float(p50), float(p90), side=1)
    lower = _half_mean(float(p50), float(p10), side=-1)
    return Decimal(repr(upper + lower)).quantize(SIX, rounding=ROUND_HALF_UP)


def mean_of_triangle(low: Decimal, mode: Decimal, high: Decimal) -> Decimal:
    """Return the mean of a triangle, (low + mode + high) ÷ 3, half up at six decimals.

    Three equal numbers are that number, untouched.
    """
    _ascending(low, mode, high)
    if low == high:
        return mode
    return ((low + mode + high) / 3).quantize(SIX, rounding=ROUND_HALF_UP)


def sample_facts(counts: Sequence[int]) -> SampleFacts:
    """Return mean and standard error of counts, one per item, at six decimals.

    The error is that of the bootstrap, which for a mean needs no draws: the scatter of
    the counts ÷ √ how many there are. One count says nothing about scatter; its error
    is taken as the count's own Poisson scatter, √count.
    """
    if not counts:
        raise BandError("A sample of no items has no mean. Count at least one item.")
    size = Decimal(len(counts))
    mean = Decimal(sum(counts)) / size
    if len(counts) == 1:
        error = mean.sqrt()
    else:
        square = Decimal(sum(count * count for count in counts)) / size - mean * mean
        error = (max(square, Decimal(0)) / size).sqrt()
    return SampleFacts(
        mean=mean.quantize(SIX, rounding=ROUND_HALF_UP),
        standard_error=error.quantize(SIX, rounding=ROUND_HALF_UP),
    )


def sample_doubt(mean: Any, error: Any, between: Any) -> Any:
    """Return sigma of the logarithm of a dataset's mean, known from a sample of it.

    `error` is the sample's standard error; `between`, how far samples lie from the
    datasets they came from, stays however large the sample:
    √((error ÷ mean)² + between²).
    """
    own = error / mean
    return number.square_root(own * own + between * between)


def sigma_of(typical: Decimal, far: Decimal) -> float:
    """Return sigma of the logarithm of the side between p50 and p90 (or p10)."""
    return abs(log(float(far) / float(typical))) / float(Z90)


def _ascending(low: Any, middle: Any, high: Any) -> None:
    if not 0 <= low <= middle <= high:
        raise BandError(
            f"{low}, {middle} and {high} are no range. Write three numbers that "
            f"ascend, none below 0."
        )


def _climb(z: Any, above: float, below: float) -> Any:
    """Return z times what its side of typical moves for one z, without a branch."""
    return np.maximum(z, 0.0) * (above / float(Z90)) + np.minimum(z, 0.0) * (
        below / float(Z90)
    )


def _amount(distance: Any, p50: Any, far: Any) -> Any:
    """Return the amount at this |z| on the side that ends at `far`."""
    part = distance / _like(Z90, distance)
    if p50 > 0 and far > 0:
        return p50 * _power(far / p50, part)
    return number.largest(p50 + (far - p50) * part, distance * 0)


def _share(distance: Any, p50: Any, far: Any) -> Any:
    part = distance / _like(Z90, distance)
    if not (0 < p50 < 1 and 0 < far < 1):
        linear = number.largest(p50 + (far - p50) * part, distance * 0)
        return number.smallest(linear, distance * 0 + 1)
    odds = _power(far * (1 - p50) / (p50 * (1 - far)), part)
    if isinstance(distance, Decimal):
        return p50 * odds / (1 + p50 * (odds - 1))
    return np.minimum(p50 * odds / (1 + p50 * (odds - 1)), 1.0)


def _power(base: Any, exponent: Any) -> Any:
    if base == 1 or (isinstance(exponent, Decimal) and exponent == 0):
        return exponent * 0 + 1
    return base**exponent


def _like(constant: Decimal, other: Any) -> Any:
    return constant if isinstance(other, Decimal) else float(constant)


def _half_mean(p50: float, far: float, *, side: int) -> float:
    """Return the part of the mean that one side adds (side: 1 above, -1 below)."""
    z90 = float(Z90)
    if p50 > 0 and far > 0:
        sigma = side * log(far / p50) / z90
        return p50 * exp(sigma * sigma / 2) * float(ndtr(side * sigma))
    if side > 0:
        return p50 / 2 + (far - p50) / z90 / sqrt(2 * pi)
    # Linear from p50 down to 0 at -z90, and 0 beyond: p50 × ∫ (1 + z/z90) φ(z) dz.
    dense = (1 - exp(-z90 * z90 / 2)) / sqrt(2 * pi)
    return p50 * (0.4 - dense / z90)
