"""How the work could be arranged otherwise: proposals that staff alone decide on.

Pre-labels, reviews, the sample check, batches, passes over the images. Each is a patch
of the spec; `advice.py` says what it is worth. See docs/model.md#arrangements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .assumptions import line_name
from .proposals import Proposal, many
from .rates.values import CostSide
from .spec.fields import MOST_LINES
from .spec.normal import line_document, to_document
from .spec.patch import replacing
from .spec.values import (
    Line,
    LowModeHigh,
    Prelabel,
    Quantiles,
    Range,
    Spec,
    UnitsPerItem,
)

CLASSES_A_PASS = 20
"""One published vendor shows at most 20 classes a task (Google's labelling rules)."""

MOST_PASSES = 10

IN_PASSES = frozenset(
    {"image_tag", "bounding_box", "polygon", "polyline", "cuboid", "instance_mask"}
    | {"video_box"}
)
"""Methods whose units can be shared out by class: not the points of one body, not a
mask that covers the whole image."""

REVIEWS = (1, 2)
RISKS = {"producer_risk": "0.05", "consumer_risk": "0.1"}
"""Good work blocked, bad work released: the risks of the two-point plan (METHODS 3)."""

CONFIDENCE = "0.95"
MOST_NAME = 70
SIX = Decimal("0.000001")


def of_line(spec: Spec, line: Line, *, cost: CostSide) -> Iterator[Proposal]:
    """Yield the other arrangements of one line that is in the total."""
    if line.work == "label":
        yield from _prelabels(line, cost=cost)
        yield from _passes(spec, line)


def of_project(spec: Spec) -> Iterator[Proposal]:
    """Yield the other arrangements of the whole project."""
    yield from _reviews(spec)
    yield from _audits(spec)
    yield from _batches(spec)


def _prelabels(line: Line, *, cost: CostSide) -> Iterator[Proposal]:
    path = f"{line.path}/prelabel"
    if line.prelabel is not None:
        yield Proposal(
            code="prelabels_off",
            path=path,
            does=f"{line_name(line)} without machine pre-labels",
            gives_up="The model's first labels and what its set-up would teach.",
            patch=(replacing(path, value=None),),
        )
        return
    figures = cost.prelabel.get(line.type) or cost.prelabel["default"]
    rate = figures.accept_rate
    typical = Prelabel(
        accept_rate=Quantiles(
            p10=rate.p10.value, p50=rate.p50.value, p90=rate.p90.value
        )
    )
    said = line_document(replace(line, prelabel=typical))["prelabel"]
    yield Proposal(
        code="prelabels_on",
        path=path,
        does=f"{line_name(line)} with pre-labels of the card's typical model",
        gives_up="Labels that no machine suggested: wrong ones are waved through.",
        patch=(replacing(path, value=said),),
    )


def _passes(spec: Spec, line: Line) -> Iterator[Proposal]:
    """Yield the split of a long list of classes into a few passes of at most 20.

    Counts of a sample are not shared out, because nobody knows which class each is of.
    """
    classes = line.classes or 0
    passes = -(-classes // CLASSES_A_PASS)
    said = line.units_per_item
    if (
        not 1 < passes <= MOST_PASSES
        or line.type not in IN_PASSES
        or said.sample is not None
        or len(spec.lines) + passes - 1 > MOST_LINES
    ):
        return
    yield Proposal(
        code="split_passes",
        path=f"{line.path}/classes",
        does=f"{line_name(line)} in {passes} passes of at most {CLASSES_A_PASS} kinds",
        gives_up=f"One look: each image is opened {passes} times.",
        patch=(replacing("/lines", value=_split(spec, line, passes)),),
    )


def _split(spec: Spec, line: Line, passes: int) -> list[dict[str, Any]]:
    """Return the lines of a spec, one of them in passes; the further ones stand last.

    The places of other lines stay, because alternatives name them.
    """
    least, more = divmod(line.classes or 0, passes)
    parts = [
        line_document(
            replace(
                line,
                name=f"{line_name(line)[:MOST_NAME]} {place + 1}/{passes}",
                classes=least + (place < more),
                units_per_item=_part(line.units_per_item, passes),
            )
        )
        for place in range(passes)
    ]
    lines = to_document(spec)["lines"]
    return [*lines[: line.index], parts[0], *lines[line.index + 1 :], *parts[1:]]


def _part(said: UnitsPerItem, passes: int) -> UnitsPerItem:
    """Return the units of one pass, where the classes share them alike."""

    def cut(value: Decimal) -> Decimal:
        return (value / passes).quantize(SIX, ROUND_HALF_UP)

    mean: Range
    if isinstance(said.mean, Quantiles):
        mean = Quantiles(
            p10=cut(said.mean.p10), p50=cut(said.mean.p50), p90=cut(said.mean.p90)
        )
    elif isinstance(said.mean, LowModeHigh):
        mean = LowModeHigh(
            low=cut(said.mean.low), mode=cut(said.mean.mode), high=cut(said.mean.high)
        )
    else:
        mean = cut(said.mean or Decimal(0))
    return replace(said, mean=mean)


def _reviews(spec: Spec) -> Iterator[Proposal]:
    now = spec.quality.reviews
    for reviews in REVIEWS:
        if reviews == now:
            continue
        more = reviews > now
        yield Proposal(
            code="reviews",
            path="/quality/reviews",
            does=f"{many(reviews, 'review')} instead of {now}",
            gives_up=(
                "The time of a further pair of eyes."
                if more
                else "A further pair of eyes on each unit."
            ),
            patch=(replacing("/quality/reviews", value=reviews),),
        )


def _audits(spec: Spec) -> Iterator[Proposal]:
    """Yield sample checks sized for what they prove, instead of a share of the batch.

    Two-point: half as wrong as promised passes, twice as wrong does not. Zero-defect:
    a pass rules out more wrong than promised. Work that is itself the check of a share
    keeps its rule, because the share says how much work there is.
    """
    checks = any(line.work == "audit" for line in spec.lines)
    if spec.quality.audit.rule != "percent" or checks:
        return
    wrong = 1 - spec.quality.accuracy
    good, bad = (f"{part.normalize():f}" for part in (wrong / 2, wrong * 2))
    yield Proposal(
        code="audit_two_point",
        path="/quality/audit",
        does="A sample check sized for both risks, instead of a share of the batch",
        gives_up="",
        patch=(
            replacing(
                "/quality/audit",
                value={"rule": "two_point", "good": good, "bad": bad, **RISKS},
            ),
        ),
    )
    yield Proposal(
        code="audit_zero_defect",
        path="/quality/audit",
        does="A sample check that one wrong unit fails, instead of a share",
        gives_up="",
        patch=(
            replacing(
                "/quality/audit",
                value={
                    "rule": "zero_defect",
                    "bad": f"{wrong.normalize():f}",
                    "confidence": CONFIDENCE,
                },
            ),
        ),
    )


def _batches(spec: Spec) -> Iterator[Proposal]:
    kind = spec.item_kind
    now = min(spec.quality.batch_items, spec.items)
    for size in (now * 2, now // 2):
        if not 1 <= size <= spec.items:
            continue
        yield Proposal(
            code="batch_size",
            path="/quality/batch_items",
            does=f"Batches of {size:,} {kind}s instead of {now:,}",
            gives_up=(
                f"Early news: a batch that fails holds back {size:,} {kind}s."
                if size > now
                else "Few hand-overs: there are twice as many batches."
            ),
            patch=(replacing("/quality/batch_items", value=size),),
        )
