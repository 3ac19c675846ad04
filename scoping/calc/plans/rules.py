"""From a rule to a sample: n, c and what they are worth, each with its reasons.

The rules that a quote knows are drawn by the very functions that draw a quote's. The
others bring their own sample and acceptance number and are drawn alike: a stated sample
of whole images shrinks to its worth, a sized one grows.
See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scoping.calc import number
from scoping.calc.audit import PlanError
from scoping.calc.drawing import (
    LIKENESS,
    DrawnPlan,
    Images,
    drawn_plan,
    grown,
    independent,
    shrunk,
    worth_of_sample,
)
from scoping.calc.pipeline import per_cent
from scoping.calc.spec.values import AuditRule
from scoping.calc.trace import Step, derive
from scoping.calc.volume import answer

from .belief import Belief, belief_of, most_wrong_believed
from .question import Counted, Question, RuleName, refused
from .standard import LETTERS, Level, standard_plan

LEVELS: tuple[Level, ...] = tuple(LETTERS)


def batch_of(asked: Question, counts: Counted) -> Step:
    """Return the units of a full batch, as they are counted."""
    batch = answer(
        "Images in a batch", asked.batch_items, unit="images", path="/batch_items"
    )
    if counts == "image" or asked.units_per_item == 1:
        return batch
    return derive(
        "Objects in a batch",
        units_of_batch,
        batch,
        per_image(asked),
        unit="objects",
        because="images in a batch × objects in each",
    )


def per_image(asked: Question) -> Step:
    """Return the objects of an image, as answered."""
    return answer(
        "Objects in an image", asked.units_per_item, unit="", path="/units_per_item"
    )


def likeness_of(asked: Question) -> Step:
    """Return how alike objects of one image err, as answered."""
    return answer(LIKENESS, asked.likeness, unit="", path="/likeness")


def units_of_batch(batch: Any, per_item: Any) -> Any:
    """Return the units of so many items, rounded half up."""
    return number.whole_units(batch * per_item)


def images_of(asked: Question, counts: Counted) -> Images | None:
    """Return how whole images are drawn; None where each unit is drawn by itself."""
    if counts == "image" or asked.units_per_item == 1:
        return None
    return per_image(asked), likeness_of(asked)


def plan_of(asked: Question, rule: RuleName, counts: Counted) -> DrawnPlan:
    """Return the sample of a rule. Raises QuestionError where there is none."""
    lot, images = batch_of(asked, counts), images_of(asked, counts)
    if rule == "standard":
        n, c = _standard(asked, lot)
        plan = independent(n, c, lot)
        return plan if images is None else shrunk(n, c, lot, images=images)
    if rule == "belief":
        if images is None:
            return independent(*_believed(asked, lot, images=None), lot)
        return grown(
            lambda worth: _believed(asked, worth, images=images), lot, images=images
        )
    return drawn_plan(quoted_rule(asked, rule), lot, images=images, path="")


def quoted_rule(asked: Question, rule: RuleName) -> AuditRule:
    """Return a rule as a quote's spec would state it."""
    if rule == "percent":
        return AuditRule(
            rule="percent", share=asked.share, max_defect_share=asked.max_defect_share
        )
    if rule == "zero_defect":
        return AuditRule(
            rule="zero_defect", bad=asked.limit, confidence=asked.confidence
        )
    return AuditRule(
        rule="two_point",
        good=asked.good,
        bad=asked.bad,
        producer_risk=asked.producer_risk,
        consumer_risk=asked.consumer_risk,
    )


def standard_sample(lot: Any, aql: Any, level: Any) -> Any:
    """Return the sample of the standard; `level`: its place among `LEVELS`, from 1."""
    found = standard_plan(int(lot), aql=aql, level=LEVELS[int(level) - 1])
    return Decimal(found.plan.n)


def standard_wrong(lot: Any, aql: Any, level: Any) -> Any:
    """Return the acceptance number of the standard."""
    found = standard_plan(int(lot), aql=aql, level=LEVELS[int(level) - 1])
    return Decimal(found.plan.c)


