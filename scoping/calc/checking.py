"""Review, rework and audit of one line in seconds: what checking adds to labelling.

First attempts go through `reviews` reviewers. A rejected unit is redone and reviewed
again, at most `loops` times; then an expert settles it. Rejections are right (p × d)
or wrong ((1 − p) × f), and both are paid. What escapes meets the sample check of its
batch; a batch that fails is reviewed again in full and sampled afresh once.
See docs/model.md#checking.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import audit, number, rework
from .effort import LineEffort
from .rates.values import CostSide, ReviewFigures
from .reviewing import ReviewLoop
from .sampling import LotPlan
from .spec.values import Spec
from .strata import Stratum, released_of_work
from .trace import Step, derive
from .volume import LineVolume


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChecking:
    """What checking a line takes in seconds, and what quality comes out of it.

    `rereviewing` and `redoing` are of batches whose sample failed. `counted_defect`:
    the share wrong of what the clause counts, units or images; `found_wrong`: what the
    auditor calls wrong of them. `line_released`: by the sample of the line alone, where
    classes have samples of their own.
    """

    reviewing: Step
    reworking: Step
    auditing: Step
    rereviewing: Step
    redoing: Step
    warranty: Step
    counted_defect: Step
    found_wrong: Step
    line_released: Step
    released_first_time: Step
    loop: ReviewLoop


def line_checking(
    spec: Spec,
    volume: LineVolume,
    *,
    effort: LineEffort,
    loop: ReviewLoop,
    plan: LotPlan,
    cost: CostSide,
) -> LineChecking:
    """Return the review, rework and audit of a line, with their reasons."""
    counted = _counted_defect(spec, loop.outgoing_defect, volume)
    found_wrong = _found_wrong(counted, cost=cost)
    of_line = derive(
        "Batches released at the first check",
        audit.released_share,
        found_wrong,
        plan.worth_lot,
        plan.worth_n,
        plan.worth_c,
        unit="of batches",
        because="exact chance that the sample of a batch passes",
    )
    released = _all_pass(of_line, found_wrong, plan.strata)
    failed = derive(
        "Batches reviewed again in full",
        number.complement,
        released,
        unit="of batches",
        because="1 − released at the first check",
    )
    return LineChecking(
        loop=loop,
        counted_defect=counted,
        reviewing=_reviewing(volume, effort, loop, looks=loop.passes),
        rereviewing=_reviewing(volume, effort, loop, looks=failed),
        redoing=_redoing(volume, effort, loop, failed=failed),
        reworking=_reworking(volume, effort, loop),
        auditing=_auditing(volume, effort, cost=cost, plan=plan, released=released),
        warranty=_warranty(effort, loop.figures),
        found_wrong=found_wrong,
        line_released=of_line,
        released_first_time=released,
    )


def _all_pass(of_line: Step, found_wrong: Step, beside: tuple[Stratum, ...]) -> Step:
    """Return how often a batch passes the sample of its line and those of classes."""
    if not beside:
        return of_line
    return derive(
        "Batches released at the first check",
        number.product,
        of_line,
        *(
            derive(
                f"Batches whose {one.floor.name} pass",
                released_of_work,
                found_wrong,
                one.plan.worth_n,
                one.plan.worth_c,
                unit="of batches",
                because="chance that no more of the drawn ones are wrong",
            )
            for one in beside
        ),
        unit="of batches",
        because="the sample of the line and each sample of classes passes",
    )


def image_defect(unit_defect: Any, per_item: Any, share_of_items: Any) -> Any:
    """Return the share of images with anything wrong, units erring independently.

    `per_item` are the units of an image that carries any; the others cannot be wrong.
    """
    return share_of_items * (1 - (1 - unit_defect) ** per_item)


def unit_defect_allowed(
    image_defect: Decimal, per_item: Decimal, share_of_items: Decimal
) -> Decimal:
    """Return the share of wrong units that leaves so many images with anything wrong.

    1 where even images all wrong would not be too many.
    """
    if image_defect >= share_of_items:
        return Decimal(1)
    clean = 1 - image_defect / share_of_items
    return 1 - clean ** (1 / per_item)


def _counted_defect(spec: Spec, outgoing: Step, volume: LineVolume) -> Step:
    if spec.quality.unit == "object":
        return outgoing
    return derive(
        "Images with anything wrong",
        image_defect,
        outgoing,
        volume.per_item,
        volume.share_of_items,
        unit="of images",
        because="share with any × (1 − (1 − wrong units) for each unit of an image)",
    )


def _found_wrong(counted: Step, *, cost: CostSide) -> Step:
    """Return what the auditor calls wrong: an auditor errs too, both ways."""
    return derive(
        "Found wrong by the auditor",
        rework.apparent_defect,
        counted,
        cost.work.auditor_false_alarms.step("Right units that an auditor calls wrong"),
        cost.work.auditor_misses.step("Wrong units that an auditor lets pass"),
        unit=counted.unit,
        because="wrong and seen + right and called wrong",
    )


def _reviewing(
    volume: LineVolume, effort: LineEffort, loop: ReviewLoop, *, looks: Step
) -> Step:
    return derive(
        "Reviewing",
        number.product,
        volume.units,
        effort.by_hand,
        loop.figures.review_share.step("One review, as a share of labelling by hand"),
        looks,
        unit="s",
        because="units × seconds by hand × share of one review × looks at a unit",
    )


def _redoing(
    volume: LineVolume, effort: LineEffort, loop: ReviewLoop, *, failed: Step
) -> Step:
    return derive(
        "Redoing what the second look finds",
        number.product,
        volume.units,
        effort.by_hand,
        loop.figures.rework_effort.step("One rework, as a share of labelling by hand"),
        failed,
        loop.outgoing_defect,
        loop.detection,
        unit="s",
        because=(
            "units × seconds by hand × share of one rework × batches that failed × "
            "wrong after review × caught by one reviewer"
        ),
    )


def _reworking(volume: LineVolume, effort: LineEffort, loop: ReviewLoop) -> Step:
    return derive(
        "Reworking",
        number.product,
        volume.units,
        effort.by_hand,
        loop.figures.rework_effort.step("One rework, as a share of labelling by hand"),
        loop.reworks,
        unit="s",
        because="units × seconds by hand × share of one rework × reworks of a unit",
    )


def sampled_again(share: Any, released: Any) -> Any:
    """Return the share of units sampled, failed batches sampled afresh once."""
    return share * (2 - released)


def _auditing(
    volume: LineVolume,
    effort: LineEffort,
    *,
    cost: CostSide,
    plan: LotPlan,
    released: Step,
) -> Step:
    sampled = derive(
        "Share of units sampled",
        sampled_again,
        plan.sampled,
        released,
        unit="of units",
        because="share of a batch × (1 + batches that are sampled afresh)",
    )
    return derive(
        "Sample check",
        number.product,
        volume.units,
        effort.by_hand,
        cost.work.audit_seconds_share.step("Checking a unit, as a share of labelling"),
        sampled,
        unit="s",
        because="units × seconds by hand × share of a check × share sampled",
    )


def _warranty(effort: LineEffort, figures: ReviewFigures) -> Step:
    return derive(
        "Redone free after delivery",
        number.product,
        effort.labelling,
        figures.warranty_share.step("Redone free, as a share of labelling"),
        unit="s",
        because="labelling × share redone free",
    )
