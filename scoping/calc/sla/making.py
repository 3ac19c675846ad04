"""The clauses of a quote, made of its spec and the card's price side.

Wrong and missed are two clauses: an accuracy that leaves out missed objects would
reward leaving objects out. What the client owes is a clause too. Made of the price side
alone, because clients read it. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from scoping.calc.assumptions import NAMES
from scoping.calc.audit import clean_images, design_effect, holds_at, worst_passing
from scoping.calc.money import to_coins
from scoping.calc.pipeline import business_days, per_cent
from scoping.calc.rates.values import PriceSide
from scoping.calc.sampling import LotPlan
from scoping.calc.spec.values import AnnotationType, Line, Spec
from scoping.calc.trace import plain

from .clause import Clause, Metric, Sample

DOES_NOT_COUNT = (
    "a case the guideline does not cover",
    "a guideline changed after delivery",
    "an image that cannot be read",
    "an error in your own reference",
)
"""What is no labelling error, as a sentence's parts."""

COUNTED: dict[AnnotationType, tuple[str, str]] = {
    "image_tag": ("tag", "tags"),
    "bounding_box": ("box", "boxes"),
    "polygon": ("outline", "outlines"),
    "semantic_mask": ("mask", "masks"),
    "keypoint": ("keypoint", "keypoints"),
    "polyline": ("line", "lines"),
    "cuboid": ("cuboid", "cuboids"),
    "instance_mask": ("object mask", "object masks"),
    "video_box": ("box", "boxes"),
}
"""What a page calls one unit of a type, and several."""

CANNOT_BE_MISSED = frozenset({"image_tag", "semantic_mask"})
"""Types that every item has by its nature: there is no object to overlook."""


def clauses(
    spec: Spec, price: PriceSide, *, plans: Mapping[int, LotPlan]
) -> tuple[Clause, ...]:
    """Return all clauses of a quote: each line's, then what the client owes.

    Lines that only check existing labels promise nothing about those labels.
    """
    found: list[Clause] = []
    for line in spec.lines:
        if line.work == "audit":
            continue
        plan = plans[line.index]
        found.append(_right(spec, line, price, plan))
        if line.type not in CANNOT_BE_MISSED:
            found.append(_missed(spec, line, price, plan))
    return (*found, _answers(spec))


def _right(spec: Spec, line: Line, price: PriceSide, plan: LotPlan) -> Clause:
    one, many = COUNTED[line.type]
    floor, by_image = spec.quality.accuracy, counts_images(plan, line)
    kind = spec.item_kind
    how_much = f"{per_cent(floor)} of {many} in every batch"
    if by_image:
        how_much = f"{per_cent(floor)} of {kind}s with every {one} right"
    return _clause(
        spec,
        line,
        price,
        plan,
        key=f"{line.type}_right",
        promise=f"{NAMES[line.type]} right",
        how_much=how_much,
        metric="precision",
        sample_text=sampled_words(plan, many=many, kind=kind, by_image=by_image),
        fault="wrong",
    )


def _missed(spec: Spec, line: Line, price: PriceSide, plan: LotPlan) -> Clause:
    one, _ = COUNTED[line.type]
    floor, kind = spec.quality.accuracy, spec.item_kind
    article = "an" if one[0] in "aeiou" else "a"
    how_much = f"{per_cent(floor)} of real objects have {article} {one}"
    if counts_images(plan, line):
        how_much = f"{per_cent(floor)} of {kind}s with no object missed"
    return _clause(
        spec,
        line,
        price,
        plan,
        key=f"{line.type}_missed",
        promise="Nothing missed",
        how_much=how_much,
        metric="recall",
        sample_text=f"the same {plan.items:,} {kind}s, read again from scratch",
        fault="missed",
    )


def _remedy(days: int, *, credit: Decimal | None, currency: str) -> str:
    """Return what follows from a failed check, in words."""
    redone = f"redone free in {business_days(days)}"
    if credit is None:
        return redone
    amount = to_coins(credit, currency)
    return f"{redone}, and {amount:,f} {currency} credited for each failed batch"


