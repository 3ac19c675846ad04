"""What a budget buys: the most items whose total it covers, found exactly.

The total of so many items is the bill's own, so that fees by the month, the minimum
order, tiers, discount, every rounding and tax on top are in it. It never falls when
items are added, so halving the range finds the last number that fits. Items of a video
come in whole clips. See docs/model.md#budget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from .spec.fields import MOST_UNITS
from .spec.patch import Patch, replacing
from .spec.values import LowModeHigh, Quantiles, Spec, UnitsPerItem
from .tax import CHARGED

MOST_ITEMS = 10**9
MOST_TIMES = 1000
"""A budget for more than a thousand times the project is not looked into."""


def steps_of(spec: Spec) -> int:
    """Return the items of a spec, or the clips of its video: what comes one by one."""
    return spec.items if spec.video is None else spec.video.clips


def resized(spec: Spec, steps: int) -> Spec:
    """Return the spec with so many items, or clips."""
    if spec.video is None:
        return replace(spec, items=steps)
    video = replace(spec.video, clips=steps)
    frames = int(video.clips * video.seconds_per_clip * video.fps)
    return replace(spec, video=video, items=frames)


def resizing(spec: Spec) -> Patch:
    """Return the patch that gives a spec as many items as this one has."""
    items = replacing("/items", value=spec.items)
    if spec.video is None:
        return (items,)
    return (replacing("/video/clips", value=spec.video.clips), items)


def greatest(low: int, high: int, *, fits: Callable[[int], bool]) -> int:
    """Return the greatest number from low to high that fits; low − 1 where none does.

    What fits must fit at every lower number too.

    >>> greatest(1, 100, fits=lambda n: n * n <= 50)
    7
    """
    least, most = low - 1, high
    while least < most:
        middle = (least + most + 1) // 2
        if fits(middle):
            least = middle
        else:
            most = middle - 1
    return least


def bought(
    spec: Spec, budget: Decimal, *, total_of: Callable[[Spec], Decimal]
) -> Spec | None:
    """Return the spec with the most items whose total the budget covers.

    `total_of` is the total, tax included, of the spec with other items. None where the
    budget covers not even one item or clip.
    """
    steps = greatest(
        1, most_steps(spec), fits=lambda many: total_of(resized(spec, many)) <= budget
    )
    return resized(spec, steps) if steps else None


def buys(spec: Spec, budget: Decimal, most: Spec | None, *, prices: str) -> str:
    """Return in a sentence what a budget in the spec's currency buys at these prices.

    `most` is what was bought, None where it is nothing.
    """
    taxed = spec.commercial.tax.mode in CHARGED
    many = f"{0 if most is None else most.items:,} {spec.item_kind}s"
    included = "fees and tax included" if taxed else "fees included"
    return f"{budget:,.2f} {spec.currency} buys {many} {prices}, {included}."


def most_steps(spec: Spec) -> int:
    """Return the most items or clips that are looked into and that a spec may have."""
    units = max(Decimal(1), *(_units(line.units_per_item) for line in spec.lines))
    items = min(MOST_ITEMS, MOST_TIMES * spec.items, int(MOST_UNITS // 10 / units))
    each = max(1, -(-spec.items // steps_of(spec)))
    return max(steps_of(spec), items // each)


def _units(said: UnitsPerItem) -> Decimal:
    """Return the greatest number of units in an item that the spec speaks of."""
    if said.sample is not None:
        return Decimal(sum(said.sample)) / len(said.sample)
    if isinstance(said.mean, Quantiles):
        return said.mean.p90
    if isinstance(said.mean, LowModeHigh):
        return said.mean.high
    return said.mean or Decimal(0)
