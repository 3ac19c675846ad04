"""Rare classes in a sample of their own: how many of a batch, and how many are drawn.

A sample of the whole line meets a rare class by chance, and proves next to nothing
about it. A floor for classes therefore draws them by themselves, beside the line's own
sample: as many units as that holds, or as many as the spec says, never more than there
are. See docs/model.md#strata.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from scipy.special import bdtr

from . import number
from .audit import FLOAT_DIGITS
from .drawing import LIKENESS, DrawnPlan, independent, most_wrong, shrunk
from .rates.values import PriceSide
from .spec.service import ClassFloor
from .spec.values import Line, Spec
from .trace import Step, derive
from .volume import LineVolume, answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The sample of some classes: units of them in a batch, and the plan."""

    floor: ClassFloor
    lot: Step
    plan: DrawnPlan
    per_item: Decimal


def class_units(lot: Any, share: Any) -> Any:
    """Return the units of some classes in a batch, rounded half up, at least one."""
    return max(Decimal(1), number.whole_units(lot * share))


def released_of_work(share: Any, n: Any, c: Any) -> Any:
    """Return how often at most c of n units are wrong, each with this chance.

    Few units of a class are in a batch, so how many of them are wrong differs from one
    batch to the next: binomial, not a rounded share. `share` may be draws. Twelve
    decimals, as all chances of release.
    """
    if isinstance(share, Decimal):
        chance = float(
            bdtr(float(c), int(n), float(min(max(share, Decimal(0)), Decimal(1))))
        )
        return Decimal(chance).quantize(FLOAT_DIGITS)
    return bdtr(float(c), int(n), np.clip(share, 0.0, 1.0))


def strata(
    spec: Spec, line: Line, volume: LineVolume, *, lot: Step, n: Step, price: PriceSide
) -> tuple[Stratum, ...]:
    """Return the samples of a line's classes; `lot` and `n` are the line's own."""
    return tuple(
        _stratum(spec, at, volume, lot=lot, n=n, price=price)
        for at, floor in enumerate(spec.quality.sla.floors)
        if floor.line == line.index and line.work != "audit"
    )


def _stratum(
    spec: Spec, at: int, volume: LineVolume, *, lot: Step, n: Step, price: PriceSide
) -> Stratum:
    floor, path = spec.quality.sla.floors[at], f"/quality/sla/floors/{at}"
    share = answer(
        f"Share of {floor.name}", floor.share, unit="of units", path=f"{path}/share"
    )
    own = derive(
        f"{floor.name} in a batch",
        class_units,
        lot,
        share,
        unit=lot.unit,
        because="units in a batch × share, rounded half up",
    )
    wanted = n
    if floor.sample is not None:
        wanted = answer(
            f"Sample of {floor.name}",
            floor.sample,
            unit=lot.unit,
            path=f"{path}/sample",
        )
    drawn = derive(
        f"{floor.name} drawn from a batch",
        number.smallest,
        wanted,
        own,
        unit=lot.unit,
        because="the sample, or all there are where they are fewer",
    )
    allowed = derive(
        f"Most wrong {floor.name} that pass",
        most_wrong,
        drawn,
        derive(
            f"Share of {floor.name} that may be wrong",
            number.complement,
            answer(
                f"Accuracy of {floor.name}",
                floor.accuracy,
                unit="",
                path=f"{path}/accuracy",
            ),
            unit="",
            because="1 − accuracy",
        ),
        unit=lot.unit,
        because="sample × share that may be wrong, rounded down",
    )
    each = derive(
        f"{floor.name} in an image",
        number.product,
        volume.per_item,
        share,
        unit=lot.unit,
        because="units an image × share",
    )
    plan = independent(drawn, allowed, own)
    if spec.quality.unit == "object" and each.value > 1:
        images = (each, price.icc.step(LIKENESS))
        plan = shrunk(drawn, allowed, own, images=images)
    return Stratum(floor=floor, lot=own, plan=plan, per_item=each.value)
