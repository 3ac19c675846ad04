"""The sample check of a line: how many of a batch are checked, how many may be wrong.

The clause, the accuracy and the sample count the same unit (`quality.unit`). For
objects whole images are drawn and their objects counted (`drawing.py`); release chances
and what a pass proves are reckoned on what such a sample is worth.
See docs/model.md#sampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from . import number
from .drawing import LIKENESS, drawn_plan
from .rates.values import PriceSide
from .spec.values import Line, Spec
from .strata import Stratum, strata
from .trace import Step, derive
from .volume import LineVolume, answer, labelled_items


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPlan:
    """How a batch of one line is sampled.

    `lot`, `n`, `c`: units in a batch, units sampled, most wrong units that still pass.
    `worth_lot`, `worth_n`, `worth_c`: the same after the design effect; equal to the
    former when images are counted. `items`: whole images drawn. `strata`: samples of
    classes beside it; `sampled`: the share of a batch that is checked with them.
    """

    counts: str
    lot: Step
    n: Step
    c: Step
    worth_lot: Step
    worth_n: Step
    worth_c: Step
    share: Step
    items: int
    batch_items: int
    per_item: Decimal
    sampled: Step
    strata: tuple[Stratum, ...] = ()


def lot_units(batch_items: Any, carrying: Any, per_item: Any) -> Any:
    """Return the units in a full batch, rounded half up, at least one."""
    return max(Decimal(1), number.whole_units(batch_items * carrying * per_item))


def lot_plan(
    spec: Spec, line: Line, volume: LineVolume, *, price: PriceSide
) -> LotPlan:
    """Return how a batch of this line is sampled, by the spec's rule."""
    by_object = spec.quality.unit == "object"
    batch = derive(
        "Items in a full batch",
        number.smallest,
        answer(
            "Items in a batch",
            spec.quality.batch_items,
            unit="items",
            path="/quality/batch_items",
        ),
        labelled_items(spec)[0],
        unit="items",
        because="items in a batch, or all items where they are fewer",
    )
    lot = batch
    if by_object:
        lot = derive(
            f"{line.unit.capitalize()} units in a batch",
            lot_units,
            batch,
            volume.share_of_items,
            volume.per_item,
            unit=line.unit,
            because="items in a batch × share with any × units in each",
        )
    plan = drawn_plan(
        spec.quality.audit,
        lot,
        images=(volume.per_item, price.icc.step(LIKENESS)) if by_object else None,
        path="/quality/audit",
    )
    n = plan.n
    share = derive(
        "Share of a batch sampled",
        number.ratio,
        n,
        lot,
        unit="of units",
        because="sample ÷ batch",
    )
    # A stated share is one of images, too; its units are rounded up already.
    stated = spec.quality.audit.share
    drawn = batch.value * (share.value if stated is None else stated)
    items = int(drawn.to_integral_value(rounding=ROUND_CEILING))
    beside = strata(spec, line, volume, lot=lot, n=n, price=price)
    return LotPlan(
        counts=line.unit if by_object else "image",
        lot=lot,
        n=n,
        c=plan.c,
        worth_lot=plan.worth_lot,
        worth_n=plan.worth_n,
        worth_c=plan.worth_c,
        share=share,
        items=min(int(batch.value), items),
        batch_items=int(batch.value),
        per_item=volume.per_item.value,
        sampled=_with_strata(share, lot, beside),
        strata=beside,
    )


def _with_strata(share: Step, lot: Step, beside: tuple[Stratum, ...]) -> Step:
    """Return the share of a batch that is checked, with the classes drawn beside."""
    if not beside:
        return share
    own = [
        derive(
            f"Share drawn for {one.floor.name}",
            number.ratio,
            one.plan.n,
            lot,
            unit="of units",
            because="drawn of these classes ÷ batch",
        )
        for one in beside
    ]
    return derive(
        "Share of a batch checked",
        number.total,
        share,
        *own,
        unit="of units",
        because="sample of the line + samples of classes",
    )
