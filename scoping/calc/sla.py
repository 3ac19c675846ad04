"""The service level: clauses that the quote prints and the monitor later evaluates.

A clause names the unit it counts, the share that must be right, the sample that decides
and what a pass of that sample proves, which is less than the share promised. Wrong and
missed are two clauses: an accuracy that leaves out missed objects would reward leaving
objects out. What the client owes is a clause too. Made of the spec and the card's price
side alone, because clients read it. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any, Literal

from .agreement import gold_lower_bound, gold_upper_bound
from .assumptions import NAMES
from .audit import CONFIDENCE, clean_images, design_effect, worst_passing
from .money import to_coins
from .pipeline import business_days, per_cent
from .rates.values import PriceSide
from .sampling import LotPlan
from .spec.values import AnnotationType, Line, Spec
from .trace import plain

Metric = Literal["precision", "recall", "agreement", "obligation"]
State = Literal["met", "not_met", "not_shown_yet"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a batch is sampled for a clause: whole items drawn, units counted in them."""

    items: int
    of_items: int
    units: int
    max_defects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One promise, ours or the client's (metric `obligation`: no floor, no sample).

    `effect` is the design effect of drawing whole items: how many sampled units tell as
    much as one independent unit. `line` None: the whole project's.
    """

    key: str
    promise: str
    how_much: str
    metric: Metric
    unit: str
    floor: Decimal | None
    match_iou: Decimal | None
    sample: Sample | None
    sample_text: str
    proves: Decimal | None
    proves_text: str
    remedy: str
    remedy_days: int | None
    line: int | None
    note: str = ""
    effect: Decimal = Decimal(1)
    per: str = "batch"
    credit: Decimal | None = None

    def to_data(self) -> dict[str, Any]:
        """Return the clause as documents hold it: shares as strings, absent as null."""
        proves = self.proves
        sample = self.sample
        return {
            "key": self.key,
            "promise": self.promise,
            "how_much": self.how_much,
            "metric": self.metric,
            "unit": self.unit,
            "floor": _text(self.floor),
            "per": self.per,
            "match_iou": _text(self.match_iou),
            "sample": None
            if sample is None
            else {
                "items": sample.items,
                "of_items": sample.of_items,
                "units": sample.units,
                "max_defects": sample.max_defects,
            },
            "sample_text": self.sample_text,
            "proves": None
            if proves is None
            else {"max_defect_share": str(proves), "confidence": str(CONFIDENCE)},
            "proves_text": self.proves_text,
            "remedy": self.remedy,
            "remedy_days": self.remedy_days,
            "credit": _text(self.credit),
            "line": self.line,
            "note": self.note,
            "effect": str(self.effect),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What counts say about a clause: `low` to `high` is where the truth may lie."""

    state: State
    observed: Decimal | None
    low: Decimal
    high: Decimal


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


def evaluate(clause: Clause, *, checked: int, wrong: int) -> Evaluation:
    """Return whether counts of checked units show a clause met, at 95 % each way.

    Met: even the least accuracy that the counts leave possible reaches the floor. Not
    met: even the greatest does not. Otherwise nothing is shown yet, however the raw
    share looks. Counts shrink by the clause's design effect first, each bound rounding
    them to its cautious side. Raises ValueError for a clause that counts nothing.
    """
    if clause.floor is None:
        raise ValueError(f"“{clause.promise}” has no floor to hold counts against.")
    if not 0 <= wrong <= checked:
        raise ValueError(f"{wrong} wrong of {checked} checked is not a result.")
    if checked == 0:
        return Evaluation(
            state="not_shown_yet", observed=None, low=Decimal(0), high=Decimal(1)
        )
    right = checked - wrong
    worth = max(1, int(checked / clause.effect))
    right_worth = Decimal(right) * worth / checked
    fewest = int(right_worth.to_integral_value(rounding=ROUND_FLOOR))
    most = int(right_worth.to_integral_value(rounding=ROUND_CEILING))
    confidence = float(CONFIDENCE)
    low = _share(gold_lower_bound(fewest, worth, confidence))
    high = _share(gold_upper_bound(most, worth, confidence))
    state: State = "not_shown_yet"
    if low >= clause.floor:
        state = "met"
    elif high < clause.floor:
        state = "not_met"
    return Evaluation(state=state, observed=_share(right / checked), low=low, high=high)


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
        ),
        sample_text=sample_text,
        proves=proves,
        proves_text=f"at most {per_cent(tenth_up(proves))} {fault}",
        remedy=_remedy(remedy_days, credit=credit, currency=spec.currency),
        credit=credit,
        remedy_days=remedy_days,
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


def _share(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
