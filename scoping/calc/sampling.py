"""The sample check of a line: how many of a batch are checked, how many may be wrong.

The clause, the accuracy and the sample count the same unit (`quality.unit`). For
objects whole images are drawn and their objects counted; objects of one image err
together, so the sample is worth fewer than it holds (design effect 1 + (m − 1) ×
icc), and release chances and what a pass proves are reckoned on that smaller number.
See docs/model.md#sampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from . import audit, number
from .rates.values import PriceSide
from .spec.values import AuditRule, Line, Spec
from .trace import Step, derive
from .volume import LineVolume, answer, labelled_items


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPlan:
    """How a batch of one line is sampled.

    `lot`, `n`, `c`: units in a batch, units sampled, most wrong units that still pass.
    `worth_lot`, `worth_n`, `worth_c`: the same after the design effect; equal to the
    former when images are counted. `items`: whole images drawn.
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


def lot_units(batch_items: Any, carrying: Any, per_item: Any) -> Any:
    """Return the units in a full batch, rounded half up, at least one."""
    return max(Decimal(1), number.whole_units(batch_items * carrying * per_item))


def sample_size(lot: Any, share: Any) -> Any:
    """Return the sample of a share rule: share × lot, rounded up, at most the lot."""
    return min(lot, (lot * share).to_integral_value(rounding=ROUND_CEILING))


def most_wrong(sampled: Any, max_share: Any) -> Any:
    """Return the most wrong units that still pass: share × sample, rounded down."""
    return (sampled * max_share).to_integral_value(rounding=ROUND_FLOOR)


def worth_of_sample(sampled: Any, per_item: Any, icc: Any) -> Any:
    """Return how many independent units a sample of whole images is worth."""
    effect = design_effect(per_item, icc)
    return max(Decimal(1), (sampled / effect).to_integral_value(rounding=ROUND_FLOOR))


def worth_of_wrong(wrong: Any, worth: Any, sampled: Any) -> Any:
    """Return the wrong units allowed in the smaller sample, rounded up: safe side."""
    return (wrong * worth / sampled).to_integral_value(rounding=ROUND_CEILING)


def worth_of_lot(lot: Any, worth: Any, sampled: Any) -> Any:
    """Return the batch on the scale of the smaller sample, at least the sample."""
    return max(worth, number.whole_units(lot * worth / sampled))


def design_effect(per_item: Any, icc: Any) -> Any:
    """Return how many units of whole images tell as much as one independent unit."""
    return 1 + max(per_item - 1, Decimal(0)) * icc


def independent_lot(lot: Any, effect: Any) -> Any:
    """Return a batch in units that err independently, rounded half up, at least one."""
    return max(Decimal(1), number.whole_units(lot / effect))


def grown_sample(needed: Any, effect: Any, lot: Any) -> Any:
    """Return the units to draw so that they are worth what is needed, rounded up."""
    return min(lot, (needed * effect).to_integral_value(rounding=ROUND_CEILING))


def grown_wrong(allowed: Any, effect: Any) -> Any:
    """Return the wrong units that pass in the grown sample, rounded down: safe side."""
    return (allowed * effect).to_integral_value(rounding=ROUND_FLOOR)


def two_point_sample(
    lot: Any, good: Any, bad: Any, producer: Any, consumer: Any
) -> Any:
    """Return the smallest sample that tells the good from the bad quality."""
    return Decimal(
        audit.two_point_plan(
            int(lot),
            good=good,
            bad=bad,
            producer_risk=producer,
            consumer_risk=consumer,
        ).n
    )


def two_point_wrong(lot: Any, good: Any, bad: Any, producer: Any, consumer: Any) -> Any:
    """Return the most wrong units that still pass in that sample."""
    return Decimal(
        audit.two_point_plan(
            int(lot),
            good=good,
            bad=bad,
            producer_risk=producer,
            consumer_risk=consumer,
        ).c
    )


def zero_defect_sample(lot: Any, bad: Any, confidence: Any) -> Any:
    """Return the sample that, with nothing wrong in it, rules the bad quality out."""
    return Decimal(audit.zero_defect_n(int(lot), bad=bad, confidence=confidence))


