"""What leaves the gate and what the gate costs, when a failed batch is checked in full.

A batch whose sample fails is checked unit by unit and put right, as are the wrong units
of a sample. So what leaves is at its worst somewhere between very good and very bad
work, and the checks grow with every failure. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_UP, Decimal
from typing import Any

import numpy as np

from scoping.calc.audit import FOUR, curve, holds_at, release_probability
from scoping.calc.trace import plain

SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """The most that leaves the gate on average, and the work that makes it so."""

    outgoing: Decimal
    at: Decimal


def average_outgoing(released: Any, share: Any, lot: Any, n: Any) -> Any:
    """Return the share wrong that leaves the gate on average (AOQ).

    Exact for endless work, of which `released` is the chance of release; for a batch
    of whole units `released` is that of the batch with one wrong unit less.
    """
    return released * share * (lot - n) / lot


def outgoing_of_batch(lot: Any, n: Any, c: Any, wrong: Any) -> Any:
    """Return the share wrong that leaves a batch with so many wrong units, on average.

    Wrong units left in a released batch: sum of (D − d) over d ≤ c. Each term
    (D − d) C(D, d) is D C(D − 1, d), so that the sum is the release of a batch of one
    unit less, one of the wrong.
    """
    if wrong == 0 or n >= lot:
        return Decimal(0)
    released = release_probability(int(lot) - 1, int(n), int(c), int(wrong) - 1)
    return average_outgoing(released, wrong / lot, lot, n)


def worst_outgoing(lot: int, n: int, c: int) -> Worst:
    """Return the outgoing quality limit (AOQL), rounded up at four decimals."""
    if n >= lot:
        return Worst(outgoing=Decimal(0), at=Decimal(0))
    released = curve(lot - 1, n, c)
    wrong = released.first + 1 + np.arange(len(released.chances))
    leaving = average_outgoing(released.chances, wrong / lot, lot, n)
    most = int(np.argmax(leaving))
    return Worst(
        outgoing=plain(Decimal(float(leaving[most])).quantize(FOUR, rounding=ROUND_UP)),
        at=plain(Decimal(int(wrong[most])) / lot),
    )


def limit_of_outgoing(lot: Any, n: Any, c: Any) -> Any:
    """Return the most that leaves the gate on average, whatever was produced."""
    return worst_outgoing(int(lot), int(n), int(c)).outgoing


def checks_a_batch(released: Any, lot: Any, n: Any) -> Any:
    """Return the units checked in an average batch (ATI), failed ones in full."""
    return n + (1 - released) * (lot - n)


def hours_of_checks(checks: Any, seconds: Any) -> Any:
    """Return the hours that so many checks take."""
    return checks * seconds / SECONDS_AN_HOUR


def days_of_hours(hours: Any, auditors: Any, hours_per_day: Any) -> Any:
    """Return the whole working days that auditors need, rounded up."""
    return (hours / (auditors * hours_per_day)).to_integral_value(
        rounding=ROUND_CEILING
    )


def chance_for_each(chance: Any, batches: Any) -> Any:
    """Return how often each of several batches must pass for all to, this often."""
    return chance ** (1 / batches)


def holds_all(lot: Any, n: Any, c: Any, chance: Any) -> Any:
    """Return the greatest share wrong with this chance that a batch is released."""
    return holds_at(int(lot), int(n), int(c), chance)
