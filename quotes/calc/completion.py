"""What a project will cost in the end, as a distribution, given its batches so far.

The cost of a batch over its planned cost is, on the logarithm,

    y = level of its line + start + drift up to it + batch + items,

level ~ N(0, L²), half of its variance shared by all lines of the project; drift a
random walk over batches; batch ~ N(0, s²); items ~ N(0, item² ÷ units). The plan is
the prior: L is the doubt that the quote stated. First batches are dearer than later
ones: people learn, and until everybody has had a few jobs the slow have done as many as
the quick. The plan is an average over the whole, so that start is a height times how
far a batch lies above the mean of a falling curve: first ones above, later ones below.
The height is learned as the level is; how long it lasts, the spread s and the drift
over a fixed grid. Given the batches seen, those to come are jointly normal on the
logarithm; their sum has exact mean and variance and is taken as lognormal in every node
of the grid, so that the answer is a mixture and needs no draws.
See docs/model.md#completion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

Row = NDArray[np.float64]

SHARED = 0.5
"""Of the doubt of a line's level, the part that all lines of a project share."""
ITEM_SIGMA = 0.36
"""Spread between items (data/effort, layers)."""
BATCH_SIGMA, BATCH_DOUBT = 0.20, 0.7
"""Spread between batches that is guessed at first, and how far off that may be."""
SPREADS = np.exp(BATCH_DOUBT * np.linspace(-2.5, 2.5, 11))
SPREAD_BELIEFS = -(np.linspace(-2.5, 2.5, 11) ** 2) / 2
DRIFTS = np.array([0.0, 0.01, 0.03])
DRIFT_BELIEFS = np.log(np.array([0.8, 0.15, 0.05]))
"""Drift of the level from batch to batch, and how far each is believed."""
START, START_DOUBT = 0.15, 0.15
"""How far a first batch lies above the steady pace, on the logarithm, and its sigma.

A person's first 50 images cost a quarter more than their steady pace (data/effort, note
3: 1.74, 1.34, 1.26 and 1.15 times), the first 500 two hundredths. While each person has
had as many jobs as another, the mean over people of spread 0.40 to 0.45 lies up to
0.16 to 0.20 above the one that is left when the quick do more. Batches are small or
large: 0 to 0.3, its middle taken with half the range for its sigma.
"""
LENGTHS = np.array([1.0, 3.0, 9.0])
"""Batches in which the start falls to 1 ÷ e, each as likely: crews differ."""
MOST_SEEN, MOST_AHEAD = 60, 24
"""Batches of a line beyond these are taken together, neighbours with neighbours."""
MOST_OF_ALL = 180
"""Of all lines: every node holds a matrix of them, and a spec may have 200 lines."""
JITTER = 1e-9
WIDEST = 12.0


