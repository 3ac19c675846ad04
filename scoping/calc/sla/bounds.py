"""Between which shares the truth may lie after a sample, at 95 % each way.

Exact for a sample drawn from a batch without putting back; where units err alike, the
counts are shrunk to what they are worth first, each bound rounding them to its cautious
side. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, floor

from scoping.calc.agreement import gold_lower_bound, gold_upper_bound
from scoping.calc.audit import CONFIDENCE, most_wrong_passing

SIX = Decimal("0.000001")
FEWEST_CLUSTERS = 20
"""From so many images or annotators on, it is seen how alike their errors are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The share seen, and the least and the greatest that it leaves possible."""

    seen: Decimal
    low: Decimal
    high: Decimal


def wrong_in_batch(
    lot: int,
    checked: int,
    wrong: int,
    *,
    effect: Fraction = Fraction(1),
    confidence: Decimal = CONFIDENCE,
) -> Bounds:
    """Return the share wrong in a batch of `lot` units after so many in a sample.

    `effect` checked units tell as much as one independent unit. One-sided each way.

    >>> wrong_in_batch(1000, 100, 2).high
    Decimal('0.059000')
    """
    if checked == lot:
        exact = Fraction(wrong, lot)
        return _around(exact, exact, exact)
    worth = max(1, int(checked / effect))
    whole = max(worth + 1, int(lot / effect))
    found = Fraction(wrong * worth, checked)
    fewest, most = floor(found), min(worth, ceil(found))
    low = (
        0
        if fewest == 0
        else whole - most_wrong_passing(whole, worth, worth - fewest, confidence)
    )
    high = most_wrong_passing(whole, worth, most, confidence)
    return _around(
        Fraction(wrong, checked), Fraction(low, whole), Fraction(high, whole)
    )


def wrong_on_average(
    parts: Sequence[tuple[int, int, int]], *, effect: Fraction = Fraction(1)
) -> Bounds:
    """Return the share wrong over all batches, each weighing by its units.

    `parts`: units, checked and wrong of each batch, checked above 0. Batches sampled
    unevenly are worth fewer units, (Σ weights)² ÷ Σ weights² (Kish); the interval is
    that of Clopper and Pearson on what they are worth (Korn and Graubard).
    """
    weights = [(Fraction(units, checked), checked) for units, checked, _ in parts]
    whole = sum(units for units, _, _ in parts)
    seen = sum(
        (Fraction(units * wrong, checked) for units, checked, wrong in parts),
        Fraction(0),
    )
    seen /= whole
    if all(units == checked for units, checked, _ in parts):
        return _around(seen, seen, seen)
    total = sum((weight * n for weight, n in weights), Fraction(0))
    squares = sum((weight * weight * n for weight, n in weights), Fraction(0))
    worth = max(1, int(total * total / squares / effect))
    found = seen * worth
    confidence = float(CONFIDENCE)
    low = gold_lower_bound(floor(found), worth, confidence)
    high = gold_upper_bound(min(worth, ceil(found)), worth, confidence)
    return _around(seen, Fraction(low), Fraction(high))


def effect_seen(clusters: Iterable[tuple[int, int]]) -> Fraction:
    """Return how many units of these clusters tell as much as one independent unit.

    `clusters`: units and wrong ones of each. The variance of a ratio of cluster totals
    over that of independent units; 1 where there are too few clusters, or nothing is
    wrong, to see it.
    """
    found = [(units, wrong) for units, wrong in clusters if units > 0]
    units, wrong = sum(n for n, _ in found), sum(x for _, x in found)
    if len(found) < FEWEST_CLUSTERS or wrong in (0, units):
        return Fraction(1)
    share = Fraction(wrong, units)
    spread = sum(((x - share * n) ** 2 for n, x in found), Fraction(0))
    between = spread * len(found) / (len(found) - 1)
    return max(Fraction(1), between / (units * share * (1 - share)))


def _around(seen: Fraction, low: Fraction, high: Fraction) -> Bounds:
    """Return bounds that hold what was seen: shrunk counts are coarser than it."""
    return Bounds(
        seen=_six(seen, ROUND_HALF_UP),
        low=_six(min(low, seen), ROUND_FLOOR),
        high=_six(max(high, seen), ROUND_CEILING),
    )


def _six(share: Fraction, rounding: str) -> Decimal:
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return exact.quantize(SIX, rounding)
