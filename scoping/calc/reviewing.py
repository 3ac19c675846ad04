"""The review loop of a kind of work: what is sent back, redone, and let through.

The same for every line that the card gives the same review figures, and therefore
built once for them: their lines have their first-pass errors and their reviewers in
common. Formulas: `rework.py`. See docs/model.md#reviewing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import bands, rework
from .chances import chance
from .rates.values import Figure, ReviewFigures
from .spec.values import Spec
from .trace import Step, derive
from .volume import answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLoop:
    """What review does to an average unit, with its reasons: shares and times.

    `reworks`: how often it is redone. `passes`: how often somebody reviews it.
    """

    figures: ReviewFigures
    reviews: Step
    first_pass_defect: Step
    detection: Step
    wrongly_rejected: Step
    rejected: Step
    reworks: Step
    passes: Step
    outgoing_defect: Step


def review_passes(reviews: Any, reworks: Any) -> Any:
    """Return how many times an average unit is reviewed: reviewers × (1 + reworks)."""
    return reviews * (1 + reworks)


def review_loop(spec: Spec, figures: ReviewFigures) -> ReviewLoop:
    """Return the loop of `quality.reviews` reviewers with these figures."""
    reviews = answer("Reviews", spec.quality.reviews, unit="", path="/quality/reviews")
    defect = _first_pass_defect(figures)
    detection = _detection(figures)
    likeness = figures.likeness.step("Likeness of two reviewers")
    caught = derive(
        "Caught by the reviews",
        rework.joint_share,
        detection,
        reviews,
        likeness,
        unit="of wrong units",
        because="1 − what all of them miss, who are alike",
    )
    wrongly = derive(
        "Wrongly sent back by the reviews",
        rework.joint_share,
        figures.false_rejection.step("Wrongly sent back by one reviewer"),
        reviews,
        likeness,
        unit="of right units",
        because="1 − what all of them pass, who are alike",
    )
    rejected = derive(
        "Sent back",
        rework.reject_rate,
        defect,
        caught,
        wrongly,
        unit="of units",
        because="wrong and caught + right and wrongly sent back",
    )
    reworks, passes, outgoing = (
        _redone(figures, reviews, defect, caught, wrongly, rejected=rejected)
        if figures.repaired is None
        else _repaired(figures.repaired, reviews, defect, caught, rejected=rejected)
    )
    return ReviewLoop(
        figures=figures,
        reviews=reviews,
        first_pass_defect=defect,
        detection=detection,
        wrongly_rejected=wrongly,
        rejected=rejected,
        reworks=reworks,
        passes=passes,
        outgoing_defect=outgoing,
    )


def _redone(
    figures: ReviewFigures,
    reviews: Step,
    defect: Step,
    caught: Step,
    wrongly: Step,
    *,
    rejected: Step,
) -> tuple[Step, Step, Step]:
    """Return reworks, reviews and what escapes where rejected units go round again."""
    loops = figures.loops.step("Loops before an expert settles it")
    reworks = derive(
        "Rework of a unit",
        rework.reworks_per_unit,
        rejected,
        loops,
        unit="times",
        because="sent back + sent back again + … up to the last loop",
    )
    passes = derive(
        "Reviews of a unit",
        review_passes,
        reviews,
        reworks,
        unit="times",
        because="reviews × (1 + reworks)",
    )
    outgoing = derive(
        "Wrong after review",
        rework.outgoing_defect,
        defect,
        caught,
        wrongly,
        loops,
        unit="of units",
        because="wrong and not caught, over all loops",
    )
    return reworks, passes, outgoing


def _repaired(
    fixed: Figure, reviews: Step, defect: Step, caught: Step, *, rejected: Step
) -> tuple[Step, Step, Step]:
    """Return the same where a rejected unit is corrected once and not seen again."""
    outgoing = derive(
        "Wrong after correction",
        rework.repaired_defect,
        defect,
        caught,
        fixed.step("Corrections that succeed"),
        unit="of units",
        because="wrong and not caught + caught and corrected wrongly",
    )
    return rejected, reviews, outgoing


def _first_pass_defect(figures: ReviewFigures) -> Step:
    return derive(
        "Wrong at first attempt",
        bands.drawn_share,
        chance("defects"),
        figures.first_pass_defect.p10.step("Wrong at first attempt, low"),
        figures.first_pass_defect.p50.step("Wrong at first attempt, typical"),
        figures.first_pass_defect.p90.step("Wrong at first attempt, high"),
        unit="of units",
        because="typical project",
    )


def _detection(figures: ReviewFigures) -> Step:
    return derive(
        "Caught by one reviewer",
        bands.drawn_share,
        chance("detection"),
        figures.detection.p10.step("Caught by one reviewer, low"),
        figures.detection.p50.step("Caught by one reviewer, typical"),
        figures.detection.p90.step("Caught by one reviewer, high"),
        unit="of wrong units",
        because="typical project",
    )
