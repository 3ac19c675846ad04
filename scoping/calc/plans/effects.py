"""What moves an audit beside its plan: auditors, annotators, stopping early, history.

Each is left out of the answer where its inputs are not known; a missing auditor is not
a perfect one. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np

from scoping.calc.audit import SHOWN_SHARES, Plan, PlanError, whole_wrong
from scoping.calc.rework import true_defect

from .annotators import in_a_run, released_by_draw, shared_out
from .auditor import released_by_auditor
from .belief import Belief, evidence, expected_release
from .question import Question, refused
from .rules import belief_before
from .score import Score
from .sequential import lines, sequential_chances, truncated, wald_checks

CHECKPOINTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """What an auditor who errs makes of the release, and of a sample that just passes.

    `perfect_released`: of a batch with nothing wrong. `true_share`: wrong in truth
    where as many are called wrong as may be (Rogan and Gladen).
    """

    perfect_released: Decimal
    released: Decimal
    true_share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """How often a bad batch is released, by how its sample is drawn.

    None: the batch is too large for the sum of all cases.
    """

    share: Decimal
    fair: Decimal
    run: Decimal | None
    shared: Decimal | None
    each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """After so many units: release at `release` wrong or fewer, reject at `reject`."""

    units: int
    release: int | None
    reject: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """A test that may stop early. `rows`: share wrong, released, units checked."""

    h1: float
    h2: float
    s: float
    good_checks: float
    bad_checks: float
    rows: tuple[tuple[Decimal, float, float], ...]
    checkpoints: tuple[Checkpoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What is believed before, after the worst sample that passes, and after none.

    `evidence`: what the sample multiplies the odds by; None where there are none left.
    `passes`: how often the next batch passes, over all that is believed.
    """

    before: Decimal
    after_worst: Decimal
    after_none: Decimal
    evidence: Decimal | None
    passes: Decimal


def auditor_of(asked: Question, score: Score, *, share: Decimal) -> Auditor | None:
    """Return what the stated errors of an auditor do; None where none are stated."""
    if asked.missed is None or asked.false_alarms is None:
        return None
    perfect, released = (
        _decimal(
            released_by_auditor(
                score.lot,
                score.n,
                score.c,
                wrong=wrong,
                missed=float(asked.missed),
                false_alarms=float(asked.false_alarms),
            )
        )
        for wrong in (0, whole_wrong(score.lot, share))
    )
    return Auditor(
        perfect_released=perfect,
        released=released,
        true_share=true_defect(
            Decimal(score.c) / score.n, 1 - asked.missed, 1 - asked.false_alarms
        ),
    )


def draws_of(asked: Question, score: Score) -> Draws | None:
    """Return what clusters by annotator do to a bad batch; None where not asked."""
    if asked.annotators is None:
        return None
    shares = shared_out(score.lot, asked.annotators)
    wrong = int((score.lot * asked.bad).to_integral_value(rounding=ROUND_CEILING))
    run, shared = (
        released_by_draw(
            shares,
            drawn,
            c=score.c,
            wrong=wrong,
            likeness=float(asked.annotator_likeness),
        )
        for drawn in (
            in_a_run(shares, score.n),
            shared_out(score.n, asked.annotators),
        )
    )
    return Draws(
        share=asked.bad,
        fair=score.bad_released,
        run=None if run is None else _decimal(run),
        shared=None if shared is None else _decimal(shared),
        each=-(-score.n // asked.annotators),
    )


def early_of(asked: Question, score: Score, *, effect: Decimal) -> Early | None:
    """Return the test that may stop early; None where another rule is asked for.

    It runs on units that err independently; `effect` sampled ones tell as much as one.
    """
    if asked.rule != "sequential":
        return None
    risks: Any = {
        "good": asked.good,
        "bad": asked.bad,
        "producer_risk": asked.producer_risk,
        "consumer_risk": asked.consumer_risk,
    }
    found = lines(**risks)
    try:
        sequence = truncated(found, Plan(n=score.n, c=score.c))
    except PlanError as error:
        raise refused(error, "/bad") from error
    shares = sorted({*SHOWN_SHARES, asked.good, asked.bad, asked.produced})
    wrong = np.array([whole_wrong(score.lot, share) for share in shares])
    chances = sequential_chances(score.lot, sequence, wrong)
    step = max(1, -(-score.n // CHECKPOINTS))
    points = sorted({*range(step, score.n, step), score.n})
    return Early(
        h1=found.h1,
        h2=found.h2,
        s=found.s,
        good_checks=wald_checks(
            found, share=float(asked.good), released=1 - float(asked.producer_risk)
        ),
        bad_checks=wald_checks(
            found, share=float(asked.bad), released=float(asked.consumer_risk)
        ),
        rows=tuple(
            (share, float(released), float(checked * float(effect)))
            for share, released, checked in zip(
                shares, chances.released, chances.checked, strict=True
            )
        ),
        checkpoints=tuple(
            Checkpoint(
                units=_up(point * effect),
                release=None
                if sequence.release[point - 1] < 0
                else _down(sequence.release[point - 1] * effect),
                reject=_up(sequence.reject[point - 1] * effect),
            )
            for point in points
        ),
    )


def believed_of(asked: Question, score: Score) -> Believed | None:
    """Return what history and sample say; None where another rule is asked for."""
    if asked.rule != "belief":
        return None
    wrong, right = belief_before(asked)
    belief = Belief(wrong=float(wrong.value), right=float(right.value))
    limit = float(asked.limit)
    before = belief.chance_within(limit)
    worst = belief.after(score.n, score.c).chance_within(limit)
    return Believed(
        before=_decimal(before),
        after_worst=_decimal(worst),
        after_none=_decimal(belief.after(score.n, 0).chance_within(limit)),
        evidence=_decimal(evidence(before, worst)) if before < 1 > worst else None,
        passes=_decimal(expected_release(belief, score.n, score.c)),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_CEILING))


def _down(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_FLOOR))
