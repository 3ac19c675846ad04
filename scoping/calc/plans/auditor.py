"""What an auditor who errs does to the release of batches.

An auditor overlooks some wrong units and calls some right ones wrong. Over the whole
batch the units that would be called wrong are the sum of two binomials; the sample
draws from those. So even perfect work fails, and what was found can be corrected for
(Rogan and Gladen 1978, in `rework.true_defect`). See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from decimal import Decimal
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from scoping.calc.audit import curve

WINDOW = 12
"""Standard deviations around the mean that a count may lie away from it."""


def released_by_auditor(
    lot: int, n: int, c: int, *, wrong: int, missed: float, false_alarms: float
) -> float:
    """Return how often a batch with so many wrong units is released.

    `missed`: share of wrong units let pass. `false_alarms`: share of right ones called
    wrong.

    >>> round(released_by_auditor(1000, 100, 2, wrong=0, missed=0.2,
    ...                           false_alarms=0.01), 3)
    0.921
    """
    first, caught = _binomial(wrong, 1 - missed)
    other, alarms = _binomial(lot - wrong, false_alarms)
    called = np.convolve(caught, alarms)
    at = first + other + np.arange(called.size)
    return min(float(np.dot(called, curve(lot, n, c).at(at))), 1.0)


def released_with_errors(
    lot: Any, n: Any, c: Any, wrong: Any, missed: Any, false_alarms: Any
) -> Any:
    """Return `released_by_auditor` as the decimal of a step."""
    found = released_by_auditor(
        int(lot),
        int(n),
        int(c),
        wrong=int(wrong),
        missed=float(missed),
        false_alarms=float(false_alarms),
    )
    return Decimal(repr(found))


def _binomial(n: int, share: float) -> tuple[int, NDArray[np.float64]]:
    """Return the chances of counts around n × share, and the first of the counts.

    What lies `WINDOW` standard deviations away is left out: under 1 in 10^20.
    """
    reach = WINDOW * (sqrt(n * share * (1 - share)) + 1)
    first = max(0, int(n * share - reach))
    k = np.arange(first, min(n, int(n * share + reach) + 1) + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    found: NDArray[np.float64] = np.exp(ways + xlogy(k, share) + xlog1py(n - k, -share))
    return first, found
