"""What the work before and the sample together say about a batch (Bayes).

The share wrong is believed to be Beta-distributed: a and b are the wrong and the right
units that the belief is worth. A sample adds its own. A batch is released when what is
then believed puts the share under the limit with enough certainty. It is shown as an
explanation: a good history releases what its own sample alone would not, so the
history has to be of the same work. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betainc, betaln, gammaln

from scoping.calc.audit import PlanError

HALVINGS = 200
FEWEST, MOST = 1e-9, 1e9
"""Units that a belief is worth: where the search for it starts and ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """A share wrong as believed: worth `wrong` wrong and `right` right units."""

    wrong: float
    right: float

    def __post_init__(self) -> None:
        if self.wrong <= 0 or self.right <= 0:
            raise PlanError(
                f"A belief worth {self.wrong:g} wrong and {self.right:g} right units "
                f"is none. Give some of both, if only half a unit."
            )

    def after(self, n: int, found: int) -> Belief:
        """Return the belief after `found` wrong were found among n."""
        return Belief(wrong=self.wrong + found, right=self.right + n - found)

    def chance_within(self, limit: float) -> float:
        """Return how likely the share wrong is at most this.

        >>> round(Belief(wrong=1, right=99).after(100, 2).chance_within(0.02), 6)
        0.761907
        """
        return float(betainc(self.wrong, self.right, limit))


def belief_of(likeliest: float, *, limit: float, chance: float) -> Belief:
    """Return the belief with this likeliest share, and this chance to be in the limit.

    >>> found = belief_of(0.05, limit=0.15, chance=0.5)
    >>> round(found.wrong, 4), round(found.right, 4)
    (1.2422, 5.6027)
    """
    if not 0 < likeliest < limit < 1 or not limit < chance < 1:
        raise PlanError(
            f"No belief has its likeliest share at {likeliest:g} and lies within "
            f"{limit:g} with a chance of {chance:g}. Give a likeliest share below the "
            f"limit, and a chance between the limit and 1."
        )
    low, high = FEWEST, MOST
    for _ in range(HALVINGS):
        middle = (low * high) ** 0.5
        worth = Belief(wrong=1 + likeliest * middle, right=1 + (1 - likeliest) * middle)
        if worth.chance_within(limit) < chance:
            low = middle
        else:
            high = middle
    return Belief(wrong=1 + likeliest * high, right=1 + (1 - likeliest) * high)


def evidence(before: float, after: float) -> float:
    """Return by how much a sample multiplied the odds (the Bayes factor)."""
    return after / (1 - after) * (1 - before) / before


def most_wrong_believed(
    belief: Belief, n: int, *, limit: float, certainty: float
) -> int | None:
    """Return the most wrong of n that still release; None where not even none does."""
    found = np.arange(n + 1)
    sure = betainc(belief.wrong + found, belief.right + n - found, limit) >= certainty
    return int(np.count_nonzero(sure)) - 1 if sure[0] else None


def expected_release(belief: Belief, n: int, c: int) -> float:
    """Return how often a sample passes, over all that is believed of the work."""
    return float(clustered(n, c, wrong=belief.wrong, right=belief.right))


def clustered(n: int, c: int, *, wrong: Any, right: Any) -> Any:
    """Return the chance of at most c wrong of n under a beta-binomial."""
    found = np.arange(min(c, n) + 1)
    ways = gammaln(n + 1) - gammaln(found + 1) - gammaln(n - found + 1)
    logs = ways + betaln(found + wrong, n - found + right) - betaln(wrong, right)
    return np.minimum(np.exp(logs).sum(), 1.0)
