"""An audit designed: its plan, what it does to a batch, and what it takes.

Puts the questions of this package together. Every figure of the plan itself is a step
with its reasons; what stands beside it is reckoned on the same sample.
See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

import numpy as np

from scoping.calc.audit import Plan, PlanError, curve
from scoping.calc.drawing import DrawnPlan
from scoping.calc.trace import Step, derive
from scoping.calc.volume import answer

from .counting import images_with_any_wrong
from .effects import (
    Auditor,
    Believed,
    Draws,
    Early,
    auditor_of,
    believed_of,
    draws_of,
    early_of,
)
from .figures import figures
from .outgoing import Worst, worst_outgoing
from .process import process_plan
from .question import Counted, Question, RuleName
from .rules import batch_of, likeness_of, per_image, plan_of
from .score import Score, chance_of_release, score

FIRST_RULES: tuple[RuleName, ...] = ("percent", "two_point", "zero_defect")
"""What a page shows first; the other rules stand under “more”."""
POINTS = 60
SELDOM = 0.002
"""Where the drawing of a release curve ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """A rule's sample in a batch, and its score. `images`: whole images drawn."""

    rule: RuleName
    counts: Counted
    lot: Step
    plan: DrawnPlan
    images: int
    score: Score
    share: Step
    released: Step


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """An audit for a question. `steps`: the figures that explain themselves, by key."""

    asked: Question
    chosen: Sized
    compared: tuple[Sized, ...]
    counted: tuple[Sized, ...]
    steps: Mapping[str, Step]
    any_size: Plan | None
    worst: Worst
    auditor: Auditor | None
    draws: Draws | None
    early: Early | None
    believed: Believed | None


def design(asked: Question) -> Design:
    """Return the audit of a question. Raises QuestionError where there is none."""
    chosen = _sized(asked, asked.rule, asked.counts)
    scored, plan = chosen.score, chosen.plan
    both: tuple[Counted, ...] = ("object", "image") if asked.units_per_item > 1 else ()
    return Design(
        asked=asked,
        chosen=chosen,
        compared=tuple(
            chosen if rule == asked.rule else _sized(asked, rule, asked.counts)
            for rule in FIRST_RULES
        ),
        counted=tuple(
            chosen if counts == asked.counts else _sized(asked, asked.rule, counts)
            for counts in both
        ),
        steps=dict(
            figures(
                asked,
                plan,
                chosen.lot,
                counts=asked.counts,
                share=chosen.share,
                released=chosen.released,
            )
        ),
        any_size=_any_size(asked),
        worst=worst_outgoing(scored.lot, scored.n, scored.c),
        auditor=auditor_of(asked, scored, share=chosen.share.value),
        draws=draws_of(asked, scored),
        early=early_of(asked, scored, effect=plan.n.value / plan.worth_n.value),
        believed=believed_of(asked, scored),
    )


def curve_points(scored: Score, *, most: float) -> list[tuple[float, float]]:
    """Return (share wrong, chance of release) from none to `most`, for a drawing."""
    released = curve(scored.lot, scored.n, scored.c)
    shares = np.linspace(0, most, POINTS + 1)
    wrong = np.rint(shares * scored.lot).astype(np.int64)
    chances = released.at(wrong)
    return [
        (float(share), float(chance))
        for share, chance in zip(wrong / scored.lot, chances, strict=True)
    ]


def widest(scores: tuple[Score, ...]) -> float:
    """Return the share wrong at which none of these plans releases any more."""
    ends = (curve(one.lot, one.n, one.c).most_wrong(SELDOM) / one.lot for one in scores)
    return min(1.0, max(ends))


def produced_share(asked: Question, counts: Counted) -> Step:
    """Return the share wrong of what is counted, as it is produced."""
    objects = answer("Wrong as produced", asked.produced, unit="", path="/produced")
    if counts == "object" or asked.units_per_item == 1:
        return objects
    return derive(
        "Images with anything wrong",
        images_with_any_wrong,
        objects,
        per_image(asked),
        likeness_of(asked),
        unit="of images",
        because="1 − the chance that each object is right, given those before it are",
    )


def whole_images(drawn: Any, lot: Any, batch: Any) -> Any:
    """Return the images that hold a sample: its share of the batch, rounded up."""
    return min(batch, (batch * drawn / lot).to_integral_value(rounding=ROUND_CEILING))


def _sized(asked: Question, rule: RuleName, counts: Counted) -> Sized:
    plan = plan_of(asked, rule, counts)
    worth = (plan.worth_lot, plan.worth_n, plan.worth_c)
    share = produced_share(asked, counts)
    lot = batch_of(asked, counts)
    images = whole_images(plan.n.value, lot.value, Decimal(asked.batch_items))
    return Sized(
        rule=rule,
        counts=counts,
        lot=lot,
        plan=plan,
        images=int(images),
        score=score(
            *(int(step.value) for step in worth), good=asked.good, bad=asked.bad
        ),
        share=share,
        released=derive(
            "Released at the first check",
            chance_of_release,
            share,
            *worth,
            unit="of batches",
            because="exact chance that the sample of a batch passes",
        ),
    )


def _any_size(asked: Question) -> Plan | None:
    """Return the plan that batches of any size keep to; None where there is none."""
    try:
        return process_plan(
            good=asked.good,
            bad=asked.bad,
            producer_risk=asked.producer_risk,
            consumer_risk=asked.consumer_risk,
        )
    except PlanError:
        return None
