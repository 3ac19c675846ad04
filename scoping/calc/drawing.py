"""How a sample of whole images is drawn, and what it is worth in units of its own.

Objects of one image err together, so that a sample of whole images is worth fewer units
than it holds: 1 + (m − 1) × icc of them tell as much as one. A sample that is stated
shrinks to its worth; a sample that is sized for its risks grows until it is worth
enough. See docs/model.md#drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from . import audit, number
from .spec.values import AuditRule
from .trace import Step, derive
from .volume import answer

LIKENESS = "How alike objects of one image err"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPlan:
    """A sample as drawn, and what it is worth in units that err independently."""

    n: Step
    c: Step
    worth_lot: Step
    worth_n: Step
    worth_c: Step


Images = tuple[Step, Step]
"""Units an image, and how alike they err: of a sample that draws whole images."""


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


def drawn_plan(
    rule: AuditRule, lot: Step, *, images: Images | None, path: str
) -> DrawnPlan:
    """Return the sample of a rule from a batch, and what it is worth.

    `images` None: units are drawn one by one. `path` is where the rule was stated. A
    share keeps its size and is worth less; a rule that states its risks grows.
    """
    if images is None or images[0].value <= 1:
        n, c = _plan(rule, lot, path=path)
        return independent(n, c, lot)
    if rule.rule == "percent":
        n, c = _plan(rule, lot, path=path)
        return shrunk(n, c, lot, images=images)
    return grown(lambda worth: _plan(rule, worth, path=path), lot, images=images)


def independent(n: Step, c: Step, lot: Step) -> DrawnPlan:
    """Return a plan whose units err independently: worth what it is."""
    return DrawnPlan(n=n, c=c, worth_lot=lot, worth_n=n, worth_c=c)


def shrunk(n: Step, c: Step, lot: Step, *, images: Images) -> DrawnPlan:
    """Return a plan whose sample is stated, with what that sample is worth."""
    per_item, icc = images
    worth_n = derive(
        "Worth of the sample",
        worth_of_sample,
        n,
        per_item,
        icc,
        unit=lot.unit,
        because="sample ÷ (1 + (units an image − 1) × likeness), rounded down",
    )
    return DrawnPlan(
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


def grown(
    sized: Callable[[Step], tuple[Step, Step]], lot: Step, *, images: Images
) -> DrawnPlan:
    """Return a plan whose risks are stated, grown until its sample is worth enough.

    `sized` returns the sample and its acceptance number of a batch of units that err
    independently.
    """
    per_item, icc = images
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
    worth_n, worth_c = sized(worth_lot)
    return DrawnPlan(
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


def _plan(rule: AuditRule, lot: Step, *, path: str) -> tuple[Step, Step]:
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
