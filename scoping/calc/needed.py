"""What a promise needs: the review loop solved backwards.

Three questions about one promise, each with the others held: how many units may be
wrong at first attempt, how many reviewers it takes, and how much each must catch. They
are the loop of `rework.py` itself, inverted by bisection, so that forward and backward
cannot disagree. See docs/model.md#needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

from . import rework

MOST_REVIEWERS = 5
"""Beyond this many reviewers of every unit nobody sells."""
STEPS = 40
"""Halvings of the interval 0..1: to twelve digits."""
PRINTED = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """The figures of a review loop as shares; detection is that of one reviewer.

    `repaired` None: rejected units go round again, at most `loops` times.
    """

    first_pass_defect: Decimal
    detection: Decimal
    false_rejection: Decimal
    likeness: Decimal
    reviewers: int
    loops: Decimal
    repaired: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What a promised accuracy needs; None where nothing of the kind is enough.

    `first_pass_defect`: the most that may be wrong at first attempt, with the reviews
    planned. `reviewers`: the fewest, with the first attempts expected. `detection`:
    the least that each of the reviewers planned must catch.
    """

    first_pass_defect: Decimal
    reviewers: int | None
    detection: Decimal | None


def outgoing(loop: Loop) -> Decimal:
    """Return the share of released units that is wrong."""
    p = loop.first_pass_defect
    dm = rework.joint_share(loop.detection, loop.reviewers, loop.likeness)
    if loop.repaired is not None:
        return Decimal(rework.repaired_defect(p, dm, loop.repaired))
    fm = rework.joint_share(loop.false_rejection, loop.reviewers, loop.likeness)
    return Decimal(rework.outgoing_defect(p, dm, fm, loop.loops))


@lru_cache(maxsize=256)  # lines of one type ask the same
def needed(loop: Loop, *, accuracy: Decimal) -> Needed:
    """Return what the loop would need so that `accuracy` of what leaves it is right."""
    allowed = 1 - accuracy
    return Needed(
        first_pass_defect=most_wrong_at_first(loop, allowed=allowed),
        reviewers=fewest_reviewers(loop, allowed=allowed),
        detection=least_detection(loop, allowed=allowed),
    )


def most_wrong_at_first(loop: Loop, *, allowed: Decimal) -> Decimal:
    """Return the most that may be wrong at first so that `allowed` stays wrong."""
    return _greatest(
        lambda p: outgoing(replace(loop, first_pass_defect=p)) <= allowed
    ).quantize(PRINTED, rounding=ROUND_FLOOR)


def fewest_reviewers(loop: Loop, *, allowed: Decimal) -> int | None:
    """Return the fewest reviewers that let at most `allowed` through, None for none.

    Blind spots that are alike set a floor which no number of reviewers gets below.
    """
    for reviewers in range(MOST_REVIEWERS + 1):
        if outgoing(replace(loop, reviewers=reviewers)) <= allowed:
            return reviewers
    return None


def least_detection(loop: Loop, *, allowed: Decimal) -> Decimal | None:
    """Return the least that each reviewer must catch, None if even all is too little.

    Without a reviewer nothing is caught, whatever one could catch.
    """
    if outgoing(replace(loop, detection=Decimal(1))) > allowed:
        return None
    missed = _greatest(
        lambda miss: outgoing(replace(loop, detection=1 - miss)) <= allowed
    )
    return (1 - missed).quantize(PRINTED, rounding=ROUND_CEILING)


def _greatest(holds: Callable[[Decimal], bool]) -> Decimal:
    """Return the greatest share for which a condition that is lost once holds."""
    if holds(Decimal(1)):
        return Decimal(1)
    low, high = Decimal(0), Decimal(1)
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