class CompletionError(ValueError):
    """Raised for batches that cannot be; says which figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A finished batch of a line: planned and actual cost of its images, its units."""

    line: int
    planned: float
    actual: float
    units: float

    def __post_init__(self) -> None:
        """Refuse a batch that has no cost over a plan."""
        if min(self.planned, self.actual, self.units) <= 0:
            raise CompletionError(
                f"A batch planned at {self.planned} that cost {self.actual} for "
                f"{self.units} units has no cost over a plan. Leave it out."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is still to come of a line: its planned cost, in so many batches."""

    line: int
    planned: float
    batches: int
    units: float

    def __post_init__(self) -> None:
        """Refuse work to come that is none."""
        if min(self.planned, self.batches, self.units) <= 0:
            raise CompletionError(
                f"{self.batches} batches planned at {self.planned} are no work."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The cost at completion: `certain` and a mixture of lognormals on top.

    `drift` is the share of belief that the level drifts, `spread` the mean spread
    between batches.
    """

    certain: float
    weights: Row
    means: Row
    sigmas: Row
    spread: float
    drift: float

    def below(self, cost: float) -> float:
        """Return the probability that the whole costs at most this."""
        rest = cost - self.certain
        if not len(self.weights):
            return float(rest >= 0)
        if rest <= 0:
            return 0.0
        each = ndtr((np.log(rest) - self.means) / self.sigmas)
        return float(self.weights @ each)

    def quantile(self, share: float) -> float:
        """Return the cost that is not passed with this probability."""
        if not len(self.weights):
            return self.certain
        reach = WIDEST * float(self.sigmas.max())
        return self.certain + float(
            np.exp(
                brentq(
                    lambda level: self._log_below(level) - share,
                    float(self.means.min()) - reach,
                    float(self.means.max()) + reach,
                    xtol=1e-12,
                )
            )
        )

    def _log_below(self, level: float) -> float:
        return float(self.weights @ ndtr((level - self.means) / self.sigmas))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points:
    """Places on a line's sequence of batches; `own` over s² and item² for each."""

    line: Row
    place: Row
    many: Row
    units: Row
    planned: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nodes:
    """What may be true of a project, one place in each row for every node of the grid.

    `beliefs` are logarithms; `before` and `after` say how far the start lies above its
    mean over a line, for batches seen and to come, one row for each node.
    """

    level: float
    start: float
    beliefs: Row
    spreads: Row
    drifts: Row
    before: Row
    after: Row


def completion(
    done: Sequence[Done],
    ahead: Sequence[Ahead],
    *,
    certain: float,
    level_sigma: float,
    batch_sigma: float = BATCH_SIGMA,
    start: float = START,
) -> Completion:
    """Return the cost at completion.

    `certain` is what is spent or carried as planned; `ahead` comes on top. A
    `batch_sigma` of 0 says that batches differ by the luck of their items, their start
    and no drift; a `start` of 0 that first batches are as later ones.
    """
    if not ahead:
        nothing = np.zeros(0)
        return Completion(
            certain=certain,
            weights=nothing,
            means=nothing,
            sigmas=nothing,
            spread=0.0,
            drift=0.0,
        )
    seen, levels = _seen(done)
    coming = _coming(done, ahead)
    nodes = _nodes(seen, coming, level=level_sigma, batch=batch_sigma, start=start)
    logs, means, sigmas = _believed(nodes, seen, levels, coming)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return Completion(
        certain=certain,
        weights=weights,
        means=means,
        sigmas=sigmas,
        spread=float(weights @ nodes.spreads),
        drift=float(weights @ (nodes.drifts > 0)),
    )


def _nodes(
    seen: _Points, coming: _Points, *, level: float, batch: float, start: float
) -> _Nodes:
    """Return the grid: each spread with each drift and each length of the start."""
    spread, drift, length = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(len(SPREADS)),
            np.arange(len(DRIFTS)) if batch else np.zeros(1, dtype=int),
            np.arange(len(LENGTHS)),
        )
    )
    starts = [_starts(seen, coming, length=one) for one in LENGTHS]
    return _Nodes(
        level=level,
        start=start,
        beliefs=SPREAD_BELIEFS[spread] + DRIFT_BELIEFS[drift],
        spreads=SPREADS[spread] * batch,
        drifts=DRIFTS[drift],
        before=np.array([before for before, _ in starts])[length],
        after=np.array([after for _, after in starts])[length],
    )


def _starts(seen: _Points, coming: _Points, *, length: float) -> tuple[Row, Row]:
    """Return how far the start lies above its mean over a line, seen and to come."""
    line = np.concatenate((seen.line, coming.line))
    planned = np.concatenate((seen.planned, coming.planned))
    falling = np.exp((1 - np.concatenate((seen.place, coming.place))) / length)
    same = np.equal.outer(line, line) * planned
    above = falling - same @ falling / same.sum(axis=1)
    return above[: len(seen.line)], above[len(seen.line) :]


def _seen(done: Sequence[Done]) -> tuple[_Points, Row]:
    """Return finished batches, neighbours together where there are many, and y."""
    rows = []
    lines = sorted({one.line for one in done})
    for line in lines:
        some = [one for one in done if one.line == line]
        size = _size(len(some), most=MOST_SEEN, lines=len(lines))
        for first in range(0, len(some), size):
            block = some[first : first + size]
            planned = sum(one.planned for one in block)
            actual = sum(one.actual for one in block)
            units = sum(one.units for one in block) / len(block)
            place = first + (len(block) + 1) / 2
            rows.append((line, place, len(block), units, planned, actual))
    table = np.array(rows, dtype=float).reshape(-1, 6)
    return _points(table), np.log(table[:, 5] / table[:, 4])