def believed_wrong(wrong: Any, right: Any, n: Any, limit: Any, certainty: Any) -> Any:
    """Return the most wrong of n that still leave the limit certain enough.

    `wrong`, `right`: wrong and right units that the belief before is worth.
    """
    belief = Belief(wrong=float(wrong), right=float(right))
    most = most_wrong_believed(
        belief, int(n), limit=float(limit), certainty=float(certainty)
    )
    if most is None:
        sure = belief.after(int(n), 0).chance_within(float(limit))
        raise PlanError(
            f"Even {int(n):,} units without a wrong one leave {100 * sure:.1f} % "
            f"certainty that at most {per_cent(limit)} are wrong, less than "
            f"{per_cent(certainty)}. Check more of a batch, or ask for less certainty."
        )
    return Decimal(most)


def wrong_of_belief(likeliest: Any, limit: Any, believed: Any) -> Any:
    """Return the wrong units that a belief by its likeliest share is worth."""
    found = belief_of(float(likeliest), limit=float(limit), chance=float(believed))
    return Decimal(repr(found.wrong))


def right_of_belief(likeliest: Any, limit: Any, believed: Any) -> Any:
    """Return the right units that a belief by its likeliest share is worth."""
    found = belief_of(float(likeliest), limit=float(limit), chance=float(believed))
    return Decimal(repr(found.right))


def belief_before(asked: Question) -> tuple[Step, Step]:
    """Return the wrong and the right units that the belief before is worth."""
    if asked.history_wrong is not None:
        wrong = answer(
            "Wrong among what was checked before",
            asked.history_wrong,
            unit="units",
            path="/history_wrong",
        )
        checked = answer(
            "Checked before",
            asked.history_checked or 0,
            unit="units",
            path="/history_checked",
        )
        return wrong, derive(
            "Right among what was checked before",
            number.difference,
            checked,
            wrong,
            unit="units",
            because="checked − wrong",
        )
    points = (
        answer(
            "Likeliest share wrong", asked.likeliest or 0, unit="", path="/likeliest"
        ),
        answer("Most wrong promised", asked.limit, unit="", path="/limit"),
        answer(
            "Certainty before that it is within",
            asked.believed or 0,
            unit="",
            path="/believed",
        ),
    )
    return tuple(  # type: ignore[return-value]
        derive(
            name,
            formula,
            *points,
            unit="units",
            because="the Beta with that likeliest share and that certainty",
        )
        for name, formula in (
            ("Wrong units that the belief is worth", wrong_of_belief),
            ("Right units that the belief is worth", right_of_belief),
        )
    )


def _standard(asked: Question, lot: Step) -> tuple[Step, Step]:
    uses = (
        lot,
        answer("Acceptable quality (AQL)", asked.aql, unit="", path="/aql"),
        answer(
            "Inspection level, by its place in Table I",
            LEVELS.index(asked.level) + 1,
            unit="",
            path="/level",
        ),
    )
    found = standard_plan(int(lot.value), aql=asked.aql, level=asked.level)
    moved = f", by an arrow from {found.asked}" if found.moved else ""
    because = f"MIL-STD-105E, Tables I and II-A: letter {found.letter}{moved}"
    return (
        derive("Sample", standard_sample, *uses, unit=lot.unit, because=because),
        derive(
            "Most wrong units that pass",
            standard_wrong,
            *uses,
            unit=lot.unit,
            because=because,
        ),
    )


def _believed(
    asked: Question, lot: Step, *, images: Images | None
) -> tuple[Step, Step]:
    """Return the stated sample, or that of the sized plan, and what belief allows."""
    n = _sample(asked, lot, images=images)
    uses = (
        *belief_before(asked),
        n,
        answer("Most wrong promised", asked.limit, unit="", path="/limit"),
        answer("Certainty asked for", asked.certainty, unit="", path="/certainty"),
    )
    try:
        return n, derive(
            "Most wrong units that pass",
            believed_wrong,
            *uses,
            unit=lot.unit,
            because="the most that leave the limit certain enough, with what was known",
        )
    except PlanError as error:
        raise refused(error, "/sample") from error


def _sample(asked: Question, lot: Step, *, images: Images | None) -> Step:
    if asked.sample is None:
        rule = quoted_rule(asked, "two_point")
        return drawn_plan(rule, lot, images=None, path="").n
    stated = answer("Sample", asked.sample, unit=lot.unit, path="/sample")
    if images is None:
        return derive(
            "Sample",
            number.smallest,
            stated,
            lot,
            unit=lot.unit,
            because="the sample, at most the batch",
        )
    return derive(
        "Worth of the sample",
        worth_of_sample,
        stated,
        *images,
        unit=lot.unit,
        because="sample ÷ (1 + (units an image − 1) × likeness), rounded down",
    )