def none_wrong(sampled: Any) -> Any:
    """Return the most wrong units of a zero-defect plan: none."""
    return sampled * 0


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
    plan = _independent(spec.quality.audit, lot)
    if by_object and volume.per_item.value > 1:
        icc = price.icc.step("How alike objects of one image err")
        rule = spec.quality.audit
        plan = (
            _shrunk(plan, volume.per_item, icc)
            if rule.rule == "percent"
            else _grown(rule, lot, volume.per_item, icc)
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
    items = min(
        int(batch.value),
        int((batch.value * share.value).to_integral_value(rounding=ROUND_CEILING)),
    )
    return LotPlan(
        counts=line.unit if by_object else "image",
        lot=lot,
        n=n,
        c=plan.c,
        worth_lot=plan.worth_lot,
        worth_n=plan.worth_n,
        worth_c=plan.worth_c,
        share=share,
        items=items,
        batch_items=int(batch.value),
        per_item=volume.per_item.value,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A sample as drawn, and what it is worth in units that err independently."""

    n: Step
    c: Step
    worth_lot: Step
    worth_n: Step
    worth_c: Step


def _independent(rule: AuditRule, lot: Step) -> _Plan:
    n, c = _plan(rule, lot)
    return _Plan(n=n, c=c, worth_lot=lot, worth_n=n, worth_c=c)


def _shrunk(plan: _Plan, per_item: Step, icc: Step) -> _Plan:
    """Return a plan whose sample is stated, with what that sample is worth."""
    n, c, lot = plan.n, plan.c, plan.worth_lot
    worth_n = derive(
        "Worth of the sample",
        worth_of_sample,
        n,
        per_item,
        icc,
        unit=lot.unit,
        because="sample ÷ (1 + (units an image − 1) × likeness), rounded down",
    )
    return _Plan(
        n=n,
        c=c,
        worth_n=worth_n,
        worth_c=derive(
            "Wrong allowed in that worth",
            worth_of_wrong,
            c,
            worth_n,
            n,
            unit=lot.unit,
            because="wrong allowed × worth ÷ sample, rounded up",
        ),
        worth_lot=derive(
            "Batch on the same scale",
            worth_of_lot,
            lot,
            worth_n,
            n,
            unit=lot.unit,
            because="batch × worth ÷ sample",
        ),
    )


def _grown(rule: AuditRule, lot: Step, per_item: Step, icc: Step) -> _Plan:
    """Return a plan whose risks are stated, grown until its sample is worth enough."""
    effect = derive(
        "Sampled units that tell as much as one",
        design_effect,
        per_item,
        icc,
        unit="×",
        because="1 + (units an image − 1) × likeness",
    )
    worth_lot = derive(
        "Batch in units that err independently",
        independent_lot,
        lot,
        effect,
        unit=lot.unit,
        because="batch ÷ sampled units that tell as much as one",
    )
    worth_n, worth_c = _plan(rule, worth_lot)
    return _Plan(
        n=derive(
            "Sample of whole images",
            grown_sample,
            worth_n,
            effect,
            lot,
            unit=lot.unit,
            because="sample × units that tell as much as one, at most the batch",
        ),
        c=derive(
            "Most wrong units that pass in it",
            grown_wrong,
            worth_c,
            effect,
            unit=lot.unit,
            because="wrong allowed × units that tell as much as one, rounded down",
        ),
        worth_lot=worth_lot,
        worth_n=worth_n,
        worth_c=worth_c,
    )


def _plan(rule: AuditRule, lot: Step) -> tuple[Step, Step]:
    path = "/quality/audit"
    if rule.rule == "percent":
        n = derive(
            "Sample",
            sample_size,
            lot,
            answer("Share sampled", rule.share or 0, unit="", path=f"{path}/share"),
            unit=lot.unit,
            because="batch × share, rounded up",
        )
        allowed = answer(
            "Most wrong, as a share of the sample",
            rule.max_defect_share or 0,
            unit="",
            path=f"{path}/max_defect_share",
        )
        return n, derive(
            "Most wrong units that pass",
            most_wrong,
            n,
            allowed,
            unit=lot.unit,
            because="sample × share, rounded down",
        )
    if rule.rule == "zero_defect":
        n = derive(
            "Sample",
            zero_defect_sample,
            lot,
            answer("Quality ruled out", rule.bad or 0, unit="", path=f"{path}/bad"),
            answer(
                "Confidence", rule.confidence or 0, unit="", path=f"{path}/confidence"
            ),
            unit=lot.unit,
            because="smallest sample that, with nothing wrong, rules it out",
        )
        return n, derive(
            "Most wrong units that pass",
            none_wrong,
            n,
            unit=lot.unit,
            because="none may be wrong",
        )
    points = (
        lot,
        answer("Good quality", rule.good or 0, unit="", path=f"{path}/good"),
        answer("Bad quality", rule.bad or 0, unit="", path=f"{path}/bad"),
        answer(
            "Risk of blocking good work",
            rule.producer_risk or 0,
            unit="",
            path=f"{path}/producer_risk",
        ),
        answer(
            "Risk of releasing bad work",
            rule.consumer_risk or 0,
            unit="",
            path=f"{path}/consumer_risk",
        ),
    )
    return (
        derive(
            "Sample",
            two_point_sample,
            *points,
            unit=lot.unit,
            because="smallest sample that keeps both risks",
        ),
        derive(
            "Most wrong units that pass",
            two_point_wrong,
            *points,
            unit=lot.unit,
            because="its acceptance number",
        ),
    )
