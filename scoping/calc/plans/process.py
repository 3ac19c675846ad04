"""What a sample decides about work that goes on for ever, or about very large batches.

The number of wrong units in n of an endless process is binomial. A plan for batches of
any size follows, which no batch needs to exceed. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from scipy.special import bdtr

from scoping.calc.audit import Plan, PlanError
from scoping.calc.hypergeometric import TINY, first_true, likely_c, wavering

MOST_SAMPLED = 1_000_000
"""No sample over this is searched for; qualities that close are not told apart."""


def released_of_process(share: Any, n: int, c: int) -> Any:
    """Return how often a sample of endless work at this share wrong passes.

    >>> round(float(released_of_process(0.05, 50, 1)), 5)
    0.27943
    """
    return bdtr(c, n, share)


def process_plan(
    *, good: Decimal, bad: Decimal, producer_risk: Decimal, consumer_risk: Decimal
) -> Plan:
    """Return the smallest sample that tells good from bad in batches of any size.

    >>> process_plan(good=Decimal("0.05"), bad=Decimal("0.15"),
    ...              producer_risk=Decimal("0.05"), consumer_risk=Decimal("0.1"))
    Plan(n=77, c=7)
    """
    if not 0 <= good < bad <= 1:
        raise PlanError(
            f"A plan cannot tell {good} wrong from {bad} wrong. Give a good share that "
            f"is below the bad one."
        )
    right, wrong = float(good), float(bad)
    kept, let_through = 1 - float(producer_risk), float(consumer_risk)

    @cache
    def sample(c: int) -> int:
        return _smallest_sample(wrong, c, let_through)

    def kind(c: int) -> bool:
        return bool(bdtr(c, sample(c), right) >= kept - TINY)

    near = likely_c(right, wrong, kept, let_through)
    if near / wrong <= MOST_SAMPLED:
        c = first_true(kind, near=near, low=-1, slack=wavering(right, wrong))
        if sample(c) <= MOST_SAMPLED:
            return Plan(n=sample(c), c=c)
    raise PlanError(
        f"Telling these two qualities apart takes more than {MOST_SAMPLED:,} units. "
        f"Move the good and the bad share apart."
    )


def _smallest_sample(bad: float, c: int, chance: float) -> int:
    """Return the smallest sample that passes bad work at most this often."""
    low, high = c, max(c + 1, int(c / bad))
    while bdtr(c, high, bad) > chance + TINY:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if bdtr(c, middle, bad) > chance + TINY:
            low = middle
        else:
            high = middle
    return high
