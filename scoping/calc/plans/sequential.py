"""When an audit may stop early: the sequential test, cut off at the single plan.

Units are checked one by one, and two lines say after each how many wrong ones release
the batch and how many reject it (Wald 1945). At the sample of the single plan the
single plan decides, so an audit is never longer than that. Chances and the expected
number of checks are exact for a batch of whole units: every unit drawn changes what is
left to draw from. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log

import numpy as np
from numpy.typing import NDArray

from scoping.calc.audit import Plan, PlanError
from scoping.calc.hypergeometric import TINY

MOST_STEPS = 5_000
"""Longest sample that is reckoned unit by unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Release at d ≤ −h1 + s n, reject at d ≥ h2 + s n, after n units with d wrong."""

    h1: float
    h2: float
    s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """After unit k + 1 release at `release[k]` wrong or fewer, reject at `reject[k]`.

    −1: no release yet. At the last unit the two are neighbours: it always decides.
    """

    release: tuple[int, ...]
    reject: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialChances:
    """For batches by number wrong: how often released, and how many units checked."""

    released: NDArray[np.float64]
    checked: NDArray[np.float64]


def lines(
    *, good: Decimal, bad: Decimal, producer_risk: Decimal, consumer_risk: Decimal
) -> Lines:
    """Return Wald's two lines.

    >>> found = lines(good=Decimal("0.01"), bad=Decimal("0.1"),
    ...               producer_risk=Decimal("0.05"), consumer_risk=Decimal("0.1"))
    >>> round(found.h1, 3), round(found.h2, 3), round(found.s, 4)
    (0.939, 1.205, 0.0397)
    """
    if not 0 < good < bad < 1:
        raise PlanError(
            f"No lines tell {good} wrong from {bad} wrong. Give a good share above 0 "
            f"and a bad one above it and below 1."
        )
    right, wrong = float(good), float(bad)
    alpha, beta = float(producer_risk), float(consumer_risk)
    scale = log(wrong * (1 - right) / (right * (1 - wrong)))
    return Lines(
        h1=log((1 - alpha) / beta) / scale,
        h2=log((1 - beta) / alpha) / scale,
        s=log((1 - right) / (1 - wrong)) / scale,
    )


def wald_checks(found: Lines, *, share: float, released: float) -> float:
    """Return Wald's approximate number of checks of endless work that is never cut off.

    `released`: how often work at this share wrong is released. The exact number is
    larger, because the lines are stepped over, and smaller where the test is cut off.
    """
    drift = released * -found.h1 + (1 - released) * found.h2
    return drift / (share - found.s)


def truncated(found: Lines, plan: Plan) -> Sequence:
    """Return the decision after each unit; the single plan settles the last.

    What the single plan has settled already is settled: c + 1 wrong reject, and where
    the rest could all be wrong without passing c, the batch is released.
    """
    n, c = plan.n, plan.c
    if n > MOST_STEPS:
        raise PlanError(
            f"A sample of {n:,} units is too long to be reckoned one by one. Move the "
            f"good and the bad share apart until {MOST_STEPS:,} are enough."
        )
    release, reject = [], []
    for k in range(1, n + 1):
        least = min(ceil(found.h2 + found.s * k - TINY), c + 1)
        most = max(floor(found.s * k - found.h1 + TINY), c - (n - k))
        release.append(max(min(most, least - 1), -1))
        reject.append(least)
    return Sequence(release=tuple(release), reject=tuple(reject))


def sequential_chances(
    lot: int, sequence: Sequence, wrong: NDArray[np.int64]
) -> SequentialChances:
    """Return what the test does to batches with these numbers of wrong units."""
    steps = len(sequence.release)
    if steps > lot:
        raise PlanError(f"{steps} units cannot be drawn from a batch of {lot}.")
    most = max(sequence.reject)
    found = np.arange(most + 1, dtype=np.float64)
    left_wrong = np.maximum(wrong[:, None] - found, 0.0)
    waiting = np.zeros((len(wrong), most + 1))
    waiting[:, 0] = 1.0
    released, checked = np.zeros(len(wrong)), np.zeros(len(wrong))
    for k in range(steps):
        checked += waiting.sum(axis=1)
        hit = waiting * np.minimum(left_wrong / (lot - k), 1.0)
        waiting -= hit
        waiting[:, 1:] += hit[:, :-1]
        passed = sequence.release[k] + 1
        released += waiting[:, :passed].sum(axis=1)
        waiting[:, :passed] = 0.0
        waiting[:, sequence.reject[k] :] = 0.0
    return SequentialChances(released=released, checked=checked)
