"""The cheapest way to narrow a wide range: count the objects in a few images.

What counting would leave open follows from the number of images counted alone, before
anybody counts: their scatter is the mean times its usual ratio to the variance. What a
sample can never show, how far it lies from the dataset, stays.
See docs/model.md#scopingcalcself_scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from scoping.calc.bands import Z90, sample_doubt
from scoping.calc.number import exponential
from scoping.calc.rates.values import PriceSide
from scoping.calc.spec.values import Line, Quantiles, Spec, UnitsPerItem

from .unknowns import Unknowns

WORTH_IT = Decimal("0.8")
"""Counting is worth saying where the range would keep less than this of its width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A few images counted: how many, how long it takes, and the project after it."""

    images: int
    minutes: int
    spec: Spec


def counted_mean(
    mean: Decimal, *, var_to_mean: Decimal, images: int, between: Decimal
) -> Quantiles:
    """Return where a dataset's mean would lie once so many images are counted.

    The error of the mean is √(variance ÷ images); `between` is the card's sigma of a
    dataset around a sample of it. Low and high are not passed one time in ten.
    """
    error = (var_to_mean * mean / images).sqrt()
    far = exponential(Z90 * sample_doubt(mean, error, between))
    low, high = (
        value.quantize(Decimal("0.0001"), ROUND_HALF_UP)
        for value in (mean / far, mean * far)
    )
    return Quantiles(p10=low, p50=mean, p90=high)


def counting(
    spec: Spec, line: Line, *, mean: Decimal, price: PriceSide, unknowns: Unknowns
) -> Counting:
    """Return the project as counting would leave it, its typical count unchanged.

    `mean` is the average of units an image that is expected.
    """
    figures = unknowns.figures
    images = int(figures["images_counted"])
    expected = counted_mean(
        mean,
        var_to_mean=figures["var_to_mean"],
        images=images,
        between=price.sample_to_dataset.value,
    )
    changed = replace(line, units_per_item=UnitsPerItem(mean=expected))
    seconds = images * figures["seconds_an_image"]
    return Counting(
        images=images,
        minutes=int((seconds / 60).to_integral_value(ROUND_HALF_UP)),
        spec=replace(spec, lines=(changed,)),
    )


def is_worth_it(now: tuple[Decimal, Decimal], after: tuple[Decimal, Decimal]) -> bool:
    """Return whether a range would become clearly narrower."""
    return after[1] - after[0] < (now[1] - now[0]) * WORTH_IT
