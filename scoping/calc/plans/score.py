"""What a plan is good for: release, both risks, what a pass proves, what holds it.

The same figures for every plan, so that plans can stand side by side: the published
rule beside a sized one, boxes beside images. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Any

from scoping.calc.audit import (
    CONFIDENCE,
    SAFE,
    SHOWN_SHARES,
    holds_at,
    release_probability,
    seldom_released_at,
    whole_wrong,
    worst_passing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a plan does. `lot`, `n`, `c`: as worth in units that err independently.

    `releases`: chance of release by share wrong. `good_blocked`, `bad_released`: the
    two risks, at the two named qualities. `proves`: most wrong in a batch that
    passes, at 95 % confidence; `holds_at`: most wrong in work that passes 19 times in
    20; `seldom_at`: least wrong in work that passes once in ten.
    """

    lot: int
    n: int
    c: int
    releases: tuple[tuple[Decimal, Decimal], ...]
    good: Decimal
    good_blocked: Decimal
    bad: Decimal
    bad_released: Decimal
    proves: Decimal
    holds_at: Decimal
    seldom_at: Decimal


@lru_cache(maxsize=512)  # lines of one size ask the same
def score(lot: int, n: int, c: int, *, good: Decimal, bad: Decimal) -> Score:
    """Return what a plan does to batches of this size."""
    return Score(
        lot=lot,
        n=n,
        c=c,
        releases=tuple(
            (share, chance_of_release(share, lot, n, c)) for share in SHOWN_SHARES
        ),
        good=good,
        good_blocked=good_blocked(good, lot, n, c),
        bad=bad,
        bad_released=bad_released(bad, lot, n, c),
        proves=worst_passing(lot, n, c),
        holds_at=holds_at(lot, n, c),
        seldom_at=seldom_released_at(lot, n, c),
    )


def chance_of_release(share: Any, lot: Any, n: Any, c: Any) -> Any:
    """Return the chance of release at a share wrong, in whole units of the batch."""
    return release_probability(int(lot), int(n), int(c), whole_wrong(int(lot), share))


def good_blocked(good: Any, lot: Any, n: Any, c: Any) -> Any:
    """Return how often a good batch is blocked; its wrong units are rounded down."""
    wrong = int((lot * good).to_integral_value(rounding=ROUND_FLOOR))
    return 1 - release_probability(int(lot), int(n), int(c), wrong)


def bad_released(bad: Any, lot: Any, n: Any, c: Any) -> Any:
    """Return how often a bad batch is released; its wrong units are rounded up."""
    wrong = int((lot * bad).to_integral_value(rounding=ROUND_CEILING))
    return release_probability(int(lot), int(n), int(c), wrong)


def proven_by(lot: Any, n: Any, c: Any) -> Any:
    """Return the most wrong that a pass leaves possible, at 95 % confidence."""
    return worst_passing(int(lot), int(n), int(c), CONFIDENCE)


def held_at(lot: Any, n: Any, c: Any) -> Any:
    """Return the most wrong in work that still passes 19 times in 20."""
    return holds_at(int(lot), int(n), int(c), SAFE)


def wrong_units(lot: Any, share: Any) -> Any:
    """Return a share of a batch in whole units, as release chances count it."""
    return Decimal(whole_wrong(int(lot), share))
