"""Why errors that cluster by annotator fool a sample, and the draw that answers it.

Annotators differ: each one's share wrong is taken as Beta-distributed, and `likeness`
is the correlation of two units of the same one. A sample taken in a run sees few of
them and may miss the one who errs; the same number drawn from all over the batch is a
fair draw whatever the cluster, and so many from each annotator are steadier still.
Chances are those of a batch with a known number of wrong units: how those lie among
the annotators is averaged over. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from scoping.calc.audit import PlanError

from .belief import clustered

MOST_CELLS = 50_000
"""Largest table (wrong in the batch × wrong in the sample) that is reckoned."""

Table = NDArray[np.float64]


def released_of_cluster(n: int, c: int, *, share: float, likeness: float) -> float:
    """Return how often a sample passes whose units err alike, all of one cluster.

    >>> round(released_of_cluster(100, 2, share=0.05, likeness=0.05), 2)
    0.42
    """
    wrong, right = _beta(share, likeness)
    return float(clustered(n, c, wrong=wrong, right=right))


def shared_out(units: int, people: int) -> tuple[int, ...]:
    """Return so many units in whole shares that differ by one at most.

    >>> shared_out(10, 4)
    (3, 3, 2, 2)
    """
    least, more = divmod(units, people)
    return tuple(least + (place < more) for place in range(people))


def in_a_run(shares: Sequence[int], n: int) -> tuple[int, ...]:
    """Return what a run of n units takes from each annotator, one after the other.

    >>> in_a_run((5, 5, 5), 7)
    (5, 2, 0)
    """
    taken, left = [], n
    for share in shares:
        taken.append(min(share, left))
        left -= taken[-1]
    return tuple(taken)


def released_by_draw(
    shares: Sequence[int],
    drawn: Sequence[int],
    *,
    c: int,
    wrong: int,
    likeness: float,
) -> float | None:
    """Return how often a batch passes whose sample takes `drawn` of each annotator.

    `shares`: units of each annotator in the batch, `wrong` units of which are wrong.
    None where the table of all cases would not fit.
    """
    lot = sum(shares)
    if not 0 <= wrong <= lot or any(
        part > share for part, share in zip(drawn, shares, strict=True)
    ):
        raise PlanError(
            f"{sum(drawn)} units with {wrong} wrong cannot be drawn so from a batch of "
            f"{lot}. Draw at most what each annotator has."
        )
    if wrong == 0 or c >= sum(drawn):
        return 1.0
    if wrong == lot:
        return 0.0
    if (wrong + 1) * (c + 2) > MOST_CELLS:
        return None
    beta = _beta(wrong / lot, likeness)
    whole = np.zeros((wrong + 1, c + 2))
    whole[0, 0] = 1.0
    for (units, sampled), people in Counter(zip(shares, drawn, strict=True)).items():
        table = _of_one(units, sampled, c=c, wrong=wrong, beta=beta)
        whole = _times(whole, _power(table, people))
    chances = whole[wrong]
    return float(chances[: c + 1].sum() / chances.sum())


def _beta(share: float, likeness: float) -> tuple[float, float]:
    if not (0 < share < 1 and 0 < likeness < 1):
        raise PlanError(
            f"Units cannot err alike by {likeness:g} at {share:g} wrong. Give both "
            f"between 0 and 1."
        )
    worth = 1 / likeness - 1
    return share * worth, (1 - share) * worth


def _of_one(
    units: int, sampled: int, *, c: int, wrong: int, beta: tuple[float, float]
) -> Table:
    """Return the chance of each (wrong units, wrong ones drawn) of one annotator.

    More than c drawn are one column: the batch has failed, however many there are.
    """
    most = min(units, wrong)
    has = np.arange(most + 1)[:, None]
    found = np.arange(min(sampled, c) + 1)[None, :]
    a, b = beta
    held = _log_ways(units, has) + betaln(has + a, units - has + b) - betaln(a, b)
    rest = has - found
    drawing = (
        _log_ways(sampled, found)
        + _log_ways(units - sampled, np.clip(rest, 0, units - sampled))
        - _log_ways(units, has)
    )
    possible = (rest >= 0) & (rest <= units - sampled)
    table = np.zeros((wrong + 1, c + 2))
    table[: most + 1, : found.size] = np.where(possible, np.exp(held + drawing), 0.0)
    over = np.exp(held[:, 0]) - table[: most + 1].sum(axis=1)
    table[: most + 1, c + 1] += np.maximum(over, 0.0)
    return table


def _log_ways(n: NDArray[np.int64] | int, k: NDArray[np.int64]) -> Table:
    found: Table = gammaln(n + 1) - gammaln(k + 1) - gammaln(np.subtract(n, k) + 1)
    return found


def _power(table: Table, times: int) -> Table:
    """Return the table of so many like annotators together."""
    if times == 1:
        return table
    half = _power(_times(table, table), times // 2)
    return _times(half, table) if times % 2 else half


def _times(one: Table, other: Table) -> Table:
    """Return the table of two groups together, cut to the cells that are kept."""
    rows, columns = one.shape
    size = (2 * rows, 2 * columns)
    product = np.fft.irfft2(np.fft.rfft2(one, size) * np.fft.rfft2(other, size), size)
    kept = np.zeros_like(one)
    kept[:, :-1] = product[:rows, : columns - 1]
    kept[:, -1] = product[:rows, columns - 1 :].sum(axis=1)
    return np.maximum(kept, 0.0)
