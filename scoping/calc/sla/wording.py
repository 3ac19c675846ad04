"""The words of a clause: how much, how it is checked, what it asks, what follows.

Plain words for those who sign: a share is per cent, a batch is a batch, and money is
printed in the quote's currency. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from scoping.calc.audit import all_released, clean_images, holds_at, released_share
from scoping.calc.money import to_coins
from scoping.calc.pipeline import business_days, per_cent
from scoping.calc.sampling import LotPlan
from scoping.calc.spec.values import AnnotationType, Line, Spec
from scoping.calc.trace import plain

from .clause import CreditStep, Sample

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
IN_WORDS = (
    *("No", "One", "Two", "Three", "Four", "Five"),
    *("Six", "Seven", "Eight", "Nine", "Ten"),
)
"""Numbers of batches at the beginning of a sentence; no more than ten are spoken of."""


def counts_images(plan: LotPlan, line: Line) -> bool:
    """Return whether images are counted where a line's own unit is another."""
    return plan.counts == "image" and line.unit != "image"


def sampled_words(plan: LotPlan, *, many: str, kind: str, by_image: bool) -> str:
    """Return how a batch is sampled, in words: `100 of 1,000 images; none wrong`."""
    drawn = f"{plan.items:,} of {plan.batch_items:,} {kind}s"
    units = int(plan.n.value)
    about = "" if by_image or units == plan.items else f", about {units:,} {many}"
    return f"{drawn}{about}; {allowed_words(int(plan.c.value))}"


def allowed_words(wrong: int, *, how: str = "wrong") -> str:
    """Return how many may be wrong: `none wrong`, `at most 3 wrong`."""
    return f"none {how}" if wrong == 0 else f"at most {wrong:,} {how}"


def tenth_up(share: Decimal) -> Decimal:
    """Return a share rounded up to tenths of a per cent: a bound is never flattered."""
    return share.quantize(Decimal("0.001"), rounding=ROUND_UP)


def image_note(spec: Spec, line: Line, plan: LotPlan) -> str:
    """Return what a share of units means in whole images, for the footnote."""
    _, many = COUNTED[line.type]
    if plan.per_item <= 1:
        return ""
    clean = clean_images(spec.quality.accuracy, plan.per_item) * 100
    per_item = plain(plan.per_item.quantize(Decimal("0.1"), ROUND_HALF_UP))
    return (
        f"{per_cent(spec.quality.accuracy)} of {many} right is about "
        f"{clean.quantize(Decimal(1), ROUND_HALF_UP)} fully clean {spec.item_kind}s in "
        f"100, at {per_item:f} {many} {with_article(spec.item_kind)}."
    )


def with_article(word: str) -> str:
    """Return a word with its article: `an image`, `a box`."""
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def remedy_words(
    days: int,
    *,
    credit: Decimal | None,
    ladder: Sequence[CreditStep],
    currency: str,
    once: bool,
) -> str:
    """Return what follows from a failed check, in words."""
    said = f"redone free in {business_days(days)}"
    sample, each = "its sample", "for each failed batch"
    if once:
        sample, each = "all samples", "if the average is not reached"
    given = [] if credit is None else [f"{_money(credit, currency)} {each}"]
    for at, step in enumerate(ladder):
        where = f" of {sample} are wrong" if at == 0 else ""
        given.append(
            f"{_money(step.amount, currency)} if over "
            f"{per_cent(step.wrong_over)}{where}"
        )
    return f"{said}; credited: {', '.join(given)}" if given else said


def _money(amount: Decimal, currency: str) -> str:
    return f"{to_coins(amount, currency):,f} {currency}"


def consequence_words(
    sample: Sample, floor: Decimal, *, batches: int, per: str, subject: str
) -> str:
    """Return what a floor asks of the work: how often it passes, and what holds it.

    Work at exactly the floor fails often: that is said before it is signed.
    """
    wrong = 1 - floor
    plan = sample.worth_lot, sample.worth_units, sample.worth_defects
    one = released_share(wrong, *plan)
    holds = _held(holds_at(*plan))
    if per == "project":
        return (
            f"{subject}: work with exactly {per_cent(floor)} right reaches the average "
            f"{_in_100(one)}; with {holds} it does 95 times in 100."
        )
    several = min(batches, len(IN_WORDS) - 1)
    if several < 2:  # noqa: PLR2004 - one batch is no row of batches
        return (
            f"{subject}: a batch with exactly {per_cent(floor)} right passes at the "
            f"first try {_in_100(one)}; one with {holds} does 95 times in 100."
        )
    every = _in_100(all_released(one, several))
    return (
        f"{subject}: {IN_WORDS[several].lower()} batches with exactly "
        f"{per_cent(floor)} right all pass at the first try {every}; a batch with "
        f"{holds} passes 95 times in 100."
    )


def _held(wrong: Decimal) -> str:
    return "nothing wrong" if wrong == 0 else f"{per_cent(1 - wrong)} right"


def _in_100(chance: Decimal) -> str:
    times = int((chance * 100).to_integral_value(rounding=ROUND_HALF_UP))
    if times == 0:
        return "less than once in 100"
    if times == 100:  # noqa: PLR2004 - of a hundred
        return "every time" if chance == 1 else "nearly every time"
    return f"{times} time{'' if times == 1 else 's'} in 100"