def _clause(  # noqa: PLR0913 - one clause's wording, named
    spec: Spec,
    line: Line,
    price: PriceSide,
    plan: LotPlan,
    *,
    key: str,
    promise: str,
    how_much: str,
    metric: Metric,
    sample_text: str,
    fault: str,
) -> Clause:
    lot, n, c = (
        int(step.value) for step in (plan.worth_lot, plan.worth_n, plan.worth_c)
    )
    proves = worst_passing(lot, n, c)
    remedy_days = int(price.remedy_days.value)
    by_image = counts_images(plan, line)
    # Both clauses of a line read one sample, and its failure is credited once.
    credit = spec.commercial.credits.failed_batch if metric == "precision" else None
    return Clause(
        key=key,
        promise=promise,
        how_much=how_much,
        metric=metric,
        unit=spec.item_kind if by_image else line.unit,
        floor=spec.quality.accuracy,
        match_iou=None if line.type == "image_tag" else spec.quality.match_iou,
        sample=Sample(
            items=plan.items,
            of_items=plan.batch_items,
            units=int(plan.n.value),
            max_defects=int(plan.c.value),
            lot=int(plan.lot.value),
            worth_lot=lot,
            worth_units=n,
            worth_defects=c,
        ),
        sample_text=sample_text,
        proves=proves,
        proves_text=f"at most {per_cent(tenth_up(proves))} {fault}",
        remedy=_remedy(remedy_days, credit=credit, currency=spec.currency),
        credit=credit,
        currency=spec.currency,
        holds_at=holds_at(lot, n, c),
        remedy_days=remedy_days,
        does_not_count=DOES_NOT_COUNT,
        line=line.index,
        note="" if by_image else image_note(spec, line, plan),
        effect=Decimal(1)
        if by_image
        else design_effect(plan.per_item, price.icc.value),
    )


def image_note(spec: Spec, line: Line, plan: LotPlan) -> str:
    """Return what a share of units means in whole images, for the footnote."""
    _, many = COUNTED[line.type]
    if plan.per_item <= 1:
        return ""
    clean = clean_images(spec.quality.accuracy, plan.per_item) * 100
    per_item = plain(plan.per_item.quantize(Decimal("0.1"), ROUND_HALF_UP))
    article = "an" if spec.item_kind[0] in "aeiou" else "a"
    return (
        f"{per_cent(spec.quality.accuracy)} of {many} right is about "
        f"{clean.quantize(Decimal(1), ROUND_HALF_UP)} fully clean {spec.item_kind}s in "
        f"100, at {per_item:f} {many} {article} {spec.item_kind}."
    )


def _answers(spec: Spec) -> Clause:
    return Clause(
        key="your_answers",
        promise="Your answers",
        how_much=f"{business_days(spec.client_turnaround_days)} to a question",
        metric="obligation",
        unit="question",
        floor=None,
        match_iou=None,
        sample=None,
        sample_text="logged with date and owner",
        proves=None,
        proves_text="does not apply",
        remedy="the delivery week moves by the delay",
        remedy_days=None,
        line=None,
        per="question",
    )


def counts_images(plan: LotPlan, line: Line) -> bool:
    """Return whether images are counted where a line's own unit is another."""
    return plan.counts == "image" and line.unit != "image"


def sampled_words(plan: LotPlan, *, many: str, kind: str, by_image: bool) -> str:
    """Return how a batch is sampled, in words: `100 of 1,000 images; none wrong`."""
    drawn = f"{plan.items:,} of {plan.batch_items:,} {kind}s"
    units = int(plan.n.value)
    about = "" if by_image or units == plan.items else f", about {units:,} {many}"
    wrong = int(plan.c.value)
    allowed = "none wrong" if wrong == 0 else f"at most {wrong:,} wrong"
    return f"{drawn}{about}; {allowed}"


def tenth_up(share: Decimal) -> Decimal:
    """Return a share rounded up to tenths of a per cent: a bound is never flattered."""
    return share.quantize(Decimal("0.001"), rounding=ROUND_UP)