def _coming(done: Sequence[Done], ahead: Sequence[Ahead]) -> _Points:
    """Return batches to come, neighbours together where there are many."""
    rows = []
    for one in ahead:
        begun = sum(1 for batch in done if batch.line == one.line)
        size = _size(one.batches, most=MOST_AHEAD, lines=len(ahead))
        for first in range(0, one.batches, size):
            many = min(size, one.batches - first)
            place = begun + first + (many + 1) / 2
            part = one.planned * many / one.batches
            rows.append((one.line, place, many, one.units, part))
    return _points(np.array(rows, dtype=float))


def _size(batches: int, *, most: int, lines: int) -> int:
    """Return how many neighbours are taken together for no more than `most` blocks."""
    return -(-batches // max(1, min(most, MOST_OF_ALL // lines)))


def _points(table: Row) -> _Points:
    return _Points(
        line=table[:, 0],
        place=table[:, 1],
        many=table[:, 2],
        units=table[:, 3],
        planned=table[:, 4],
    )


def _believed(
    nodes: _Nodes, seen: _Points, levels: Row, coming: _Points
) -> tuple[Row, Row, Row]:
    """Return how far each node is believed, and the lognormal of the sum to come."""
    prior = _covariance(nodes, (coming, nodes.after), (coming, nodes.after))
    prior += _diagonal(_own(nodes, coming))
    between = _covariance(nodes, (coming, nodes.after), (seen, nodes.before))
    known = _covariance(nodes, (seen, nodes.before), (seen, nodes.before))
    known += _diagonal(_own(nodes, seen) + JITTER)
    off = levels - nodes.start * nodes.before - _of_block(nodes, seen)
    right = np.concatenate((off[:, :, None], between.swapaxes(1, 2)), axis=2)
    solved = np.linalg.solve(known, right)
    evidence = (np.einsum("ki,ki->k", off, solved[:, :, 0])) / -2
    evidence -= np.linalg.slogdet(known)[1] / 2
    mean = nodes.start * nodes.after + _of_block(nodes, coming)
    mean = mean + (between @ solved[:, :, :1])[:, :, 0]
    spread = prior - between @ solved[:, :, 1:]
    variances = np.diagonal(spread, axis1=1, axis2=2)
    each = coming.planned * np.exp(mean + variances / 2)
    whole = each.sum(axis=1)
    variance = np.einsum("ki,kij,kj->k", each, np.expm1(spread), each)
    sigmas2 = np.log1p(variance / whole**2)
    return nodes.beliefs + evidence, np.log(whole) - sigmas2 / 2, np.sqrt(sigmas2)


def _covariance(
    nodes: _Nodes, first: tuple[_Points, Row], second: tuple[_Points, Row]
) -> Row:
    """Return for each node how batches go together, their own luck left out."""
    (one, above), (other, beyond) = first, second
    same = np.equal.outer(one.line, other.line)
    shared = nodes.level**2 * (SHARED + (1 - SHARED) * same)
    walk = np.multiply.outer(
        nodes.drifts**2, np.minimum.outer(one.place, other.place) * same
    )
    doubt = START_DOUBT * nodes.start / START
    begun = doubt**2 * above[:, :, None] * beyond[:, None, :] * same
    return np.asarray(shared + walk + begun)


def _own(nodes: _Nodes, points: _Points) -> Row:
    """Return for each node the variance that batches, or blocks of them, have alone."""
    one = nodes.spreads[:, None] ** 2 + ITEM_SIGMA**2 / points.units
    return np.asarray(one / points.many)


def _of_block(nodes: _Nodes, points: _Points) -> Row:
    """Return how far the mean of a block lies above a typical batch, on the logarithm.

    The mean of lognormals lies half a variance above their middle, less what is left
    of that variance in the mean itself.
    """
    return np.asarray(_own(nodes, points) * (points.many - 1) / 2)


def _diagonal(values: Row) -> Row:
    return np.asarray(values[:, :, None] * np.eye(values.shape[1]))
